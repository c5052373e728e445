using System.Text.RegularExpressions;
using ReuseBench.Linux;
using ReuseBench.Shared;

namespace ReuseBench.SystemTests;

/// <summary>
/// What README.md tells to type, typed; and what README.md and docs/ tell to measure, as a dry run of the program, beside the matrices that the same pages
/// hold; the words are those that a shell makes of a line.
/// </summary>
public sealed partial class DocumentedCommandTests(SingleRun single)
{
    private const string DryRun = "--dry-run";

    private const string Compare = "compare results/before results/after";
    private const string Serve = "serve --variant reuseport --workers 4 --port 8080";
    private const string Load = "load -c 64 -d 10s http://127.0.0.1:8080/";

    /// <summary>Commands of README.md that are typed elsewhere, and where.</summary>
    private static readonly Dictionary<string, string> Elsewhere = new()
    {
        ["run --matrix smoke"] = ".ci/run, from the sources as README.md has it: more than a minute",
        ["run quick"] = "nowhere but as a dry run, here: eight minutes",
        ["tune --variant reuseport --workload connect --service-time 50us"] = "TuneTests, with a budget of seconds: the documented one takes two minutes",
        ["doctor"] = "DoctorTests",
        ["run --matrix backlog.yaml --dry-run"] = "here, with every other dry run",
    };

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

    /// <summary>The port is one that the kernel chooses, since somebody may have 8080, and the load takes two seconds instead of ten.</summary>
    [Fact]
    public void The_server_and_the_load_of_the_readme_meet()
    {
        using RunningProgram server = Typed(Serve.Replace("8080", "0", StringComparison.Ordinal), AppContext.BaseDirectory);
        string port = PortInReady().Match(server.WaitForLine("READY ")).Groups[1].Value;
        using RunningProgram load = Typed(
            Load.Replace("8080", port, StringComparison.Ordinal).Replace("-d 10s", "-d 2s", StringComparison.Ordinal), AppContext.BaseDirectory);
        Outcome loaded = load.WaitForExit();
        Assert.Equal(0, ChildProcess.Kill(server.Process.Id, Signal.Terminate));
        Outcome served = server.WaitForExit();

        Assert.True(loaded.HasMeasured, loaded.Output + loaded.Errors);
        Assert.Contains("64 connections", loaded.Output, StringComparison.Ordinal);
        Assert.True(served.HasMeasured, served.Errors);
        Assert.Matches("\nSTATS .*\"requests\":[1-9]", served.Output);
    }

    [Fact]
    public void The_comparison_of_the_readme_compares_two_folders()
    {
        using TestFolder folder = new();
        single.CopyTo(folder, "results/before");
        single.CopyTo(folder, "results/after");
        using RunningProgram compare = Typed(Compare, folder.Path);
        Outcome outcome = compare.WaitForExit();
        Assert.True(outcome.HasMeasured, outcome.Output + outcome.Errors);
        Assert.Contains(", 2 cells: 0 worse, 0 better, ", outcome.Output, StringComparison.Ordinal);
    }

    /// <summary>A command that README.md gains has to be typed here, or to say where it is.</summary>
    [Fact]
    public void Every_command_of_the_readme_is_typed_somewhere() => Assert.Equal(
        Elsewhere.Keys.Concat([Compare, Serve, Load]).Order(StringComparer.Ordinal),
        Documents.CommandLines("README.md").Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public void Measurements_were_found() => Assert.True(Lines.Count >= 8, "the pages name fewer measurements than they did");

    /// <summary>As a shell reads it.</summary>
    private static RunningProgram Typed(string line, string folder) =>
        RunningProgram.StartIn(folder, "sh", "-c", $"GITHUB_STEP_SUMMARY=steps.md exec '{RunningProgram.ReuseBench}' {line}");

    [GeneratedRegex("\"port\":(\\d+)")]
    private static partial Regex PortInReady();
}
