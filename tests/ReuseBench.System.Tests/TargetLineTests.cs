using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ReuseBench.SystemTests;

/// <summary>A swarm that is started before its server waits for a target on standard input.</summary>
public sealed partial class TargetLineTests
{
    private static readonly string[] Options = ["load", "--target", "-", "--connections", "2", "--warmup", "10ms", "--duration", "2s", "--json"];

    [Fact]
    public void The_load_begins_when_standard_input_names_the_target()
    {
        using RunningProgram swarm = RunningProgram.Start(RunningProgram.ReuseBench, Options);
        using RunningProgram server = RunningProgram.Start(RunningProgram.ReuseBench, "serve", "--variant", "single");
        string port = Port().Match(server.WaitForLine("READY ")).Groups[1].Value;
        swarm.Say($"127.0.0.1:{port}");
        Outcome outcome = swarm.WaitForExit();
        Assert.True(outcome.HasMeasured, outcome.Errors);
        using JsonDocument document = JsonDocument.Parse(outcome.Output);
        Assert.Equal($"127.0.0.1:{port}", document.RootElement.GetProperty("target").GetString());
        Assert.True(document.RootElement.GetProperty("requests").GetInt64() > 0);
    }

    [Fact]
    public void A_line_that_is_no_target_and_one_that_never_comes_are_named()
    {
        using RunningProgram wrong = RunningProgram.Start(RunningProgram.ReuseBench, Options);
        wrong.Say("nowhere");
        Outcome first = wrong.WaitForExit();
        Assert.Equal(2, first.ExitCode);
        Assert.Contains("target: 'nowhere' is not a host and port", first.Errors, StringComparison.Ordinal);

        using RunningProgram silent = RunningProgram.Start(RunningProgram.ReuseBench, Options);
        silent.Process.StandardInput.Close();
        Outcome second = silent.WaitForExit();
        Assert.Equal(2, second.ExitCode);
        Assert.Contains("ended without a line", second.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_may_say_when_to_begin()
    {
        using RunningProgram server = RunningProgram.Start(RunningProgram.ReuseBench, "serve", "--variant", "single");
        string port = Port().Match(server.WaitForLine("READY ")).Groups[1].Value;
        using RunningProgram swarm = RunningProgram.Start(RunningProgram.ReuseBench, Options);
        long epochNs = Stopwatch.GetTimestamp() + 8_000_000_000;
        swarm.Say($"127.0.0.1:{port} {epochNs} 0");
        Outcome outcome = swarm.WaitForExit();
        Assert.True(outcome.HasMeasured, outcome.Errors);
        using JsonDocument document = JsonDocument.Parse(outcome.Output);
        Assert.Equal(epochNs, document.RootElement.GetProperty("epoch_ns").GetInt64());
        Assert.Equal(epochNs + 10_000_000, document.RootElement.GetProperty("window_begin_ns").GetInt64());

        using RunningProgram late = RunningProgram.Start(RunningProgram.ReuseBench, Options);
        late.Say($"127.0.0.1:{port} 1000");
        Outcome second = late.WaitForExit();
        Assert.Equal(1, second.ExitCode);
        Assert.Contains("epoch: too late by ", second.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1:80 soon")]
    [InlineData("127.0.0.1:80 1 2 3")]
    [InlineData("127.0.0.1:80 -5")]
    public void A_line_of_another_form_is_refused(string line)
    {
        using RunningProgram wrong = RunningProgram.Start(RunningProgram.ReuseBench, Options);
        wrong.Say(line);
        Outcome outcome = wrong.WaitForExit();
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains($"target: '{line}' is no line for --target -", outcome.Errors, StringComparison.Ordinal);
    }

    [GeneratedRegex("\"port\":(\\d+)")]
    private static partial Regex Port();
}
