using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Linux;

namespace ReuseBench.SystemTests;

/// <summary>Cells whose servers accept by io_uring, as whole runs.</summary>
public sealed class IoUringTests
{
    /// <summary>The kernel counts, the server counts, and the swarm counts: in every cell they agree.</summary>
    [Fact]
    public void Counts_of_kernel_server_and_swarm_agree_and_the_report_says_who_got_them()
    {
        SkipWithout();
        using TestFolder folder = new();
        Outcome outcome = Run(folder, """
            defaults: {warmup: 100ms, duration: 500ms, workload: connect, workers: 3}
            groups:
              - {experiment: fairness, variant: [shared, reuseport], accept: [epoll, io-uring], rate: 200, connections: 64}
              - {experiment: throughput, variant: [shared, reuseport], accept: io-uring}
            """);
        Assert.True(outcome.HasMeasured, outcome.Output + outcome.Errors);
        ResultRow[] rows = [.. TableFile.Read<ResultRow>(folder.At("run", Tables.Results.FileName))];
        Assert.Equal(6, rows.Length);
        Assert.All(rows, row => Assert.Null(row.Failure));
        Assert.All(rows, row => Assert.True(row.CountsAgree));
        Assert.Single(rows, row => row.CellId.StartsWith("fairness-shared-io-uring-w3-connect", StringComparison.Ordinal));
        Assert.Single(rows, row => row.CellId.StartsWith("throughput-reuseport-io-uring-w3", StringComparison.Ordinal));
        string report = File.ReadAllText(folder.At("run", RunFiles.ReportMarkdown));
        Assert.Contains("one worker of a shared listener takes every connection", report, StringComparison.Ordinal);
        Assert.Contains("reuseport, io-uring", report, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{experiment: restart, restart_method: [reuseaddr, handoff], restart_stop: graceful, accept: io-uring, rate: 500}", 2)]
    [InlineData("{experiment: restart, restart_method: reuseaddr, restart_stop: kill, accept: [epoll-exclusive, io-uring], rate: 500}", 2)]
    [InlineData("{experiment: restart, restart_method: reuseport-drain, restart_stop: graceful, accept: io-uring, rate: 500}", 1)]
    public void A_server_that_accepts_by_io_uring_is_restarted_and_its_counts_agree(string group, int cells)
    {
        SkipWithout();
        using TestFolder folder = new();
        Outcome outcome = Run(folder, $"groups:\n  - {group}\n");
        Assert.True(outcome.HasMeasured, outcome.Output + outcome.Errors);
        RestartRow[] restarts = [.. TableFile.Read<RestartRow>(folder.At("run", Tables.Restarts.FileName))];
        Assert.Equal(cells, restarts.Length);
        Assert.All(restarts, row => Assert.Equal(RestartStatus.Measured, row.Status));
        Assert.All(TableFile.Read<ResultRow>(folder.At("run", Tables.Results.FileName)), row => Assert.True(row.CountsAgree));
        Assert.Contains("io-uring", File.ReadAllText(folder.At("run", RunFiles.ReportMarkdown)), StringComparison.Ordinal);
    }

    [Fact]
    public void Where_there_is_none_its_cells_are_skipped_with_the_reason_and_the_others_are_measured()
    {
        string strace = Tools.Require("strace");
        using TestFolder folder = new();
        string matrix = Matrix(folder, """
            groups:
              - {experiment: stall, driver: accept-only, variant: shared, accept: [epoll, io-uring], workers: 2, connections: 50}
            """);
        Outcome outcome = RunningProgram.Run(
            strace, "-f", "-qq", "-o", "/dev/null", "-e", "trace=io_uring_setup", "-e", "inject=io_uring_setup:error=ENOSYS",
            RunningProgram.ReuseBench, "run", "--matrix", matrix, "--out", folder.At("run"));
        ResultRow[] rows = [.. TableFile.Read<ResultRow>(folder.At("run", Tables.Results.FileName))];
        Assert.Equal(2, rows.Length);
        ResultRow left = Assert.Single(rows, row => row.Cell.Server.Accept == AcceptMode.IoUring);
        Assert.Equal($"{ResultRow.SkippedPrefix}accept io-uring cannot be had here: this kernel has no io_uring (ENOSYS)", left.Failure);
        Assert.Equal("no", RunManifestFile.Read(folder.At("run")).Host.IoUring);
        Assert.NotEqual(2, outcome.ExitCode);
    }

    private static void SkipWithout() => Assert.SkipWhen(AcceptRing.WhyNot() is not null, $"no io_uring here: {AcceptRing.WhyNot()}");

    private static string Matrix(TestFolder folder, string text)
    {
        string matrix = folder.At("io-uring.yaml");
        File.WriteAllText(matrix, "name: io-uring\ndescription: accept by io_uring\nrepeats: 1\n" + text);
        return matrix;
    }

    private static Outcome Run(TestFolder folder, string text) =>
        RunningProgram.Run(RunningProgram.ReuseBench, "run", "--matrix", Matrix(folder, text), "--out", folder.At("run"));
}
