using HdrHistogram;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Statistics;
using ReuseBench.Core.Verdicts;
using ReuseBench.Core.Wire;
using ReuseBench.TestSupport;

namespace ReuseBench.SystemTests;

/// <summary>
/// A server whose every request costs 2 ms of CPU time, asked for more than it can do: one thread has at most a second of CPU time in a second, so
/// that 500 answers are the most on any host. A slow host answers fewer, and is overloaded the more.
/// </summary>
public sealed class OverloadTests
{
    private const int Connections = 8;

    private const double MostPerSecond = 500;

    private const double OverloadWaitMs = 300;

    private const double OverloadRate = 4 * MostPerSecond;

    private static readonly string[] Costly = ["--service-time", "2ms:cpu"];

    /// <summary>A server that stands still for all of the window answers nothing in it: that is no overload, and tried again.</summary>
    [Fact]
    public void In_a_lasting_overload_the_server_still_answers_what_it_can_and_the_rest_is_dropped_unstarted() => BusyHost.OneOfFew(
        () =>
        {
            using LoadedServer server = LoadedServer.Start(Costly);
            return server.Load(
                "--rate", $"{OverloadRate:0}", "--connections", $"{Connections}", "--timeout", $"{OverloadWaitMs}ms", "--warmup", "1s", "--duration", "2s");
        },
        AssertOverloaded);

    private static void AssertOverloaded(LoadDocument document)
    {
        const double waitMs = OverloadWaitMs;
        const double rate = OverloadRate;
        LifeCounts life = document.Life;
        double stalledMs = document.StalledTotalMs ?? 0;

        // Were an answer's limit counted from the intended time, all that are started would be given up at once. As it is, each that a server too slow
        // leaves unanswered holds its connection for as long as the limit.
        double livedS = 1 + document.DurationS + (2 * waitMs / 1e3);
        Assert.InRange(document.Requests, 0, Most(document));
        Assert.InRange(life.Answers, Connections, long.MaxValue);
        Assert.InRange(life.FailedRequests, 0, Connections * livedS / (waitMs / 1e3));
        Assert.All(document.Errors, e => Assert.Contains($"{e.Phase} {e.Error}", new[] { "schedule timeout", "first_byte timeout" }));

        // What is due is carried or dropped: in all exactly (each persistent connection had a request before, and another one where that was given
        // up), in the window but for the backlog, which is no longer than the wait.
        long? before = life.Answers + life.FailedRequests + life.NeverStarted - life.Scheduled;
        Assert.InRange(before!.Value, Connections, Connections + life.FailedRequests);
        double ended = document.Dropped!.Value + document.Requests;
        Assert.InRange(document.Dropped.Value, 1, document.Scheduled!.Value);
        Assert.InRange(ended - document.Scheduled.Value, -Backlog(), Backlog());

        // What is carried has waited nearly the limit, and then for its answer.
        HistogramBase fromSend = Recorded(document, Phases.FromSend);
        Assert.InRange(
            Recorded(document, Phases.Request).GetValueAtPercentile(50) / 1e6, 0.9 * waitMs, waitMs + (fromSend.GetMaxValue() / 1e6) + stalledMs + 20);

        // Most requests have no latency: a percentile of the others is not one of the load, and is not published.
        Assert.Null(document.LatencyP50Us);

        // From their actual start they have not waited: a connection has one at a time, so that all of them together took no longer than the
        // connections were there. The waits alone would be ten times that.
        double together = fromSend.GetMean() / 1e9 * fromSend.TotalCount;
        Assert.InRange(together, 0, Connections * (document.DurationS + (2 * waitMs / 1e3) + (stalledMs / 1e3)));
        Assert.Contains(VerdictRules.RateNotReached, Judge(document).Reasons);

        double Backlog() => (rate * (waitMs + stalledMs) / 1e3) + Connections;
    }

    [Fact]
    public void A_backlog_that_only_the_drain_works_off_was_not_carried()
    {
        using LoadedServer server = LoadedServer.Start(Costly);
        LoadDocument document = server.Load(
            "--rate", $"{1.5 * MostPerSecond:0}", "--connections", $"{Connections}", "--timeout", "24s", "--warmup", "0s", "--duration", "200ms");

        // Nothing is lost: in the end every request has its answer, and each persistent connection had its first one before.
        Assert.Empty(document.Errors);
        Assert.Equal(0, document.Dropped);
        Assert.Equal(document.Life.Scheduled + Connections, document.Life.Answers);

        Assert.InRange(document.RateRpsAchieved!.Value * document.DurationS, 0, Most(document));
        Assert.Contains(VerdictRules.RateNotReached, Judge(document).Reasons);
    }

    [Fact]
    [Trait("needs", "quiet")]
    public void A_rate_that_the_server_can_carry_is_reached()
    {
        // A tenth of the server's CPU. Where the host stands still as the window ends, what came due meanwhile is not carried in it: a program that
        // says so wrongly does so each time.
        using LoadedServer server = LoadedServer.Start(Costly);
        BusyHost.OneOf(
            () =>
            {
                LoadDocument document = server.Load(
                    "--rate", $"{0.1 * MostPerSecond:0}", "--connections", $"{Connections}", "--timeout", "24s", "--warmup", "500ms", "--duration", "2s");
                Assert.Empty(document.Errors);
                return document;
            },
            document => Assert.DoesNotContain(VerdictRules.RateNotReached, Judge(document).Reasons));
    }

    private static HistogramBase Recorded(LoadDocument document, string phase) => HistogramCodec.FromBase64(document.Histograms[phase]);

    /// <summary>Answers that the window can hold: the server's, and those that lay in the sockets as it began.</summary>
    private static double Most(LoadDocument document) => (MostPerSecond * document.DurationS) + Connections;

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
