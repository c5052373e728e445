using ReuseBench.Shared;

namespace ReuseBench.SystemTests;

/// <summary>
/// What README.md and docs/ tell to measure, as a dry run of the program, beside the matrices that the same pages hold; the words are those that a shell
/// makes of a line.
/// </summary>
public sealed class DocumentedCommandTests
{
    private const string DryRun = "--dry-run";

    private static readonly string[] Measuring = ["run ", "tune ", "restart ", "fairness "];

    /// <summary>A server of somebody else has no dry run, and hosts that are not there cannot be asked.</summary>
    public static TheoryData<string> Lines =>
    [
        .. Documents.Pages.SelectMany(Documents.CommandLines).Distinct()
            .Where(line => Measuring.Any(m => line.StartsWith(m, StringComparison.Ordinal)))
            .Where(line => !line.Contains("--target", StringComparison.Ordinal) && !line.Contains("--hosts", StringComparison.Ordinal)),
    ];

    [Theory]
    [MemberData(nameof(Lines))]
    public void A_documented_measurement_can_be_made(string line)
    {
        using TestFolder folder = new();
        foreach ((string name, string text) in Documents.Pages.SelectMany(Documents.Matrices))
        {
            File.WriteAllText(folder.At(name), text);
        }

        string typed = line.Contains(DryRun, StringComparison.Ordinal) ? line : $"{line} {DryRun}";
        using RunningProgram shell = RunningProgram.StartIn(folder.Path, "sh", "-c", $"printf '%s\\0' {typed}");
        Outcome words = shell.WaitForExit();
        Assert.Equal((0, ""), (words.ExitCode, words.Errors));
        Outcome outcome = ProgramInProcess.RunIn(
            folder.Path, "GITHUB_STEP_SUMMARY", "steps.md", words.Output.TrimEnd('\n').Split('\0', StringSplitOptions.RemoveEmptyEntries));

        Assert.True(outcome.ExitCode == 0, outcome.Output + outcome.Errors);
        Assert.NotEmpty(outcome.Output);
        Assert.False(Directory.Exists(folder.At("results")), "a dry run has left a folder");
    }

    [Fact]
    public void Measurements_were_found() => Assert.True(Lines.Count >= 8, "the pages name fewer measurements than they did");
}
