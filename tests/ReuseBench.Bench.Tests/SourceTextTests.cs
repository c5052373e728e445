namespace ReuseBench.Bench.Tests;

/// <summary>What no compiler holds: the width of lines, as .editorconfig says it.</summary>
public sealed class SourceTextTests
{
    private static readonly string[] Rooms = ["bench", "core", "loadgen", "reports", "scripts", "servers", "tests"];

    [Fact]
    public void No_line_is_wider_than_the_editor_is_told()
    {
        const string Key = "max_line_length =";
        int widest = int.Parse(File.ReadLines(RepositoryRoot.Of(".editorconfig")).Single(line => line.StartsWith(Key, StringComparison.Ordinal))[Key.Length..]);
        string[] wide =
        [
            .. from room in Rooms
               from path in Directory.EnumerateFiles(RepositoryRoot.Of(room), "*.cs", SearchOption.AllDirectories)
               from line in File.ReadLines(path).Index()
               where line.Item.Length > widest
               select $"{Path.GetRelativePath(RepositoryRoot.Path, path)}:{line.Index + 1}: {line.Item.Length} columns",
        ];
        Assert.Empty(wide);
    }
}
