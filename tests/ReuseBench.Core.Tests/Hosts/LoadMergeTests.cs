using FsCheck;
using FsCheck.Fluent;
using HdrHistogram;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Hosts;
using ReuseBench.Core.Statistics;
using ReuseBench.Core.Units;
using ReuseBench.Core.Wire;

namespace ReuseBench.Core.Tests.Hosts;

public sealed class LoadMergeTests
{
    private const long Ms = 1_000_000;
    private const long Day = 86_400_000_000_000;
    private const double WindowS = 2;

    private static readonly LoadSettings Whole = new() { Rate = 3000, Connections = 48, Seed = 9 };

    private static readonly Gen<HostLoad> Hosts =
        from values in Gen.NonEmptyListOf(Gen.Choose(1, 5_000_000))
        from failed in Gen.Choose(0, 3)
        from late in Gen.Choose(0, 1)
        from spread in Gen.Choose(0, 2_000_000)
        from offset in Gen.Choose(-1_000_000, 1_000_000)
        from busy in Gen.Choose(0, 1000)
        from worker in Gen.Elements("0", "1", "2")
        select Of([.. values.Select(v => (long)v)], failed, late, spread, offset * 1000L * Ms, busy / 1000.0, worker);

    private static readonly Gen<(HostLoad, HostLoad, HostLoad)> Threes = from a in Hosts from b in Hosts from c in Hosts select (a, b, c);

    [Fact]
    public void A_merge_depends_neither_on_the_order_of_the_hosts_nor_on_how_they_are_taken_together() =>
        Prop.ForAll(Threes.ToArbitrary(), three =>
        {
            (HostLoad a, HostLoad b, HostLoad c) = three;
            LoadDocument all = LoadMerge.Of(Whole, [a, b, c]);
            AssertSame(all, LoadMerge.Of(Whole, [c, a, b]));
            AssertSame(all, LoadMerge.Of(Whole, [Merged(a, b), c]));
            AssertSame(all, LoadMerge.Of(Whole, [a, Merged(b, c)]));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_merge_is_what_one_swarm_would_have_recorded() =>
        Prop.ForAll(Gen.NonEmptyListOf(Hosts).ToArbitrary(), hosts =>
        {
            LoadDocument merged = LoadMerge.Of(Whole, [.. hosts]);
            LoadDocument[] documents = [.. hosts.Select(h => h.Document)];
            Assert.Equal(documents.Sum(d => d.Requests), merged.Requests);
            Assert.Equal(documents.Sum(d => d.Scheduled), merged.Scheduled);
            Assert.Equal(documents.Sum(d => d.Timeline.Sum(t => t.Requests)), merged.Timeline.Sum(t => t.Requests));
            Assert.Equal(documents.Sum(d => d.AnswersByWorker.Values.Sum()), merged.AnswersByWorker.Values.Sum());
            Assert.Equal(documents.Sum(d => d.Errors.Sum(e => e.Count)), merged.Errors.Sum(e => e.Count));

            LongHistogram sum = HistogramCodec.Merge(documents.Select(d => HistogramCodec.FromBase64(d.Histograms[Phases.Request])));
            Assert.Equal(HistogramCodec.ToBase64(sum), merged.Histograms[Phases.Request]);
            Assert.Equal(sum.TotalCount, merged.LatencyCount);
            Assert.Equal(PercentileRule.Allows(sum.TotalCount, merged.RequestsFailed!.Value, 50), merged.LatencyP50Us is not null);
            Assert.Equal(merged.Attempts!.EndNs.Order(), merged.Attempts.EndNs);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void One_host_alone_is_its_own_document_in_the_other_clock()
    {
        HostLoad one = Of([.. Enumerable.Range(1, 4000).Select(i => i * 1000L)], 1, 1, 500_000, 7 * Day, 0.5, "0");
        LoadDocument document = LoadPercentiles.Fill(one.Document, Histogram(one.Document), _ => null);
        LoadDocument merged = LoadMerge.Of(Whole with { Rate = one.Document.RateRpsRequested, Seed = one.Document.Seed }, [one]);
        Assert.Equal(one.Document.WindowBeginNs - (7 * Day), merged.WindowBeginNs);
        Assert.Equal(document.LatencyP99Us, merged.LatencyP99Us);
        Assert.Equal(document.LateShare!.Value, merged.LateShare!.Value, tolerance: 1e-12);
        Assert.Equal(document.Timeline, merged.Timeline);
        Assert.Equal(one.Document.SlotPeaks[Phases.Request], merged.SlotPeaks[Phases.Request]);
        Assert.Equal(one.Document.Attempts!.EndNs.Select(ns => ns - (7 * Day)).Order(), merged.Attempts!.EndNs);
        Assert.Equal(0, merged.Attempts.SendNs[0]);
    }

    [Fact]
    public void Intervals_of_a_host_that_began_later_are_summed_where_they_lie()
    {
        HostLoad first = Of([1000], 0, 0, 0, 0, 0.1, "0");
        HostLoad second = Of([1000], 0, 0, 0, -3 * Day, 0.9, "1");
        second = second with { Document = second.Document with { WindowBeginNs = second.Document.WindowBeginNs + (200 * Ms) } };
        LoadDocument merged = LoadMerge.Of(Whole, [second, first]);
        Assert.Equal(first.Document.Timeline[0].Requests, merged.Timeline[0].Requests);
        Assert.Equal(first.Document.Timeline[2].Requests + second.Document.Timeline[0].Requests, merged.Timeline[2].Requests);
        Assert.Equal(200, merged.Timeline[2].StartMs);

        // Of a single host the median is known; of two it cannot be told from theirs.
        Assert.Equal(first.Document.Timeline[0].LatencyP50Us, merged.Timeline[0].LatencyP50Us);
        Assert.Null(merged.Timeline[2].LatencyP50Us);
        Assert.Equal(7, merged.Timeline[2].LatencyMaxUs);
        Assert.Equal(first.Document.Timeline.Length + 2, merged.Timeline.Length);
        Assert.Equal(0.9, merged.ClientBusyShare);
        Assert.Equal(["b: slow"], LoadMerge.Of(Whole, [second with { Host = "b", Document = second.Document with { Warnings = ["slow"] } }]).Warnings);
    }

    [Fact]
    public void What_one_host_does_not_know_is_not_known_of_all()
    {
        HostLoad one = Of([1000], 0, 0, 0, 0, 0.1, "0");
        HostLoad other = one with { Document = one.Document with { Stalls = null, Life = one.Document.Life with { BytesReceived = null }, Attempts = null } };
        LoadDocument merged = LoadMerge.Of(Whole, [one, other]);
        Assert.Null(merged.Stalls);
        Assert.Null(merged.Life.BytesReceived);
        Assert.Null(merged.Attempts);
        Assert.Equal(2 * one.Document.Life.Answers, merged.Life.Answers);
    }

    private static HostLoad Merged(HostLoad a, HostLoad b) => new("", LoadMerge.Of(Whole, [a, b]), 0);

    private static Func<string, HistogramBase?> Histogram(LoadDocument document) =>
        phase => document.Histograms.TryGetValue(phase, out string? text) ? HistogramCodec.FromBase64(text) : null;

    private static HostLoad Of(long[] values, int failed, int late, int spreadNs, long offsetNs, double busy, string worker)
    {
        LongHistogram requests = HistogramCodec.New();
        foreach (long value in values)
        {
            requests.RecordValue(value);
        }

        long beginNs = (5 * Day) + offsetNs + spreadNs;
        return new HostLoad("", new LoadDocument
        {
            Target = "10.0.0.1:8080",
            Load = Names.Of(LoadShape.Open),
            Connections = 16,
            Seed = (ulong)values.Length,
            ClientThreads = 1,
            EpochNs = beginNs - (1000 * Ms),
            StartedNs = beginNs - (1000 * Ms) + 50,
            WindowBeginNs = beginNs,
            WindowEndNs = beginNs + (long)(WindowS * 1e9),
            DurationS = WindowS,
            RateRpsRequested = 1000,
            RateRpsAchieved = values.Length / WindowS,
            Scheduled = values.Length + failed,
            Requests = values.Length,
            RequestsFailed = failed,
            Dropped = failed,
            LateShare = (double)late / (values.Length + failed),
            WaitedShare = 0,
            ThroughputRps = values.Length / WindowS,
            ConnectionsOpened = 16,
            ErrorsTimeout = failed,
            ClientBusyShare = busy,
            ClientNeverIdleShare = busy / 2,
            ClientMeanLoadShare = busy / 3,
            ClientCpuS = busy,
            Stalls = failed,
            StalledMs = 10 * failed,
            StalledTotalMs = 20 * failed,
            SlowConnects = 1,
            ConnectionsMissing = 0,
            ReusedClosed = 0,
            Life = new LifeCounts { Answers = values.Length, RequestsSent = values.Length + failed, FailedRequests = failed, BytesReceived = 100 },
            AnswersByWorker = new(StringComparer.Ordinal) { [worker] = values.Length },
            Errors = failed == 0 ? [] : [new ErrorCount("response", "timeout", failed)],
            Histograms = new(StringComparer.Ordinal) { [Phases.Request] = HistogramCodec.ToBase64(requests) },
            SlotPeaks = new(StringComparer.Ordinal) { [Phases.Request] = SlotPeaks.Of([values.Max(), 0, values.Min()]).ToBase64() },
            Timeline =
            [
                .. Enumerable.Range(0, 20).Select(i => new TimelinePoint
                {
                    StartMs = i * 100,
                    Requests = (values.Length / 20) + 1,
                    Errors = i == 0 ? failed : 0,
                    LatencyP50Us = 5,
                    LatencyP99Us = 6,
                    LatencyMaxUs = 7,
                }),
            ],
            Attempts = new AttemptColumns
            {
                IntendedNs = [beginNs, beginNs + 10],
                ConnectNs = [0, beginNs + 15],
                SendNs = [0, beginNs + 20],
                EndNs = [beginNs + 900, beginNs + 950],
                Outcome = [(int)AttemptOutcome.Timeout, (int)AttemptOutcome.Served],
                Path = [0, 1],
            },
            ClientThreadDetails = [new ClientThread { CpuS = busy }],
        }, offsetNs);
    }

    /// <summary>All but the order of threads; sums of numbers that are not whole may differ in their last digit.</summary>
    private static void AssertSame(LoadDocument a, LoadDocument b)
    {
        Assert.Equal(Comparable(a), Comparable(b));
        Assert.Equal(a.ClientCpuS!.Value, b.ClientCpuS!.Value, tolerance: 1e-9);
        Assert.Equal(a.LateShare!.Value, b.LateShare!.Value, tolerance: 1e-12);
        Assert.Equal(a.RateRpsAchieved!.Value, b.RateRpsAchieved!.Value, tolerance: 1e-6);
    }

    private static string Comparable(LoadDocument document) => System.Text.Json.JsonSerializer.Serialize(
        document with { ClientCpuS = null, LateShare = null, RateRpsAchieved = null, ClientThreadDetails = [] }, WireJson.Default.LoadDocument);
}
