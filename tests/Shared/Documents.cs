using System.Text.RegularExpressions;

namespace ReuseBench.Shared;

/// <summary>What the pages for users tell them to type.</summary>
internal static partial class Documents
{
    private const string Fence = "```";

    /// <summary>README.md and the pages of docs/, as paths in the tree.</summary>
    public static string[] Pages { get; } =
        ["README.md", .. Directory.EnumerateFiles(Repository.At("docs"), "*.md").Select(p => $"docs/{Path.GetFileName(p)}").Order(StringComparer.Ordinal)];

    /// <summary>The arguments of every command line of this program, fenced or within a sentence, as they are typed; those of run.ps1 are of `run`.</summary>
    public static IEnumerable<string> CommandLines(string page) =>
        from code in Codes(File.ReadAllText(Repository.At(page)))
        let match = Invocation().Match(code)
        where match.Success
        select (match.Groups["run"].Success ? "run " : "") + match.Groups["arguments"].Value.TrimEnd();

    /// <summary>Fenced matrices by the file name that their first line gives them: <c># backlog.yaml</c>.</summary>
    public static IEnumerable<(string Name, string Text)> Matrices(string page) =>
        MatrixBlock().Matches(File.ReadAllText(Repository.At(page))).Select(m => (m.Groups["name"].Value, m.Groups["text"].Value));

    /// <summary>Every line of the fenced blocks, then every code span of the other text.</summary>
    public static IEnumerable<string> Codes(string text)
    {
        string[] parts = text.Split(Fence);
        Assert.True(parts.Length % 2 == 1, "a fence is not closed");
        return
        [
            .. parts.Where((_, i) => i % 2 == 1).SelectMany(block => block.Replace("\\\n", " ", StringComparison.Ordinal).Split('\n').Skip(1)),
            .. parts.Where((_, i) => i % 2 == 0).SelectMany(prose => Span().Matches(prose).Select(m => m.Groups[1].Value)),
        ];
    }

    /// <summary>A comment, a pipe and a redirection end it, as in a shell.</summary>
    [GeneratedRegex("""
        ^\s*((-\s+)?run:\s+)?(\$\s+)?(sudo\s+)?
        (dotnet\ run\ -c\ Release\ --project\ bench/ReuseBench\ --|(?<run>pwsh\ run\.ps1)|reusebench)
        \s+(?<arguments>([^'"\s#|>]|'[^']*'|"[^"]*"|[ ](?![#|>&]))+)
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Invocation();

    [GeneratedRegex("```yaml\n# (?<name>[\\w-]+\\.yaml)[^\n]*\n(?<text>.*?)```", RegexOptions.Singleline)]
    private static partial Regex MatrixBlock();

    [GeneratedRegex("(?<!`)`([^`\n]+)`(?!`)")]
    private static partial Regex Span();
}
