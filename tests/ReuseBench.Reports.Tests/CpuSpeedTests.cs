using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Data;

namespace ReuseBench.Reports.Tests;

public sealed class CpuSpeedTests
{
    [Theory]
    [InlineData(new double[] { 900, 899, 860 }, "||")]
    [InlineData(new double[] { 900, 900, 760 }, "||cpu-speed")] // a moment's company: limited, whatever it was
    [InlineData(new double[] { 900, 900, 900, 840 }, "|||cpu-speed")] // too few to tell what lasts: marked from 5 %,
    [InlineData(new double[] { 900, 900, 500, 500 }, "||cpu-speed|cpu-speed")] // never invalid
    [InlineData(new double[] { 900, 900, 900, 900, 840 }, "||||")] // of five the neighbours show that it did not last
    [InlineData(new double[] { 900, 600, 900, 600, 900, 600, 600, 900 }, "|cpu-speed||cpu-speed||cpu-speed|cpu-speed|")] // by turns: nothing that lasts
    [InlineData(new double[] { 900, 900, 900, 900, 900, 900, 840, 840, 840, 840, 840 }, "||||||||cpu-speed|cpu-speed|cpu-speed")] // the clock went down
    [InlineData(
        new double[] { 900, 900, 900, 900, 900, 900, 750, 750, 750, 750, 750 },
        "||||||cpu-speed|cpu-speed|cpu-speed-changed|cpu-speed-changed|cpu-speed-changed")] // by more
    [InlineData(new double[] { 700, 700, 700, 900, 700, 700, 700 }, "|||cpu-speed|||")] // one that was lucky: nothing that lasts, either
    public void A_repeat_is_held_against_what_is_usual_in_the_run(double[] rates, string reasons)
    {
        using RunFolder run = new();
        for (int i = 0; i < rates.Length; i++)
        {
            run.Add(RunFolder.Row("single", 1, i + 1) with { ConnectionsPerS = 100, CanaryRoundsPerUs = rates[i], StartedUtc = $"2026-01-01T00:00:{i:00}Z" });
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
            .Add(RunFolder.Row("reuseport", 1) with { CanaryRoundsPerUs = 960 })
            .Add(RunFolder.Row("restart", 1));

        Assert.Equal(
            new Dictionary<string, double?> { ["single 1"] = 1, ["single 8"] = 1, ["reuseport 8"] = 690 / 700.0, ["reuseport 1"] = 0.96, ["restart 1"] = null },
            Repeats(run).ToDictionary(r => $"{Core.Units.Names.Of(r.Row.Cell.Server.Variant)} {r.Row.Cell.Server.Workers}", r => r.CpuSpeed?.Own));
        Assert.All(Repeats(run), r => Assert.Equal(Grade.Ok, r.Verdict.Grade));
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
            Repeats(run).Where(r => r.Row.Cell.Restart is not null).ToDictionary(r => r.Row.CellId, r => r.CpuSpeed?.Own));
    }

    /// <summary>A hypervisor put both CPUs on one core: 900 alone, 600 together. A repeat suffers by as much as both were busy at once.</summary>
    [Theory]
    [InlineData(0.0, "")]
    [InlineData(0.1, "")] // 870 of 900
    [InlineData(0.3, "cpu-speed")] // 810: too few repeats to tell whether it lasts
    [InlineData(0.6, "cpu-speed")] // 720
    [InlineData(null, "cpu-speed")]
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

        Assert.Equal([1.0, 1.0], Repeats(run).Select(r => r.CpuSpeed!.Value.Own));
    }

    [Fact]
    public void What_a_slow_cpu_measured_is_in_no_median()
    {
        ResultRow row = RunFolder.Row("single", 1);
        using RunFolder run = new();
        for (int i = 1; i <= 9; i++)
        {
            // Of the four that are slow the first two stand beside usual ones.
            run.Add(row with
            {
                Repeat = i,
                StartedUtc = $"2026-01-01T00:00:0{i}Z",
                ConnectionsPerS = i > 7 ? 60 : 99 + i,
                CanaryRoundsPerUs = i > 5 ? 600 : 900,
            });
        }

        RunAnalysis analysis = run.Read();

        Estimate estimate = analysis.Throughput(Assert.Single(analysis.Cells));

        Assert.Equal((103.0, 2), (estimate.Value, estimate.Invalid));
        Assert.Contains(
            "The CPUs had 67 % to 100 % of the speed that is usual in this run on the same CPUs, over 9 repeats in which it "
                + "was measured, and at least 95 % in 5 of them.",
            File.ReadAllText(Report.Write(run.Path, TextWriter.Null).Markdown),
            StringComparison.Ordinal);
    }

    private static IEnumerable<MeasuredRepeat> Repeats(RunFolder run) => run.Read().Cells.SelectMany(c => c.Repeats);
}
