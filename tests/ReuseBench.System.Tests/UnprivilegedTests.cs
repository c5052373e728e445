using System.Diagnostics;
using System.Runtime.Versioning;
using ReuseBench.Core.Results;
using ReuseBench.TestSupport;

namespace ReuseBench.SystemTests;

[SupportedOSPlatform("linux")]
public sealed class UnprivilegedTests
{
    private const string Nobody = "65534";

    /// <summary>Each with what is said of it. One run has them all, beside a cell that needs no rights.</summary>
    private static readonly (string Cell, string Reason)[] Cells =
    [
        ("{experiment: fairness, driver: accept-only, variant: reuseport, workers: 2, selector: ebpf-round-robin, duration: 100ms}",
            "ebpf-round-robin is not allowed here"),
        ("{experiment: fairness, variant: reuseport, workers: 2, rx_cpu_match: on, workload: connect, duration: 200ms}",
            "network namespace of its own; run as root"),
        ("{experiment: fairness, variant: reuseport, workers: 2, selector: ebpf-weight, workload: connect, duration: 200ms}",
            "ebpf-weight is not allowed here"),
        ("{experiment: stall, driver: accept-only, variant: reuseport, workers: 2, selector: ebpf-alive, connections: 50}", "ebpf-alive is not allowed here"),
        ("{experiment: fairness, variant: reuseport, workers: 2, share_cpus: on, workload: connect, rate: 100, duration: 200ms}", "only real-time priority"),
    ];

    /// <summary>Where the rights end the figure ends, with its reason; it is no failure of the run.</summary>
    [Fact]
    public void What_needs_rights_is_left_out_with_the_reason()
    {
        Assert.SkipUnless(Environment.UserName == "root", "becomes an ordinary user, which only root can");
        string setpriv = Tools.Require("setpriv");
        using TestFolder folder = new();
        using ReachableCopy copy = new(Path.GetDirectoryName(RunningProgram.ReuseBench)!);
        string program = copy.At(Path.GetFileName(RunningProgram.ReuseBench));
        string matrix = folder.At("cell.yaml");
        File.WriteAllText(matrix, $"name: cells\ndescription: what needs rights, and one that does not\ngroups:\n"
            + string.Concat(Cells.Select(c => $"  - {c.Cell}\n")) + "  - {experiment: fairness, driver: accept-only, variant: reuseport, workers: 2, "
            + "duration: 50ms}\n");
        Open(folder);

        string results = folder.At("run");
        Outcome outcome = RunningProgram.Run(
            setpriv, "--reuid", Nobody, "--regid", Nobody, "--clear-groups", program, "run", "--matrix", matrix, "--out", results);
        Assert.True(outcome.HasMeasured, outcome.Output + outcome.Errors);
        ResultRow[] rows = [.. TableFile.Read<ResultRow>(Path.Combine(results, Tables.Results.FileName))];
        string[] left = [.. rows.Select(row => row.Failure).OfType<string>()];
        Assert.Equal((Cells.Length, Cells.Length + 1), (left.Length, rows.Length));
        Assert.All(left, failure => Assert.StartsWith(ResultRow.SkippedPrefix, failure, StringComparison.Ordinal));
        Assert.All(Cells, cell => Assert.Single(left, failure => failure.Contains(cell.Reason, StringComparison.Ordinal)));
        Assert.Contains("cannot be had here: ", File.ReadAllText(Path.Combine(results, RunFiles.ReportMarkdown)), StringComparison.Ordinal);
    }

    private static void Open(TestFolder folder)
    {
        using Process chmod = Process.Start(new ProcessStartInfo("chmod", ["-R", "a+rwX", folder.At(".")]))!;
        Assert.True(chmod.WaitForExit(RunningProgram.DefaultLimit) && chmod.ExitCode == 0, "the folder could not be opened");
    }
}
