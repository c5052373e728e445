using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Data;

namespace ReuseBench.Reports.Tests;

public sealed class CpuSpeedTests
{
    [Theory]
    [InlineData(new double[] { 900, 899, 860 }, "||")]
    [InlineData(new double[] { 840, 900, 700 }, "|cpu-speed|cpu-speed-changed")]
    [InlineData(new double[] { 900, 600 }, "|cpu-speed-changed")] // of two the faster is the usual one
    [InlineData(new double[] { 600, 900, 610 }, "|cpu-speed-changed|")] // one that was lucky is another machine, too
    public void A_repeat_is_held_against_what_is_usual_in_the_run(double[] rates, string reasons)
    {
        using RunFolder run = new();
        for (int i = 0; i < rates.Length; i++)
        {
            run.Add(RunFolder.Row("single", 1, i + 1) with { ConnectionsPerS = 100, CanaryRoundsPerUs = rates[i] });
        }

        Assert.Equal(reasons, string.Join('|', Repeats(run).Select(r => r.Verdict.Codes)));
    }

    /// <summary>One core has a higher clock than another, and two that are busy a higher one than eight.</summary>
    [Fact]
    public void Other_cpus_are_not_compared_with()
    {
        using RunFolder run = new RunFolder()
            .Add(RunFolder.Row("single", 1) with { CanaryRoundsPerUs = 1000 })
            .Add(RunFolder.Row("single", 8) with { CanaryRoundsPerUs = 700 })
            .Add(RunFolder.Row("reuseport", 8) with { CanaryRoundsPerUs = 690 })
            .Add(RunFolder.Row("reuseport", 1) with { CanaryRoundsPerUs = 900 })
            .Add(RunFolder.Row("restart", 1));

        Assert.Equal(
            new Dictionary<string, double?> { ["single 1"] = 1, ["single 8"] = 1, ["reuseport 8"] = 690 / 700.0, ["reuseport 1"] = 0.9, ["restart 1"] = null },
            Repeats(run).ToDictionary(r => $"{Core.Units.Names.Of(r.Row.Cell.Server.Variant)} {r.Row.Cell.Server.Workers}", r => r.CpuSpeed));
        Assert.Equal("cpu-speed", Assert.Single(Repeats(run), r => r.Verdict.Grade != Grade.Ok).Verdict.Codes);
    }

    /// <summary>A server that reloads itself is one, on the CPUs of its workers; every restart in a row takes the next ones.</summary>
    [Fact]
    public void Repeats_are_compared_by_the_cpus_of_all_their_servers()
    {
        ResultRow restart = RunFolder.Row("restart", 2) with
        {
            Experiment = "restart",
            RestartStop = "graceful",
            RestartScope = "process",
            RestartLoad = "idle",
        };
        using RunFolder run = new RunFolder()
            .Add(RunFolder.Row("single", 2) with { CanaryRoundsPerUs = 1000 })
            .Add(RunFolder.Row("single", 4) with { CanaryRoundsPerUs = 700 })
            .Add(RunFolder.Row("single", 8) with { CanaryRoundsPerUs = 500 })
            .Add(restart with { CellId = "reload", RestartMethod = "reload", Server = "nginx", CanaryRoundsPerUs = 900 })
            .Add(restart with { CellId = "once", RestartMethod = "reuseaddr", CanaryRoundsPerUs = 630 })
            .Add(restart with { CellId = "three", RestartMethod = "reuseaddr", RestartCount = 3, CanaryRoundsPerUs = 450 });

        Assert.Equal(
            new Dictionary<string, double?> { ["reload"] = 0.9, ["once"] = 0.9, ["three"] = 0.9 },
            Repeats(run).Where(r => r.Row.Cell.Restart is not null).ToDictionary(r => r.Row.CellId, r => r.CpuSpeed));
    }

    /// <summary>A hypervisor put both CPUs on one core: 900 alone, 600 together. A repeat suffers by as much as both were busy at once.</summary>
    [Theory]
    [InlineData(0.0, "")]
    [InlineData(0.1, "")] // 870 of 900
    [InlineData(0.3, "cpu-speed")] // 810
    [InlineData(0.6, "cpu-speed-changed")] // 720
    [InlineData(null, "cpu-speed-changed")]
    public void The_speed_in_company_counts_for_the_time_in_which_there_was_company(double? othersBusy, string reasons)
    {
        ResultRow row = RunFolder.Row("single", 1) with { CanaryAloneRoundsPerUs = 900, OtherCpusBusyShare = othersBusy };
        using RunFolder run = new RunFolder().Add(row with { CanaryRoundsPerUs = 900 }).Add(row with { Repeat = 2, CanaryRoundsPerUs = 600 });

        Assert.Equal(["", reasons], Repeats(run).Select(r => r.Verdict.Codes));
    }

    /// <summary>Two busy cores of this host have a lower clock than one in every repeat: nothing changed.</summary>
    [Fact]
    public void Company_that_slows_every_repeat_alike_is_no_change_of_speed()
    {
        ResultRow row = RunFolder.Row("single", 1) with { CanaryAloneRoundsPerUs = 900, CanaryRoundsPerUs = 700 };
        using RunFolder run = new RunFolder().Add(row with { OtherCpusBusyShare = 0.2 }).Add(row with { Repeat = 2, OtherCpusBusyShare = 1 });

        Assert.Equal([1.0, 1.0], Repeats(run).Select(r => r.CpuSpeed));
    }

    [Fact]
    public void What_a_slow_cpu_measured_is_in_no_median()
    {
        ResultRow row = RunFolder.Row("single", 1);
        using RunFolder run = new RunFolder().Add(row with { ConnectionsPerS = 100, CanaryRoundsPerUs = 900 })
            .Add(row with { Repeat = 2, ConnectionsPerS = 102, CanaryRoundsPerUs = 901 })
            .Add(row with { Repeat = 3, ConnectionsPerS = 60, CanaryRoundsPerUs = 600 });
        RunAnalysis analysis = run.Read();

        Estimate estimate = analysis.Throughput(Assert.Single(analysis.Cells));

        Assert.Equal((101.0, 1), (estimate.Value, estimate.Invalid));
        Assert.Contains(
            "The CPUs had 67 % to 100 % of the speed that is usual in this run on the same CPUs, over 3 repeats, and at least 95 % in 2.",
            File.ReadAllText(Report.Write(run.Path, TextWriter.Null).Markdown),
            StringComparison.Ordinal);
    }

    private static IEnumerable<MeasuredRepeat> Repeats(RunFolder run) => run.Read().Cells.SelectMany(c => c.Repeats);
}
