using HdrHistogram;
using ReuseBench.Bench.Cli;
using ReuseBench.Bench.Runs;
using ReuseBench.Core.Statistics;
using ReuseBench.Core.Wire;

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
        Assert.Contains("mean 2 ms", TextOf(Open() with { Histograms = Latencies(1_000_000, 3_000_000) }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.001, "0.001/s")]
    [InlineData(5000, "5000/s")]
    [InlineData(0.25, "0.25/s")]
    public void A_small_rate_is_not_zero(double rate, string said) =>
        Assert.Contains($"open loop at {said}", TextOf(Open() with { RateRpsRequested = rate }), StringComparison.Ordinal);

    [Fact]
    public void A_verdict_is_by_the_rules_of_a_run()
    {
        Assert.Equal("", LoadSummary.Judge(Open()).Codes);
        Assert.Equal("generator-stalled", LoadSummary.Judge(Open() with { Stalls = 1, StalledTotalMs = 300 }).Codes);
        Assert.Equal("client-saturated", LoadSummary.Judge(Open() with { Load = "closed", ClientNeverIdleShare = 0.99 }).Codes);
        Assert.Contains("latency invalid", TextOf(Open() with { Stalls = 1, StalledTotalMs = 300 }), StringComparison.Ordinal);
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
    [InlineData(1000, 1000, 0, false, ExitCodes.Success)]
    [InlineData(1000, 1000, 0, true, ExitCodes.Interrupted)]
    [InlineData(0, 0, 0, false, ExitCodes.Failure)] // nothing was answered
    [InlineData(0, 1000, 1000, false, ExitCodes.Failure)] // 404, all of them
    [InlineData(990, 1000, 10, false, ExitCodes.Success)]
    [InlineData(0, 50, 0, false, ExitCodes.Failure)] // in the warm-up alone
    public void The_exit_code_says_whether_there_is_a_result(long requests, long answers, long notFound, bool interrupted, int code)
    {
        LoadDocument document = Open() with
        {
            Requests = requests,
            Life = new LifeCounts { Answers = answers },
            Errors = notFound == 0 ? [] : [new ErrorCount("answer", "http-404", notFound)],
        };

        LoadOutcome outcome = LoadOutcome.Of(document, askedS: 10, interrupted);

        Assert.Equal(code, outcome.ExitCode);
        Assert.Equal(code == ExitCodes.Success, outcome.Reason is null);
        Assert.Equal(interrupted, outcome.Reason == "stopped after 2 of 10 s of measuring");
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

    private static SortedDictionary<string, string> Latencies(params long[] ns)
    {
        LongHistogram histogram = HistogramCodec.New();
        foreach (long value in ns)
        {
            histogram.RecordValue(value);
        }

        return new SortedDictionary<string, string> { [Phases.Request] = HistogramCodec.ToBase64(histogram) };
    }

    private static string TextOf(LoadDocument document)
    {
        using StringWriter output = new();
        LoadSummary.Print(document, output);
        return output.ToString();
    }
}
