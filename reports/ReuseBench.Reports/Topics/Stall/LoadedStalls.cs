using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Data;
using ReuseBench.Reports.Document;
using ReuseBench.Reports.Findings;
using ReuseBench.Reports.Wording;

namespace ReuseBench.Reports.Topics.Stall;

/// <summary>One worker that stands still under a running load: what waits, and for how long.</summary>
internal static class LoadedStalls
{
    public static IEnumerable<Finding> Find(RunAnalysis run, string topic) => Measured(run).Select(stall => new LoadedStallFinding
    {
        Topic = topic,
        Kind = "waiting_share_under_load",
        Conditions = stall.Cell.Conditions.Label,
        Metric = "stall_waiting",
        Claim = stall.Waiting > 0 ? "requests_wait" : "nothing_waits",
        Stall = stall,
        Estimates =
        [
            new FindingEstimate(stall.Cell.Id, stall.Cell.Label, "", stall.Share) { Repeats = stall.Repeats, Expected = stall.EvenShare },
        ],
    });

    public static string Say(LoadedStallFinding finding)
    {
        LoadedStall stall = finding.Stall;
        string longest = stall.LongestMs is double ms ? $", for up to {Quantity.Milliseconds.Text(ms)}" : "";
        string lost = stall.Lost > 0 ? $"; {stall.Lost} had no response at all" : "";
        return $"{Words.Sentence(stall.Cell.Label)} ({finding.Conditions}): of {Words.Count(stall.Requests, "request")} that were due while worker "
            + $"{stall.Cell.Cell.Stall.Worker} stood still for {Quantity.Milliseconds.Text(stall.LengthMs)}, {stall.Waiting} waited until it moved again "
            + $"({Words.Percent(stall.Share)}; one worker's even share is {Words.Percent(stall.EvenShare)}){longest}{lost}.";
    }

    /// <returns>One sentence over the cells, the most waiting and the least; null without any.</returns>
    public static string? Headline(LoadedStallFinding[] found)
    {
        LoadedStall[] stalls = [.. found.Select(f => f.Stall).OrderByDescending(s => s.Share)];
        return stalls.Length == 0 ? null
            : $"While one worker stands still under a running load, {Words.Percent(stalls[0].Share)} of the requests wait with {stalls[0].Cell.Label}"
                + (stalls.Length > 1 ? $", and {Words.Percent(stalls[^1].Share)} with {stalls[^1].Cell.Label}." : ".");
    }

    public static Section Section(TopicMaterial material, string topic)
    {
        LoadedStall[] stalls = [.. Measured(material.Run)];
        return new Section("What waits when one worker stands still under load?", stalls.Length == 0 ? [] :
        [
            new Table(
                "Requests that were due while the serving thread of one worker was stopped and the swarm went on; sums over the valid repeats. Waited: no "
                    + "response before it moved again. Wait: latency of those that waited, from their intended start. "
                    + $"{material.Run.Provenance.Of(stalls.Select(s => s.Cell))}",
                [
                    new Column("Load"), new Column("Variant"), new Column("Workers"), new Column("Stalled worker"),
                    new Column("Stall") { Unit = "ms", IsNumber = true }, new Column("Requests due") { IsNumber = true },
                    new Column("Waited") { IsNumber = true }, new Column("Share") { IsNumber = true },
                    new Column("Even share") { IsNumber = true }, new Column("Wait, median") { Unit = "ms", IsNumber = true },
                    new Column("Longest wait") { Unit = "ms", IsNumber = true }, new Column("Lost") { IsNumber = true }, new Column("Verdict"),
                ],
                [.. stalls.Select(Row)]),
            .. material.InFull(topic, f => f is LoadedStallFinding),
            new Fold("What is to be expected under load",
            [
                new Paragraph("New connections: in a group the hash, and every selector that does not ask whether a worker lives, goes on giving the stalled "
                    + "worker its share, which waits in its listener's queue; ebpf-alive goes past it after "
                    + $"{Quantity.Milliseconds.Tick(SelectorShares.StalledAfter.Milliseconds)}. On a shared listener the others take them. Persistent "
                    + "connections stay with their worker, whoever accepts: what is sent on those of the stalled one waits in any case."),
            ]),
        ]);
    }

    private static IReadOnlyList<Entry> Row(LoadedStall stall) =>
    [
        stall.Cell.Conditions.Label,
        stall.Cell.Series.Label,
        $"{stall.Cell.Workers}",
        $"{stall.Cell.Cell.Stall.Worker}",
        new Entry(Quantity.Number(stall.LengthMs, 1)) { Sort = stall.LengthMs },
        $"{stall.Requests}",
        $"{stall.Waiting}",
        new Entry(Words.Percent(stall.Share)) { Sort = stall.Share },
        new Entry(Words.Percent(stall.EvenShare)) { Sort = stall.EvenShare },
        stall.MedianMs is double median ? new Entry(Quantity.Number(median, 1)) { Sort = median } : new Entry("–"),
        stall.LongestMs is double longest ? new Entry(Quantity.Number(longest, 1)) { Sort = longest } : new Entry("–"),
        $"{stall.Lost}",
        Entries.Verdict(stall.Cell),
    ];

    private static IEnumerable<LoadedStall> Measured(RunAnalysis run) =>
        from cell in run.Cells
        where cell.Is(Experiment.Stall) && !cell.IsAcceptOnly
        let rows = cell.Valid(Figures.Fairness).Select(r => r.Row).Where(r => r.StallRequests > 0).ToArray()
        where rows.Length > 0
        select new LoadedStall(cell, rows);
}

/// <summary>What the valid repeats of a cell say of a stall under load.</summary>
public sealed record LoadedStall
{
    internal LoadedStall(MeasuredCell cell, ResultRow[] rows)
    {
        Cell = cell;
        Repeats = rows.Length;
        Requests = rows.Sum(r => r.StallRequests ?? 0);
        Waiting = rows.Sum(r => r.StallWaiting ?? 0);
        Lost = rows.Sum(r => r.StallLost ?? 0);
        LengthMs = rows.Max(r => r.StallMs ?? 0);
        MedianMs = Core.Statistics.Sample.Of(rows.Select(r => r.StallWaitP50Ms).OfType<double>())?.Median;
        LongestMs = rows.Max(r => r.StallWaitMaxMs);
    }

    public MeasuredCell Cell { get; }

    public int Repeats { get; }

    /// <summary>Due during the stalls.</summary>
    public long Requests { get; }

    /// <summary>Of these, without a response before the worker moved again.</summary>
    public long Waiting { get; }

    /// <summary>Of these, without any.</summary>
    public long Lost { get; }

    /// <summary>Of the longest stall, in ms.</summary>
    public double LengthMs { get; }

    /// <summary>Of the repeats' median waits, in ms; null where nothing waited and was answered.</summary>
    public double? MedianMs { get; }

    /// <summary>Likewise, the longest.</summary>
    public double? LongestMs { get; }

    /// <summary>0 to 1.</summary>
    public double Share => (double)Waiting / Math.Max(1, Requests);

    public double EvenShare => 1.0 / Cell.Workers;
}

/// <summary>What waited in one cell.</summary>
public sealed record LoadedStallFinding : Finding
{
    public required LoadedStall Stall { get; init; }
}
