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

    /// <summary><c>dotnet test</c> is to be true on any host.</summary>
    [Fact]
    public void A_test_that_may_find_its_host_too_busy_is_of_the_quiet_suite()
    {
        string trait = $"[Trait({'"'}needs{'"'}, {'"'}quiet{'"'})]";
        Assert.Empty(
            from path in Directory.EnumerateFiles(RepositoryRoot.Of("tests"), "*Tests.cs", SearchOption.AllDirectories)
            let text = File.ReadAllText(path)
            where text.Contains("BusyHost.Watch(", StringComparison.Ordinal) || text.Contains("BusyHost.OneOf(", StringComparison.Ordinal)
                || text.Contains("CapturedRun.Run(", StringComparison.Ordinal)
            where !text.Contains(trait, StringComparison.Ordinal)
            where !path.EndsWith($"{nameof(SourceTextTests)}.cs", StringComparison.Ordinal)
            select Path.GetRelativePath(RepositoryRoot.Path, path));
    }

    /// <summary>The programs run tests that wait side by side. One that wants quiet CPUs would be disturbed by its neighbour, and not know it.</summary>
    [Fact]
    public void The_quiet_suite_runs_one_test_at_a_time() =>
        Assert.Contains(" -parallelMode none -trait needs=quiet", File.ReadAllText(RepositoryRoot.Of("scripts/quiet-suite")), StringComparison.Ordinal);

    /// <summary>Words that readers stumbled over, with '_' for the blank, and what is said instead.</summary>
    [Theory]
    [InlineData("under_way", "in progress")]
    [InlineData("foreign_load", "background load")]
    [InlineData("may_be_believed", "valid")]
    [InlineData("new_one_joins", "one added")]
    public void Plain_words_are_kept(string word, string instead)
    {
        IEnumerable<string> files = Rooms.SelectMany(room => Directory.EnumerateFiles(RepositoryRoot.Of(room), "*.cs", SearchOption.AllDirectories))
            .Concat(Directory.EnumerateFiles(RepositoryRoot.Of("docs"), "*.md")).Append(RepositoryRoot.Of("README.md"));
        string[] found =
        [
            .. from path in files
               from line in File.ReadLines(path).Index()
               where line.Item.Contains(word.Replace('_', ' '), StringComparison.OrdinalIgnoreCase)
               select $"{Path.GetRelativePath(RepositoryRoot.Path, path)}:{line.Index + 1}: say '{instead}'",
        ];
        Assert.Empty(found);
    }
}
