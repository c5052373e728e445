using HdrHistogram;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Statistics;
using ReuseBench.Core.Wire;

namespace ReuseBench.Core.Hosts;

/// <summary>What the swarm of one host did.</summary>
/// <param name="Host">Its name, before its warnings; empty for none.</param>
/// <param name="Document">Of its share of the load.</param>
/// <param name="OffsetNs">Its CLOCK_MONOTONIC less that of the host whose clock counts.</param>
public sealed record HostLoad(string Host, LoadDocument Document, long OffsetNs);

/// <summary>
/// Makes one document of those of several hosts that shared a load. Counts are summed, histograms added, and every percentile is one of the sum; busy
/// shares and stalls are those of the worst host. Times are in one clock. The order of the hosts decides nothing but that of threads and warnings.
/// </summary>
public static class LoadMerge
{
    private const double NsPerS = 1e9;
    private const double NsPerMs = 1e6;

    /// <param name="whole">The load of all hosts together: what they were asked for.</param>
    /// <param name="parts">At least one; a part may be a merged one, whose offset is 0.</param>
    /// <remarks>
    /// Windows begin apart by the start spread, and each is as long as it was told. The merged one lasts from the first begin to the last end; rates are
    /// per second of the longest. Interval i of a host counts to the interval nearest to where it lies: exact where hosts begin within half an interval
    /// of each other. What an interval of several hosts has for a median cannot be told from theirs, and is left out.
    /// </remarks>
    public static LoadDocument Of(LoadSettings whole, IReadOnlyList<HostLoad> parts)
    {
        ArgumentOutOfRangeException.ThrowIfZero(parts.Count);
        LoadDocument[] all = [.. parts.Select(p => p.Document)];
        LoadDocument first = all[0];
        long beginNs = parts.Min(p => p.Document.WindowBeginNs - p.OffsetNs);
        double durationS = all.Max(d => d.DurationS);
        SortedDictionary<string, HistogramBase> histograms = Histograms(all);
        SortedDictionary<string, SlotPeaks> peaks = Peaks(parts, beginNs);
        long? scheduled = Sum(all, d => d.Scheduled);
        long requests = all.Sum(d => d.Requests);
        long opened = all.Sum(d => d.ConnectionsOpened);
        LoadDocument document = first with
        {
            Target = Joined(all, d => d.Target),
            Seed = whole.Seed,
            ClientCpuList = Joined(all, d => d.ClientCpuList),
            Sources = Joined(all, d => d.Sources),
            SourcePlan = whole.SourcePlan.ToString(),
            Connections = all.Sum(d => d.Connections),
            ClientThreads = all.Sum(d => d.ClientThreads),
            EpochNs = parts.Min(p => p.Document.EpochNs - p.OffsetNs),
            StartedNs = all.Any(d => d.StartedNs is null) ? null : parts.Max(p => p.Document.StartedNs!.Value - p.OffsetNs),
            WindowBeginNs = beginNs,
            WindowEndNs = parts.Max(p => p.Document.WindowEndNs - p.OffsetNs),
            DurationS = durationS,
            Warnings = [.. parts.SelectMany(p => p.Document.Warnings.Select(w => p.Host.Length == 0 ? w : $"{p.Host}: {w}"))],
            Verdict = null,
            VerdictReasons = null,
            RateRpsRequested = whole.Rate,
            RateRpsAchieved = all.Any(d => d.RateRpsAchieved is null) || durationS <= 0 ? null
                : all.Sum(d => Math.Round(d.RateRpsAchieved!.Value * d.DurationS)) / durationS,
            Scheduled = scheduled,
            Requests = requests,
            RequestsFailed = Sum(all, d => d.RequestsFailed),
            ConnectionsOpened = opened,
            ErrorsRefused = all.Sum(d => d.ErrorsRefused),
            ErrorsReset = all.Sum(d => d.ErrorsReset),
            ErrorsTimeout = all.Sum(d => d.ErrorsTimeout),
            ErrorsAddress = all.Sum(d => d.ErrorsAddress),
            ErrorsHttp = all.Sum(d => d.ErrorsHttp),
            ErrorsProtocol = all.Sum(d => d.ErrorsProtocol),
            ErrorsOther = all.Sum(d => d.ErrorsOther),
            Dropped = Sum(all, d => d.Dropped),
            ThroughputRps = durationS > 0 ? requests / durationS : null,
            ConnectionsPerS = durationS > 0 ? opened / durationS : null,
            ReadLagExactShare = ShareOf(all, d => d.ReadLagExactShare, d => Count(d, Phases.ReadLag)),
            LateShare = ShareOf(all, d => d.LateShare, d => d.Scheduled ?? 0),
            WaitedShare = ShareOf(all, d => d.WaitedShare, d => d.Scheduled ?? 0),
            ClientCpuS = all.Any(d => d.ClientCpuS is null) ? null : all.Sum(d => d.ClientCpuS!.Value),
            ClientBusyShare = all.Max(d => d.ClientBusyShare),
            ClientNeverIdleShare = all.Max(d => d.ClientNeverIdleShare),
            ClientMeanLoadShare = all.Max(d => d.ClientMeanLoadShare),
            ClientVoluntarySwitches = Sum(all, d => d.ClientVoluntarySwitches),
            ClientInvoluntarySwitches = Sum(all, d => d.ClientInvoluntarySwitches),
            ReusedClosed = Sum(all, d => d.ReusedClosed),
            Stalls = (int?)Sum(all, d => d.Stalls),
            StalledMs = all.Max(d => d.StalledMs),
            StalledTotalMs = all.Max(d => d.StalledTotalMs),
            SlowConnects = Sum(all, d => d.SlowConnects),
            ConnectionsMissing = (int?)Sum(all, d => d.ConnectionsMissing),
            SourcePortsAvailable = Sum(all, d => d.SourcePortsAvailable),
            SourcePortsNeeded = Sum(all, d => d.SourcePortsNeeded),
            Life = Life([.. all.Select(d => d.Life)]),
            AnswersByWorker = ByWorker(all, d => d.AnswersByWorker),
            ConnectionsByWorker = ByWorker(all, d => d.ConnectionsByWorker),
            Errors = [.. Errors(all)],
            Histograms = new(histograms.ToDictionary(h => h.Key, h => HistogramCodec.ToBase64(h.Value)), StringComparer.Ordinal),
            SlotPeaks = new(peaks.ToDictionary(p => p.Key, p => p.Value.ToBase64()), StringComparer.Ordinal),
            Timeline = Timeline(parts, beginNs),
            Attempts = Attempts(parts),
            ClientThreadDetails = [.. all.SelectMany(d => d.ClientThreadDetails).Select((thread, i) => thread with { Thread = i })],
        };
        return LoadPercentiles.Fill(document, histograms.GetValueOrDefault, peaks.GetValueOrDefault);
    }

    private static SortedDictionary<string, HistogramBase> Histograms(LoadDocument[] all) => new(
        all.SelectMany(d => d.Histograms).GroupBy(h => h.Key)
            .ToDictionary(g => g.Key, g => (HistogramBase)HistogramCodec.Merge(g.Select(h => HistogramCodec.FromBase64(h.Value)))),
        StringComparer.Ordinal);

    private static SortedDictionary<string, SlotPeaks> Peaks(IReadOnlyList<HostLoad> parts, long beginNs)
    {
        var slots =
            from part in parts
            let document = part.Document
            let widthNs = SlotPeaks.WidthNs((long)Math.Round(document.DurationS * NsPerS))
            let later = (int)Math.Round((document.WindowBeginNs - part.OffsetNs - beginNs) / (double)widthNs)
            from phase in document.SlotPeaks
            select (phase.Key, Peaks: SlotPeaks.Parse(Convert.FromBase64String(phase.Value)), later);
        return new(slots.GroupBy(s => s.Key).ToDictionary(g => g.Key, g => SlotPeaks.Merge([.. g.Select(s => (s.Peaks, s.later))])), StringComparer.Ordinal);
    }

    private static TimelinePoint[] Timeline(IReadOnlyList<HostLoad> parts, long beginNs)
    {
        double lengthMs = parts.Select(p => p.Document.Timeline).Where(t => t.Length > 1).Select(t => t[1].StartMs - t[0].StartMs).FirstOrDefault();
        SortedDictionary<int, List<TimelinePoint>> byInterval = [];
        foreach (HostLoad part in parts)
        {
            double laterMs = (part.Document.WindowBeginNs - part.OffsetNs - beginNs) / NsPerMs;
            int later = lengthMs > 0 ? (int)Math.Round(laterMs / lengthMs) : 0;
            foreach ((int index, TimelinePoint point) in part.Document.Timeline.Index())
            {
                if (!byInterval.TryGetValue(index + later, out List<TimelinePoint>? points))
                {
                    byInterval.Add(index + later, points = []);
                }

                points.Add(point);
            }
        }

        return
        [
            .. byInterval.Select(interval =>
            {
                TimelinePoint[] busy = [.. interval.Value.Where(p => p.Requests > 0)];
                return new TimelinePoint
                {
                    StartMs = interval.Key * lengthMs,
                    Requests = interval.Value.Sum(p => p.Requests),
                    ConnectionsOpened = interval.Value.Sum(p => p.ConnectionsOpened),
                    Errors = interval.Value.Sum(p => p.Errors),
                    LatencyP50Us = busy.Length == 1 ? busy[0].LatencyP50Us : null,
                    LatencyP99Us = busy.Length == 1 ? busy[0].LatencyP99Us : null,
                    LatencyMaxUs = busy.Max(p => p.LatencyMaxUs),
                };
            }),
        ];
    }

    private static LifeCounts Life(LifeCounts[] all) => new()
    {
        ConnectsStarted = all.Sum(l => l.ConnectsStarted),
        ConnectionsOpened = all.Sum(l => l.ConnectionsOpened),
        FailedConnects = all.Sum(l => l.FailedConnects),
        RequestsSent = all.Sum(l => l.RequestsSent),
        Answers = all.Sum(l => l.Answers),
        BytesReceived = Sum(all, l => l.BytesReceived),
        FailedRequests = all.Sum(l => l.FailedRequests),
        ReusedClosed = all.Sum(l => l.ReusedClosed),
        Scheduled = Sum(all, l => l.Scheduled),
        NeverStarted = Sum(all, l => l.NeverStarted),
        DistinctTuples = Sum(all, l => l.DistinctTuples),
    };

    private static SortedDictionary<string, long> ByWorker(LoadDocument[] all, Func<LoadDocument, SortedDictionary<string, long>> counts) => new(
        all.SelectMany(counts).GroupBy(c => c.Key).ToDictionary(g => g.Key, g => g.Sum(c => c.Value)), StringComparer.Ordinal);

    private static IEnumerable<ErrorCount> Errors(LoadDocument[] all) =>
        from error in all.SelectMany(d => d.Errors)
        group error.Count by (error.Phase, error.Error) into one
        orderby one.Key.Phase, one.Key.Error
        select new ErrorCount(one.Key.Phase, one.Key.Error, one.Sum());

    /// <summary>In the order in which they ended, in one clock; a time of 0 is none and stays so.</summary>
    private static AttemptColumns? Attempts(IReadOnlyList<HostLoad> parts)
    {
        if (parts.Any(p => p.Document.Attempts is null))
        {
            return null;
        }

        (AttemptColumns Of, int Index, long OffsetNs)[] attempts =
        [
            .. parts.SelectMany(p => Enumerable.Range(0, p.Document.Attempts!.EndNs.Length).Select(i => (Of: p.Document.Attempts!, i, p.OffsetNs)))
                .OrderBy(a => a.Of.EndNs[a.i] - a.OffsetNs).ThenBy(a => a.Of.IntendedNs[a.i] - a.OffsetNs),
        ];
        return new AttemptColumns
        {
            IntendedNs = Times(c => c.IntendedNs),
            ConnectNs = Times(c => c.ConnectNs),
            SendNs = Times(c => c.SendNs),
            EndNs = Times(c => c.EndNs),
            Outcome = [.. attempts.Select(a => a.Of.Outcome[a.Index])],
            Path = [.. attempts.Select(a => a.Of.Path[a.Index])],
            Dropped = parts.Sum(p => p.Document.Attempts!.Dropped),
        };

        long[] Times(Func<AttemptColumns, long[]> column) =>
            [.. attempts.Select(a => column(a.Of)[a.Index] is not 0 and long ns ? ns - a.OffsetNs : 0)];
    }

    private static long Count(LoadDocument document, string phase) =>
        document.Histograms.TryGetValue(phase, out string? text) ? HistogramCodec.FromBase64(text).TotalCount : 0;

    /// <summary>What is unknown of one host is unknown of all.</summary>
    private static long? Sum<T>(T[] all, Func<T, long?> count) => all.Any(d => count(d) is null) ? null : all.Sum(count);

    /// <summary>The share of the whole, from the counts behind the shares: each is a whole number of its host's.</summary>
    private static double? ShareOf(LoadDocument[] all, Func<LoadDocument, double?> share, Func<LoadDocument, long> of)
    {
        LoadDocument[] known = [.. all.Where(d => share(d) is not null)];
        long counted = known.Sum(of);
        return counted == 0 ? null : known.Sum(d => Math.Round(share(d)!.Value * of(d))) / counted;
    }

    private static string Joined(LoadDocument[] all, Func<LoadDocument, string> text) =>
        string.Join("; ", all.SelectMany(d => text(d).Split("; ")).Where(t => t.Length > 0).Distinct().Order(StringComparer.Ordinal));
}
