using System.Runtime.Versioning;
using ReuseBench.Bench.Host;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Tests;

[SupportedOSPlatform("linux")]
public sealed class SourceTreeTests : IDisposable
{
    private const string Project = "bench/Some/Some.csproj";

    private readonly string _root = Directory.CreateTempSubdirectory("reusebench-tree-").FullName;

    public SourceTreeTests()
    {
        Directory.CreateDirectory(Path.Combine(_root, "bench/Some"));
        File.WriteAllText(Path.Combine(_root, Project), "<Project/>");
        File.WriteAllText(Path.Combine(_root, "ReuseBench.sln"), "");
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void A_tree_of_ones_own_is_taken() =>
        Assert.Equal(Path.Combine(_root, Project), new SourceTree(_root, [UserIds.Effective()]).Find(Project, out _));

    [Fact]
    public void A_tree_of_another_user_is_not()
    {
        Assert.Null(new SourceTree(_root, [UserIds.Effective() + 1]).Find(Project, out string? problem));
        Assert.Contains("belongs to another user", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bench")]
    [InlineData("bench/Some")]
    [InlineData(Project)]
    [InlineData("ReuseBench.sln")]
    public void A_tree_that_anybody_may_write_to_is_not(string writable)
    {
        string path = Path.Combine(_root, writable);
        File.SetUnixFileMode(path, File.GetUnixFileMode(path) | UnixFileMode.OtherWrite);
        Assert.Null(new SourceTree(_root, [UserIds.Effective()]).Find(Project, out string? problem));
        Assert.Contains("anybody may write to", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_only_looks_like_the_tree_is_not()
    {
        File.Delete(Path.Combine(_root, "ReuseBench.sln"));
        Assert.Null(new SourceTree(_root, [UserIds.Effective()]).Find(Project, out _));
        Assert.Null(new SourceTree(null, [UserIds.Effective()]).Find(Project, out _));
    }
}
