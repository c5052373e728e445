using ReuseBench.Core;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Data;

namespace ReuseBench.Reports.Tests;

public sealed class TablesTests
{
    [Theory]
    [InlineData("ok", "")]
    [InlineData("limited", "too-few-cpus")]
    public void A_known_verdict_is_taken_as_it_is(string verdict, string reasons) =>
        Assert.True(Repeat(verdict, reasons, failure: null).IsValid(Figures.Throughput));

    [Theory]
    [InlineData("ok", "a-reason-of-a-later-version", null)]
    [InlineData("invalid", "", null)]
    [InlineData("limited", "", null)]
    [InlineData("ok", "", "the server did not come up")]
    public void What_is_not_understood_is_not_believed(string verdict, string reasons, string? failure) =>
        Assert.False(Repeat(verdict, reasons, failure).IsValid(Figures.Throughput));

    [Fact]
    public void A_folder_without_a_run_is_one_clear_sentence()
    {
        using RunFolder run = new();

        UsageException e = Assert.Throws<UsageException>(() => RunData.Read(run.Path));

        Assert.Contains("neither run.json nor results.csv is there", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_without_a_result_are_left_out_and_named()
    {
        ResultRow row = RunFolder.Row("reuseport", 2);
        using RunFolder run = new RunFolder().AddListeners(row, 10, 20);

        RunAnalysis tables = run.Read();

        Assert.Empty(tables.Cells);
        Assert.Contains(tables.Data.Remarks, r => r.Contains("2 of 2 rows of fairness.csv", StringComparison.Ordinal));
    }

    [Fact]
    public void A_count_that_nobody_counted_is_one_line_with_its_place()
    {
        ResultRow row = RunFolder.Row("reuseport", 2);
        using RunFolder run = new RunFolder().Add(row).AddListeners(row, long.MaxValue);

        UsageException e = Assert.Throws<UsageException>(() => RunData.Read(run.Write().Path));

        Assert.Contains("fairness.csv, line 2, accepted: '9223372036854775807' is not a whole number from 0 to 1000000000000000", e.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_without_effect_on_a_variant_do_not_split_its_series()
    {
        ResultRow row = RunFolder.Row("reuseport", 2);

        Assert.Equal(Cell(row).Series, Cell(row with { Accept = "blocking" }).Series);
        Assert.NotEqual(Cell(row).Series, Cell(row with { Selector = "cbpf-cpu" }).Series);
    }

    [Fact]
    public void A_setting_of_the_load_or_the_address_makes_other_conditions()
    {
        ResultRow row = RunFolder.Row("reuseport", 2);
        ResultRow[] others =
        [
            row with { Bind = "::1" }, row with { SourcePorts = "2000-3000" }, row with { TimeoutMs = 5 },
            row with { ConnectTimeoutMs = 5 }, row with { RetryDelayMs = 5 }, row with { IntervalMs = 5 }, row with { ShareCpus = "on" },
        ];

        Assert.All(others, o => Assert.NotEqual(Cell(row).Conditions, Cell(o).Conditions));
    }

    [Fact]
    public void Cells_that_differ_in_their_ramp_alone_are_told_apart()
    {
        ResultRow row = RunFolder.Row("reuseport", 2);
        using RunFolder run = new RunFolder().Add(row with { RampMs = 500 }).Add(RunFolder.Row("single", 2));

        Assert.Equal(
            ["connect, closed loop, 64 connections, ramp of 0s", "connect, closed loop, 64 connections, ramp of 500ms"],
            run.Read().Cells.Select(c => c.Conditions.Label).Order());
    }

    [Fact]
    public void A_first_repeat_that_failed_does_not_take_its_cell_out_of_the_ranking()
    {
        // It was never steered to other CPUs, and rows of earlier versions do not say where it was to run.
        ResultRow measured = RunFolder.Row("reuseport", 2) with { ServerCpuList = "0-15", ServerThreads = 2 };
        ResultRow failed = RunFolder.Judged(RunFolder.Row("reuseport", 2)
            with
        { ServerThreads = 0, Isolation = "", Failure = "no port" }, VerdictRules.Failed);
        ResultRow other = RunFolder.Row("single", 2) with { ServerCpuList = "0-15" };
        using RunFolder run = new RunFolder().Add(failed).Add(measured with { Repeat = 2 }).Add(measured with { Repeat = 3 }).Add(other);

        IReadOnlyList<MeasuredCell> cells = run.Read().Cells;

        Assert.Single(cells.Select(c => c.Conditions).Distinct());
        Assert.Equal(2, cells.Single(c => c.Cell.Server.Variant == Core.Cells.Variant.Reuseport).Row.ServerThreads);
    }

    [Fact]
    public void A_setting_that_is_not_the_default_is_in_the_label_even_where_all_cells_have_it()
    {
        ResultRow row = RunFolder.Row("reuseport", 2);
        (ResultRow Row, string Says)[] unusual =
        [
            (row with { ServiceTimeUs = 5 }, "service time 5 µs"),
            (row with { ServiceTimeUs = 5, ServiceTimeDistribution = "exp" }, "service time 5 µs, exponential"),
            (row with { ResponseBytes = 4096 }, "4096 B responses"),
            (row with { RequestBytes = 10 }, "10 B of request body"),
            (row with { Backlog = 16 }, "backlog 16"),
            (row with { AcceptBatch = 32 }, "accept batch 32"),
            (row with { Close = "fin" }, "client closes by FIN"),
            (row with { ServerClose = "server" }, "server closes first"),
            (row with { SourcePlan = "random" }, "random source plan"),
            (row with { Sources = "127.0.0.2-127.0.0.33" }, "sources 127.0.0.2-127.0.0.33"),
            (row with { Bind = "::1" }, "server on ::1"),
            (row with { Driver = "nbomber" }, "driver nbomber"),
        ];

        Assert.Equal("connect, closed loop, 64 connections", Label(row));
        Assert.All(unusual, u => Assert.Equal($"connect, closed loop, 64 connections, {u.Says}", Label(u.Row)));

        static string Label(ResultRow row)
        {
            using RunFolder run = new RunFolder().Add(row);
            return Assert.Single(run.Read().Cells).Conditions.Label;
        }
    }

    [Fact]
    public void Where_a_setting_varies_its_default_is_named_too()
    {
        ResultRow row = RunFolder.Row("reuseport", 2);
        using RunFolder run = new RunFolder().Add(row).Add(row with { CellId = "short", Backlog = 128 });

        Assert.Equal(
            ["connect, closed loop, 64 connections, backlog 128", "connect, closed loop, 64 connections, backlog 4096"],
            run.Read().Cells.Select(c => c.Conditions.Label).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_service_time_of_nothing_is_not_named()
    {
        ResultRow row = RunFolder.Row("reuseport", 2);
        using RunFolder run = new RunFolder().Add(row).Add(row with { CellId = "burning", ServiceTimeUs = 20 });

        Assert.Equal(
            ["connect, closed loop, 64 connections", "connect, closed loop, 64 connections, service time 20 µs"],
            run.Read().Cells.Select(c => c.Conditions.Label).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_way_to_restart_is_no_series_of_its_own_for_an_option_that_it_leaves_off()
    {
        ResultRow drain = RunFolder.Row("restart", 1) with { RestartMethod = "reuseport-drain", Reuseaddr = "off" };

        Assert.Equal("restart", Cell(drain).Series.Label);
        Assert.Equal("restart, SO_REUSEADDR off", Cell(drain with { RestartMethod = "loop" }).Series.Label);
    }

    [Fact]
    public void A_spoiled_histogram_names_its_row()
    {
        ResultRow row = RunFolder.Row("reuseport", 2);
        using RunFolder run = new RunFolder().Add(row).AddHistogram(row, "bm90IGEgaGlzdG9ncmFt", 5);

        UsageException e = Assert.Throws<UsageException>(() => LatencyTail.Of(Assert.Single(run.Read().Cells)));

        Assert.Contains(row.CellId, e.Message, StringComparison.Ordinal);
    }

    private static MeasuredCell Cell(ResultRow row)
    {
        using RunFolder run = new RunFolder().Add(row);
        return Assert.Single(run.Read().Cells);
    }

    private static MeasuredRepeat Repeat(string verdict, string reasons, string? failure) => new()
    {
        Row = RunFolder.Row("single", 1) with { Verdict = verdict, VerdictReasons = reasons, Failure = failure },
    };
}
