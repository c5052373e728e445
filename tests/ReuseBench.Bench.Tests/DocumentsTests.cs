using System.Text.RegularExpressions;
using ReuseBench.Bench.Cli;
using ReuseBench.Bench.Matrices;
using ReuseBench.Bench.Runs;
using ReuseBench.Core.Results;
using ReuseBench.Shared;

namespace ReuseBench.Bench.Tests;

/// <summary>README.md and docs/: what they name is there, and what they tell to type is understood.</summary>
public sealed partial class DocumentsTests
{
    private const int MostLinesOfReadme = 150;

    public static TheoryData<string> Pages => [.. Documents.Pages];

    /// <summary>The pages for users, and those of the rooms.</summary>
    public static TheoryData<string> AllPages =>
    [
        .. Documents.Pages,
        .. Directory.EnumerateFiles(RepositoryRoot.Path, "*.md")
            .Concat(Directory.EnumerateFiles(RepositoryRoot.Path, "README.md", SearchOption.AllDirectories)).Distinct()
            .Select(path => Path.GetRelativePath(RepositoryRoot.Path, path))
            .Where(path => path != "README.md" && !path.StartsWith("artifacts", StringComparison.Ordinal)),
    ];

    public static TheoryData<string, string> CommandLines =>
        [.. Documents.Pages.SelectMany(page => Documents.CommandLines(page).Distinct().Select(line => (page, line)))];

    [Fact]
    public void The_keys_of_a_matrix_are_those_of_the_definitions() =>
        Repository.RequireSameParts([KeyValuePair.Create("keys", MatrixPage.ToMarkdown)], "docs", "MATRIX.md");

    [Fact]
    public void The_exit_codes_of_the_documents_are_those_that_there_are() =>
        Repository.RequireSameParts([KeyValuePair.Create<string, Func<string>>("exit-codes", ExitCodeTable)], "docs", "CI.md");

    [Fact]
    public void The_readme_is_short_and_holds_the_commands_that_everybody_tries()
    {
        string[] lines = File.ReadAllLines(RepositoryRoot.Of("README.md"));
        Assert.InRange(lines.Length, 1, MostLinesOfReadme);
        Assert.Contains("dotnet run -c Release --project bench/ReuseBench -- run --matrix smoke", lines);
        Assert.Contains("dotnet test", lines);
        Assert.Contains(lines, line => line.Contains("`pwsh run.ps1 --matrix smoke`", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(CommandLines))]
    public void A_command_of_the_documents_is_understood(string page, string line)
    {
        string[] arguments = CommandTree.WithHelp(ExamplesTests.InShell(line));
        CommandTree.RequireKnown(arguments);
        Exception? problem = Record.Exception(() => CommandErrors.Require(CommandTree.BuildFor(arguments).Parse(arguments)));
        Assert.True(problem is null, $"{page}: {line}: {problem?.Message}");
    }

    [Fact]
    public void Commands_were_found()
    {
        // Guards the guard: a pattern that matches nothing would pass for every page.
        string[] lines = [.. Documents.CommandLines("README.md")];
        Assert.Contains("run --matrix smoke", lines);
        Assert.True(lines.Length >= 8, string.Join('\n', lines));
        Assert.Contains(Documents.CommandLines("docs/CI.md"), line => line.Contains("--fail-on-regression", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(AllPages))]
    public void A_path_that_a_page_names_is_there(string page)
    {
        string[] missing = [.. PathsOf(page).Where(path => !IsMade(path) && !Exists(path))];
        Assert.True(missing.Length == 0, $"{page}: {string.Join(", ", missing)}");
    }

    /// <summary>"Which line" is said as `name` in `path`: a line that goes takes the sentence with it.</summary>
    [Fact]
    public void A_name_that_is_said_to_be_in_a_file_is_there()
    {
        string text = File.ReadAllText(RepositoryRoot.Of("docs", "ADDING.md"));
        (string Name, string Path)[] places = [.. NameInPath().Matches(text).Select(m => (m.Groups["name"].Value, m.Groups["path"].Value))];
        Assert.True(places.Length >= 8, "no places were found");
        Assert.All(places, place => Assert.Contains(place.Name, File.ReadAllText(RepositoryRoot.Of(place.Path)), StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(AllPages))]
    public void A_link_of_a_page_leads_somewhere(string page)
    {
        foreach (Match link in LinksOf(page))
        {
            string[] parts = link.Groups["target"].Value.Split('#', 2);
            string path = parts[0].Length == 0 ? RepositoryRoot.Of(page) : Path.Combine(Path.GetDirectoryName(RepositoryRoot.Of(page))!, parts[0]);
            Assert.True(File.Exists(path) || Directory.Exists(path), $"{page}: {link.Value}");
            if (parts.Length == 2)
            {
                Assert.Contains(parts[1], Headings().Matches(File.ReadAllText(path)).Select(h => Anchor(h.Groups["heading"].Value)));
            }
        }
    }

    [Fact]
    public void Links_and_paths_were_found()
    {
        // Guards the guards above.
        Assert.InRange(LinksOf("README.md").Count, 5, int.MaxValue);
        Assert.Contains(
            Documents.Pages.SelectMany(page => LinksOf(page)), link => link.Groups["target"].Value.Contains('#', StringComparison.Ordinal));
        string[] paths = [.. PathsOf("docs/ADDING.md")];
        Assert.Contains(paths, path => path.StartsWith("bench/", StringComparison.Ordinal));
        Assert.InRange(paths.Length, 8, int.MaxValue);
    }

    private static MatchCollection LinksOf(string page) => Link().Matches(File.ReadAllText(RepositoryRoot.Of(page)));

    private static IEnumerable<string> PathsOf(string page) =>
        Documents.Codes(File.ReadAllText(RepositoryRoot.Of(page))).SelectMany(code => TreePath().Matches(code)).Select(m => m.Value.TrimEnd('.', '/'));

    private static string ExitCodeTable()
    {
        MarkdownTable table = new("code", "means");
        foreach ((int code, string meaning) in ExitCodes.All)
        {
            table.Row($"{code}", meaning);
        }

        return table.ToString();
    }

    private static bool Exists(string path) => path.Contains('*', StringComparison.Ordinal)
        ? Directory.EnumerateFileSystemEntries(RepositoryRoot.Of(Path.GetDirectoryName(path)!), Path.GetFileName(path)).Any()
        : File.Exists(RepositoryRoot.Of(path)) || Directory.Exists(RepositoryRoot.Of(path));

    /// <summary>What a build or a run makes.</summary>
    private static bool IsMade(string path) => path.StartsWith("artifacts/", StringComparison.Ordinal) || path.StartsWith("results/", StringComparison.Ordinal);

    /// <summary>As GitHub makes it of a heading.</summary>
    private static string Anchor(string heading) =>
        NotOfAnchor().Replace(heading.Trim().ToLowerInvariant(), "").Replace(' ', '-');

    [GeneratedRegex(@"(?<![\w./-])(bench|core|docs|loadgen|reports|scripts|servers|tests|\.ci|\.github)/[\w.*/-]+")]
    private static partial Regex TreePath();

    [GeneratedRegex(@"`(?<name>[\w.]+)`\s+in\s+`(?<path>[\w./-]+\.\w+)`")]
    private static partial Regex NameInPath();

    [GeneratedRegex(@"\]\((?<target>(?!https?:)[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^#+ (?<heading>.+)$", RegexOptions.Multiline)]
    private static partial Regex Headings();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotOfAnchor();
}
