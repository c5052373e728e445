using System.Text.Json.Nodes;
using ReuseBench.Bench.Cli;
using ReuseBench.Core.Results;
using ReuseBench.Shared;

namespace ReuseBench.SystemTests;

/// <summary>What a user sees of the program before anything is measured, and of a run that was measured before.</summary>
public sealed class CommandLineTests
{
    public static TheoryData<string> Commands =>
        ["", "run", "fairness", "serve", "load", "semantics", "matrix", "report", "compare", "restart", "tune", "doctor", "cluster", "agent", "completion",
            "man"];

    [Theory]
    [MemberData(nameof(Commands))]
    public void Help_is_that_of_the_snapshot(string command)
    {
        string[] words = command.Length == 0 ? [] : [command];
        Outcome help = RunningProgram.Run(RunningProgram.ReuseBench, [.. words, "--help"]);
        Assert.Equal(0, help.ExitCode);
        Assert.Equal([.. words, "--help"], CommandTree.WithHelp(["help", .. words]));
        Assert.Contains("Exit codes:", help.Output, StringComparison.Ordinal);
        Repository.RequireSame(
            help.Output, "tests", "ReuseBench.System.Tests", "Snapshots", $"help{(command.Length == 0 ? "" : "-")}{command}.txt");
    }

    [Fact]
    public void Who_asks_for_help_as_for_a_command_gets_the_same() =>
        Assert.Equal(
            RunningProgram.Run(RunningProgram.ReuseBench, "run", "--help").Output, RunningProgram.Run(RunningProgram.ReuseBench, "help", "run").Output);

    [Fact]
    public void The_manual_page_of_the_documents_is_that_of_the_program()
    {
        Outcome page = RunningProgram.Run(RunningProgram.ReuseBench, "man");
        Assert.Equal((0, ""), (page.ExitCode, page.Errors));
        Repository.RequireSame(page.Output, "docs", "reusebench.1");
    }

    [Fact]
    public void The_manual_page_is_set_without_a_warning_and_shows_what_is_to_be_typed()
    {
        string groff = Tools.Require("groff");
        Outcome shown = RunningProgram.Run(groff, "-K", "utf8", "-T", "utf8", "-man", "-ww", "-P-cbou", Repository.At("docs", "reusebench.1"));
        Assert.Equal((0, ""), (shown.ExitCode, shown.Errors));
        string text = string.Join(' ', shown.Output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("reusebench run --matrix smoke --expect 'errors = 0' --expect 'gap_ms < 2s' --fail-on invalid", text, StringComparison.Ordinal);
        Assert.Contains("-n, --dry-run print the cells and the estimated time, measure nothing", text, StringComparison.Ordinal);
        Assert.DoesNotContain("--parent-pid", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("reusebench ru", "run")]
    [InlineData("reusebench run --matrix sm", "smoke")]
    [InlineData("reusebench serve --variant re", "restart reuseport")]
    [InlineData("reusebench run --filter variant=re", "restart reuseport")]
    [InlineData("reusebench run --isolate=n", "netns none")]
    public void Bash_completes_with_the_script(string line, string words)
    {
        // As bash calls it: the line, where the cursor is, and the words.
        string script = $"""
            source <({RunningProgram.ReuseBench} completion bash)
            complete -p reusebench >/dev/null || exit 1
            COMP_LINE='{line}' COMP_POINT={line.Length} COMP_WORDS=({RunningProgram.ReuseBench}) COMP_CWORD=1
            _reusebench
            echo "${"{"}COMPREPLY[*]{"}"}"
            """;
        Outcome outcome = RunningProgram.Run(Tools.Require("bash"), "-c", script);
        Assert.Equal((0, words), (outcome.ExitCode, outcome.Output.TrimEnd()));
    }

    [Theory]
    [InlineData("zsh", "${~words[1]} complete ${#line} \"$line\"")]
    [InlineData("fish", "reusebench complete (string length -- \"$line\") \"$line\"")]
    public void The_script_of_another_shell_can_be_read_by_it(string shell, string calls)
    {
        string script = RunningProgram.Run(RunningProgram.ReuseBench, "completion", shell).Output;
        Assert.Contains(calls, script, StringComparison.Ordinal);
        using TestFolder folder = new();
        File.WriteAllText(folder.At("script"), script);
        Outcome outcome = RunningProgram.Run(Tools.Require(shell), "-n", folder.At("script"));
        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Errors));
    }

    [Fact]
    public void A_report_says_again_what_the_run_said_for_people_and_for_programs()
    {
        using TestFolder folder = new();
        foreach (string file in Directory.EnumerateFiles(Repository.RunOfVersion1))
        {
            File.Copy(file, folder.At(Path.GetFileName(file)));
        }

        Outcome text = RunningProgram.Run(RunningProgram.ReuseBench, "report", folder.Path);
        Assert.True(text.ExitCode == 0, text.Errors);
        Assert.Contains("throughput (", text.Output, StringComparison.Ordinal);
        Assert.EndsWith($"report: {folder.At(RunFiles.ReportHtml)}\n", text.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', text.Output);

        Outcome json = RunningProgram.Run(RunningProgram.ReuseBench, "report", folder.Path, "--json");
        JsonNode run = JsonNode.Parse(json.Output)!;
        Assert.Equal(folder.At(RunFiles.ReportHtml), (string?)run["report"]);
        Assert.NotEmpty(run["experiments"]!.AsArray());
        Assert.NotEmpty(run["findings"]!.AsArray());
        Assert.Equal(0, (int?)run["exit_code"]);
    }

    [Fact]
    public void A_dry_run_is_one_document_too()
    {
        using TestFolder folder = new();
        Outcome outcome = RunningProgram.Run(RunningProgram.ReuseBench, "run", TinyMatrix.WriteTo(folder), "--dry-run", "--json", "--out", folder.At("run"));
        JsonNode plan = JsonNode.Parse(outcome.Output)!;
        Assert.Equal(("tiny", 11), ((string?)plan["matrix"], (int?)plan["measurements"]));
        Assert.Contains(plan["cells"]!.AsArray(), c => (string?)c!["label"] == "throughput: single, 2 workers; keepalive, closed loop, 16 connections");
    }

    [Fact]
    public void A_dry_run_of_a_tune_and_an_index_are_one_document_too()
    {
        using TestFolder folder = new();
        Outcome tune = RunningProgram.Run(
            RunningProgram.ReuseBench, "tune", "--workers", "1,2", "--dry-run", "--json", "--out", folder.At("run"));
        JsonNode plan = JsonNode.Parse(tune.Output)!;
        JsonNode question = Assert.Single(plan["questions"]!.AsArray())!;
        Assert.Equal((folder.At("run"), "reuseport"), ((string?)plan["folder"], (string?)question["variant"]));
        Assert.Equal([1, 2], question["workers"]!.AsArray().Select(w => (int)w!));
        Assert.False(Directory.Exists(folder.At("run")));

        JsonNode index = JsonNode.Parse(RunningProgram.Run(RunningProgram.ReuseBench, "report", "--index", folder.Path, "--json").Output)!;
        Assert.Equal((folder.At("index.html"), 0, 0), ((string?)index["index"], (int?)index["runs"], (int?)index["left_out"]));
    }

    [Fact]
    public void A_report_removes_nothing_from_a_folder_that_holds_no_run()
    {
        using TestFolder folder = new();
        File.WriteAllText(folder.At("a.txt.12.new"), "somebody's own");
        Outcome outcome = RunningProgram.Run(RunningProgram.ReuseBench, "report", folder.Path);
        Assert.Equal(2, outcome.ExitCode);
        Assert.Equal("somebody's own", File.ReadAllText(folder.At("a.txt.12.new")));
    }

    [Fact]
    public void A_run_keeps_standard_output_for_its_result()
    {
        using TestFolder folder = new();
        Outcome outcome = RunningProgram.Run(
            RunningProgram.ReuseBench, "run", TinyMatrix.WriteTo(folder), "--filter", "variant=single,workload=keepalive", "--out", folder.At("run"), "--json");
        Assert.True(outcome.HasMeasured, outcome.Output + outcome.Errors);
        Assert.Equal(outcome.ExitCode, (int?)JsonNode.Parse(outcome.Output)!["exit_code"]);
        Assert.Matches(@"\[1/1\] throughput: single, 2 workers; keepalive, closed loop, 16 connections #1: ", outcome.Errors);
    }

    [Fact]
    public void A_quiet_load_says_nothing_but_its_result_and_a_piped_one_no_JSON()
    {
        using RunningProgram server = RunningProgram.Start(RunningProgram.ReuseBench, "serve", "--variant", "single", "--workers", "1");
        string port = server.WaitForLine("READY ").Split("\"port\":")[1].Split(',')[0];
        string[] load = ["load", "-c", "2", "-d", "1s", "--warmup", "100ms", $"http://127.0.0.1:{port}/"];

        Outcome piped = RunningProgram.Run(RunningProgram.ReuseBench, load);
        Outcome quiet = RunningProgram.Run(RunningProgram.ReuseBench, [.. load, "-q"]);

        Assert.True(piped.HasMeasured && quiet.HasMeasured, piped.Errors + quiet.Errors);
        Assert.DoesNotContain('{', piped.Errors + quiet.Errors);
        Assert.Matches(@"bytes +[\d.]+ [kM]?B/s, \d+ B a response", piped.Output);
        Assert.Matches(@"status +\d+ × 2xx", piped.Output);
        Assert.Matches("≤ .*█", piped.Output);
    }
}
