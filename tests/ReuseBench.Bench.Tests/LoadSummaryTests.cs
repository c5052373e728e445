using System.Globalization;
using HdrHistogram;
using ReuseBench.Bench.Cli;
using ReuseBench.Bench.Experiments.Measuring;
using ReuseBench.Bench.Host;
using ReuseBench.Bench.Runs;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Core.Statistics;
using ReuseBench.Core.Wire;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Tests;

public sealed class LoadSummaryTests
{
    [Fact]
    public void An_open_loop_has_its_schedule_and_the_reason_of_what_is_left_out_whatever_failed()
    {
        string text = TextOf(Open() with { RequestsFailed = 9_999, LatencyCount = 9_999, Dropped = 500 });

        Assert.Contains("1000 due", text, StringComparison.Ordinal);
        Assert.Contains("500 dropped unstarted", text, StringComparison.Ordinal);
        Assert.Contains("lag ", text, StringComparison.Ordinal);
        Assert.Contains("left out: p50, p90, p99, max (9999 of 19998 requests failed", text, StringComparison.Ordinal);
        Assert.Contains("left out: p99.9 (9999 values are too few)", text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_may_be_published_is_not_left_out()
    {
        Assert.DoesNotContain("left out", TextOf(Open() with { LatencyCount = 100_000 }), StringComparison.Ordinal);
        Assert.Contains("mean 2 ms", TextOf(Open() with { LatencyMeanUs = 2000 }), StringComparison.Ordinal);
    }

    [Fact]
    public void One_screen_has_status_codes_bytes_and_a_histogram()
    {
        LongHistogram latencies = HistogramCodec.New();
        latencies.RecordValueWithCount(1_000_000, 900);
        latencies.RecordValueWithCount(100_000_000, 100);
        string text = TextOf(Open() with
        {
            ThroughputRps = 500,
            Life = new LifeCounts { Answers = 1010, BytesReceived = 101_000 },
            Errors = [new ErrorCount("answer", "http-404", 10)],
            Histograms = new SortedDictionary<string, string> { [Phases.Request] = HistogramCodec.ToBase64(latencies) },
        });

        Assert.Contains("status       1000 × 2xx, 10 × 404", text, StringComparison.Ordinal);
        Assert.Contains("bytes        50 kB/s, 100 B a response; 101 kB received in all", text, StringComparison.Ordinal);
        string[] rows = [.. text.Split('\n').Where(line => line.Contains('≤', StringComparison.Ordinal))];
        Assert.Equal(10, rows.Length);
        Assert.Equal(1000, rows.Sum(row => int.Parse(row.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3], CultureInfo.InvariantCulture)));
        Assert.EndsWith($"900 {new string('█', 36)}", rows[0], StringComparison.Ordinal);
        Assert.Contains("100 ████", rows[^1], StringComparison.Ordinal);
        Assert.True(text.Split('\n').Length <= 40, text);
    }

    [Fact]
    public void A_driver_that_counts_no_bytes_has_none() => Assert.DoesNotContain("bytes", TextOf(Open()), StringComparison.Ordinal);

    [Fact]
    public void A_live_load_is_one_line_that_is_gone_at_the_end()
    {
        using StringWriter terminal = new();
        using LiveLoad live = new(terminal, warmupS: 1, windowS: 4, width: 80);
        live.Report(new LoadSignal { Signal = LoadSignal.Begin, TimeNs = 1_000_000_000 });
        live.Report(new LoadSignal { Signal = LoadSignal.Progress, TimeNs = 3_000_000_000, Requests = 70, RateNowRps = 35, Errors = 2 });
        Assert.EndsWith("█████····· 2 of 4 s, 35 requests/s now, 70 responses, 2 errors", terminal.ToString(), StringComparison.Ordinal);
        live.Report(new LoadSignal { Signal = LoadSignal.Drained, TimeNs = 5_000_000_000 });
        Assert.EndsWith("\r\u001b[2K", terminal.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain('\n', terminal.ToString());
    }

    [Fact]
    public void A_live_load_keeps_to_the_width_and_is_gone_where_the_load_fails()
    {
        using StringWriter terminal = new();
        using (LiveLoad live = new(terminal, warmupS: 1, windowS: 4, width: 30))
        {
            live.Report(new LoadSignal { Signal = LoadSignal.Begin, TimeNs = 1_000_000_000 });
            live.Report(new LoadSignal { Signal = LoadSignal.Progress, TimeNs = 3_000_000_000, Requests = 70, RateNowRps = 35, Errors = 2 });
            Assert.InRange(terminal.ToString().Split("\r\u001b[2K")[^1].Length, 20, 30);
        }

        Assert.EndsWith("\r\u001b[2K", terminal.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_log_hears_of_a_load_only_what_is_to_be_heeded()
    {
        using StringWriter log = new();
        LoadWarnings warnings = new(log);
        warnings.Report(new LoadSignal { Signal = LoadSignal.Progress, TimeNs = 1 });
        warnings.Report(new LoadSignal { Signal = LoadSignal.Warning, TimeNs = 1, Text = "ports run out" });
        Assert.Equal("warning: ports run out\n", log.ToString());
    }

    [Theory]
    [InlineData(0.001, "0.001/s")]
    [InlineData(5000, "5000/s")]
    [InlineData(0.25, "0.25/s")]
    public void A_small_rate_is_not_zero(double rate, string said) =>
        Assert.Contains($"open loop at {said}", TextOf(Open() with { RateRpsRequested = rate }), StringComparison.Ordinal);

    [Fact]
    public void A_closed_loop_is_held_against_Littles_law()
    {
        LoadDocument closed = Closed() with { Connections = 64, ThroughputRps = 1000, LatencyMeanUs = 63_500 };

        Assert.Contains("63.5 of 64 connections had a request in progress", TextOf(closed), StringComparison.Ordinal);
        Assert.DoesNotContain("in progress", TextOf(Open() with { ThroughputRps = 1000, LatencyMeanUs = 63_500 }), StringComparison.Ordinal);
        Assert.Equal("loop-idle", CodesOf(closed with { LatencyMeanUs = 10_000, DurationS = 2, Requests = 2000 }));
    }

    [Fact]
    public void A_verdict_is_by_the_rules_of_a_run()
    {
        Assert.Equal("", CodesOf(Open()));
        Assert.Equal("generator-stalled", CodesOf(Open() with { Stalls = 1, StalledTotalMs = 300 }));
        Assert.Equal("client-saturated", CodesOf(Closed() with { ClientNeverIdleShare = 0.99 }));
        Assert.Contains("latency invalid", TextOf(Open() with { Stalls = 1, StalledTotalMs = 300 }), StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_host_tells_is_in_the_verdict()
    {
        KernelCounts kernel = KernelCounts.Unknown with
        {
            Retransmits = 20,
            ListenOverflows = 3,
            Losses = KernelLosses.Unknown with { SegmentsSent = 1000, ConntrackDrops = 1 },
        };
        HostSight host = new(kernel, new KernelTraits(InterruptTime.Process, NanosecondPacing: true, CpuQuota: null))
        {
            CpuSpeed = 0.9,
            StealShare = 0.03,
            BackgroundShare = 0.3,
            CpuTimesSeen = true,
        };

        Assert.Equal(
            "host-queue-overflow;conntrack;host-retransmits;cpu-steal;background-load-heavy;cpu-speed",
            LoadRow.Of(SettingsOf(Open()), Open(), host).Verdict.Codes);
    }

    [Fact]
    public void Warnings_and_causes_are_in_words()
    {
        string text = TextOf(Open() with
        {
            Warnings = ["source ports nearly used up"],
            Errors = [new ErrorCount("schedule", "timeout", 7), new ErrorCount("connect", "ECONNREFUSED", 2), new ErrorCount("first_byte", "closed", 1)],
        });

        Assert.Contains("warning: source ports nearly used up", text, StringComparison.Ordinal);
        Assert.Contains("7 × dropped unstarted", text, StringComparison.Ordinal);
        Assert.Contains("2 × connection refused", text, StringComparison.Ordinal);
        Assert.Contains("1 × the server closed the connection without a response", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1000, 1000, 0, false, ExitCodes.Success, null)]
    [InlineData(1000, 1000, 0, true, ExitCodes.Interrupted, "stopped after 2 of 10 s of measuring")]
    [InlineData(0, 0, 0, false, ExitCodes.NothingValid, "nothing valid was measured: there was no response")]
    [InlineData(0, 1000, 1000, false, ExitCodes.NothingValid, "nothing valid was measured: none of 1000 responses had a status of 2xx (1000 × 404)")]
    [InlineData(990, 1000, 10, false, ExitCodes.Success, null)]
    [InlineData(0, 50, 0, false, ExitCodes.NothingValid, "nothing valid was measured: no good response came within the measured window")]
    public void The_exit_code_says_whether_there_is_a_result(long requests, long answers, long notFound, bool interrupted, int code, string? reason)
    {
        LoadDocument document = Open() with
        {
            Requests = requests,
            Life = new LifeCounts { Answers = answers },
            Errors = notFound == 0 ? [] : [new ErrorCount("answer", "http-404", notFound)],
        };

        LoadOutcome outcome = LoadOutcome.Of(document, RowOf(document), askedS: 10, interrupted);

        Assert.Equal(code, outcome.ExitCode);
        Assert.Equal(reason, outcome.Reason);
    }

    [Fact]
    public void What_is_invalid_is_no_result_where_it_is_what_the_load_is_for()
    {
        LoadDocument stalled = Open() with { Stalls = 1, StalledTotalMs = 300 };
        LoadDocument closed = Closed() with { Stalls = 1, StalledTotalMs = 300 };

        Assert.Equal(
            new LoadOutcome(ExitCodes.NothingValid, "nothing valid was measured: latency is invalid (generator-stalled)"),
            LoadOutcome.Of(stalled, RowOf(stalled), askedS: 2, interrupted: false));
        // A stall delays single responses; how many there were it leaves alone.
        Assert.Equal(ExitCodes.Success, LoadOutcome.Of(closed, RowOf(closed), askedS: 2, interrupted: false).ExitCode);
    }

    [Fact]
    public void What_spoke_no_HTTP_is_named_with_its_counts()
    {
        LoadDocument document = Closed() with
        {
            Requests = 0,
            Life = new LifeCounts { Answers = 0 },
            Errors = [new ErrorCount("answer", "not HTTP/1.1: looks like SSH", 3), new ErrorCount("connect", "ECONNREFUSED", 9)],
        };

        Assert.Equal(
            "nothing valid was measured: there was no response (9 × connection refused: nothing listens there (connect, ECONNREFUSED), "
            + "3 × the target is an SSH server: check the port (answer, not HTTP/1.1: looks like SSH))",
            LoadOutcome.Of(document, RowOf(document), askedS: 2, interrupted: false).Reason);
    }

    private static LoadDocument Open() => new()
    {
        Load = "open",
        RateRpsRequested = 500,
        RateRpsAchieved = 500,
        Scheduled = 1000,
        DurationS = 2,
        Requests = 1000,
        RequestsFailed = 0,
        LatencyCount = 1000,
        ClientNeverIdleShare = 0.2,
        Life = new LifeCounts { Answers = 1000 },
    };

    private static LoadDocument Closed() => Open() with { Load = "closed", RateRpsRequested = null, RateRpsAchieved = null, Scheduled = null };

    private static LoadSettings SettingsOf(LoadDocument document) =>
        new() { Rate = document.RateRpsRequested, Connections = Math.Max(1, document.Connections) };

    private static ResultRow RowOf(LoadDocument document) => LoadRow.Of(SettingsOf(document), document, host: null);

    private static string CodesOf(LoadDocument document) => RowOf(document).Verdict.Codes;

    private static string TextOf(LoadDocument document)
    {
        using StringWriter output = new();
        LoadSummary.Print(document, RowOf(document).Verdict, output);
        return output.ToString();
    }
}
