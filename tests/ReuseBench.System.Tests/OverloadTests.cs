using HdrHistogram;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Statistics;
using ReuseBench.Core.Verdicts;
using ReuseBench.Core.Wire;

namespace ReuseBench.SystemTests;

/// <summary>
/// A server whose every request costs 2 ms of CPU time, asked for more than it can do. What it can do is measured beforehand, by a closed
/// loop in the same seconds: the bounds are shares of that, so that a slow host is slow on both sides.
/// </summary>
public sealed class OverloadTests
{
    private static readonly string[] Costly = ["--service-time", "2ms:cpu"];

    /// <summary>
    /// Answers a second that 2 ms of CPU time each allow, and those of the eight connections that end at the window's edges beside.
    /// </summary>
    private const double Most = 500 + 8;

    [Fact]
    public void In_a_lasting_overload_the_server_still_answers_what_it_can_and_the_rest_is_dropped_unstarted()
    {
        const double waitMs = 300;
        using LoadedServer server = LoadedServer.Start(Costly);
        double capacity = Capacity(server);
        LoadDocument document = server.Load(
            "--rate", $"{2 * capacity:0}", "--connections", "8", "--timeout", $"{waitMs}ms", "--warmup", "1s", "--duration", "2s");

        // Were an answer's limit counted from the intended time, there would be none at all.
        Assert.InRange(document.ThroughputRps!.Value, 0.5 * capacity, Most);

        // After the warm-up the backlog no longer grows: what is due is carried or dropped, and what is carried has waited nearly its limit.
        double ended = document.Dropped!.Value + (document.RateRpsAchieved!.Value * document.DurationS);
        Assert.InRange(document.Dropped.Value, 1, document.Scheduled!.Value);
        Assert.InRange(ended / document.Scheduled.Value, 0.9, 1.1);
        Assert.InRange(HistogramCodec.PercentileUs(Recorded(document, Phases.Request), 50)!.Value / 1e3, 0.9 * waitMs, 1.5 * waitMs);

        // Half of all requests have no latency: a percentile of the others is not one of the load, and is not published.
        Assert.Null(document.LatencyP50Us);

        // None of those that were started was given up: eight of them are at work at a time, 16 ms of the server's.
        Assert.Equal(0, document.ErrorsTimeout);
        Assert.Equal(["schedule timeout"], document.Errors.Select(e => $"{e.Phase} {e.Error}"));
        double fromSendUs = HistogramCodec.PercentileUs(Recorded(document, Phases.FromSend), 99)!.Value;
        Assert.True(fromSendUs < waitMs * 1e3 / 2, $"p99 from the actual start is {fromSendUs} us");
        Assert.Contains(VerdictRules.RateNotReached, Judge(document).Reasons);
    }

    [Fact]
    public void A_backlog_that_only_the_drain_works_off_was_not_carried()
    {
        using LoadedServer server = LoadedServer.Start(Costly);
        double capacity = Capacity(server);
        LoadDocument document = server.Load(
            "--rate", $"{1.5 * capacity:0}", "--connections", "8", "--warmup", "0s", "--duration", "1s");

        // Nothing is lost: in the end every request has its answer, and each persistent connection had its first one before.
        Assert.Empty(document.Errors);
        Assert.Equal(0, document.Dropped);
        Assert.Equal(document.Life.Scheduled + 8, document.Life.Answers);

        Assert.InRange(document.RateRpsAchieved!.Value, 0.5 * capacity, 1.25 * capacity);
        Assert.Contains(VerdictRules.RateNotReached, Judge(document).Reasons);
    }

    [Fact]
    public void A_rate_that_the_server_can_carry_is_reached()
    {
        using LoadedServer server = LoadedServer.Start(Costly);
        LoadDocument document = server.Load(
            "--rate", $"{0.25 * Capacity(server):0}", "--connections", "8", "--warmup", "500ms", "--duration", "1500ms");

        Assert.Empty(document.Errors);
        Assert.DoesNotContain(VerdictRules.RateNotReached, Judge(document).Reasons);
    }

    private static HistogramBase Recorded(LoadDocument document, string phase) => HistogramCodec.FromBase64(document.Histograms[phase]);

    /// <returns>Requests per second.</returns>
    private static double Capacity(LoadedServer server)
    {
        double capacity = server.Load("--connections", "8", "--warmup", "200ms", "--duration", "1s").ThroughputRps!.Value;

        Assert.InRange(capacity, 50, Most);
        return capacity;
    }

    private static Verdict Judge(LoadDocument document) => VerdictRules.Judge(new Evidence
    {
        Experiment = Experiment.Throughput,
        Load = LoadShape.Open,
        Requests = document.Requests,
        Scheduled = document.Scheduled,
        RateAchieved = document.RateRpsAchieved,
        WindowS = document.DurationS,
        Workers = 1,
        ServerCpus = 1,
        DisjointCpus = true,
    });
}
