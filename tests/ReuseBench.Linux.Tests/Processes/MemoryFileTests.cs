namespace ReuseBench.Linux.Tests;

public sealed class MemoryFileTests
{
    [Fact]
    public void It_holds_what_was_written_and_is_gone_when_disposed()
    {
        byte[] content = [.. Enumerable.Range(0, 100_000).Select(i => (byte)i)];
        string path;
        using (MemoryFile file = MemoryFile.Create("some-file", new MemoryStream(content)))
        {
            path = file.Path;
            Assert.Equal(content, File.ReadAllBytes(path));
            Assert.Contains("some-file", new FileInfo(path).LinkTarget, StringComparison.Ordinal);
        }

        Assert.False(File.Exists(path) && new FileInfo(path).LinkTarget?.Contains("some-file", StringComparison.Ordinal) == true);
    }
}
