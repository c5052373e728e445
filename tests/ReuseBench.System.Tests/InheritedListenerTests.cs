using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Core.Verdicts;
using ReuseBench.TestSupport;

namespace ReuseBench.SystemTests;

/// <summary>One listener with SO_REUSEPORT that processes inherit, beside a listener for each process.</summary>
public sealed class InheritedListenerTests
{
    [Fact]
    public void It_is_measured_beside_a_group_and_the_report_says_how_many_sockets_there_were() => BusyHost.OneOfFew(
        Measure,

        // A host that stands still for all of a window leaves nothing in it.
        rows => Assert.All(rows, row => Assert.True(row.Requests > 0, $"{row.CellId}: nothing was answered in the window")));

    private static ResultRow[] Measure()
    {
        using TestFolder folder = new();
        string matrix = folder.At("inherited.yaml");
        File.WriteAllText(matrix, """
            defaults: {warmup: 100ms, duration: 500ms, connections: 16, workers: 2, workload: connect}
            groups:
              - {variant: inherited, accept: [epoll, epoll-exclusive]}
              - {variant: reuseport, processes: 2}
              - {experiment: fairness, variant: inherited, rate: 300}
              - {experiment: latency, variant: inherited, rate: 300}
            """);
        string run = folder.At("run");
        Outcome outcome = RunningProgram.Run(RunningProgram.ReuseBench, "run", matrix, "--out", run);

        Assert.True(outcome.HasMeasured, outcome.Output + outcome.Errors);
        ResultRow[] rows = [.. TableFile.Read<ResultRow>(Path.Combine(run, Tables.Results.FileName))];
        Assert.Equal(5, rows.Length);
        Assert.All(rows, row =>
        {
            Assert.True(row.Failure is null, row.Failure);
            Assert.Equal(row.Cell.Server.Variant == Variant.Inherited ? 1 : 2, row.Listeners);
            Assert.Equal(row.Listeners, row.ListenersMeant);
            Assert.True(row.CountsAgree);
            Assert.DoesNotContain(VerdictRules.NotTheMode.Code, row.Verdict.Codes, StringComparison.Ordinal);
        });
        string report = File.ReadAllText(Path.Combine(run, RunFiles.ReportMarkdown));
        Assert.Contains("How many sockets listened?", report, StringComparison.Ordinal);
        Assert.Contains("| throughput | inherited, epoll | 2 | 2 | on | 1 | 1 |", report, StringComparison.Ordinal);
        Assert.Contains("| throughput | reuseport, 2 processes | 2 | 2 | on | 2 | 2 |", report, StringComparison.Ordinal);
        return rows;
    }

    /// <summary>sock_diag(7) by somebody else's program.</summary>
    [Theory]
    [InlineData(1, "--variant", "inherited", "--workers", "3")]
    [InlineData(3, "--variant", "reuseport", "--workers", "3", "--processes", "3")]
    public void The_kernel_shows_as_many_sockets(int sockets, params string[] options)
    {
        string ss = Tools.Require("ss");
        using RunningProgram serve = RunningProgram.Start(RunningProgram.ReuseBench, ["serve", .. options]);
        string ready = serve.WaitForLine("READY ");
        string port = System.Text.RegularExpressions.Regex.Match(ready, "\"port\":([0-9]+)").Groups[1].Value;
        Outcome listed = RunningProgram.Run(ss, "-Htln", $"sport = :{port}");
        Assert.Equal(0, listed.ExitCode);
        Assert.Equal(sockets, listed.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }
}
