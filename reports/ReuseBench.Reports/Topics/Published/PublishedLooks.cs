using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Core.Statistics;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Data;
using ReuseBench.Reports.Topics.Fairness;
using ReuseBench.Reports.Topics.Restart;
using ReuseBench.Reports.Wording;

namespace ReuseBench.Reports.Topics.Published;

/// <summary>How a run is looked at for a published result: by what is lost, by who gets the connections, by the tail, by the sockets.</summary>
internal static class PublishedLooks
{
    /// <summary>A difference that chance makes more often is none.</summary>
    private const double Alpha = 0.05;

    /// <summary>Server CPUs below which several listeners cannot be faster: the published figures have one for each of four workers or more.</summary>
    private const int CpusOfSharding = 4;

    /// <summary>Valid repeats of each side, of which all must show a difference in the same direction.</summary>
    private const int LeastRepeats = 3;

    private const double RankedPercentile = 99;

    /// <summary>That of two ways to reload one loses connections and the other does not.</summary>
    public static Func<RunAnalysis, PublishedOutcome> Losses(string what, Func<MeasuredCell, bool> losing, Func<MeasuredCell, bool> safe) => run =>
    {
        MeasuredCell[] losers = [.. run.Cells.Where(losing)];
        MeasuredCell[] others = [.. run.Cells.Where(safe)];
        (ReloadLosses lost, ReloadLosses kept) = (ReloadLosses.Of(run, losers), ReloadLosses.Of(run, others));
        if (lost.Restarts < ReloadLosses.Least || kept.Restarts < ReloadLosses.Least)
        {
            return new PublishedOutcome(
                Reproduction.Undecided,
                $"{lost.Counted} and {kept.Counted} are valid, at least {ReloadLosses.Least} of each are needed: "
                    + PublishedCells.WhyNone(run, lost.Restarts < ReloadLosses.Least ? losers : others, what),
                [.. losers, .. others]);
        }

        double chance = lost.Chance(kept);

        // Losses on the one side alone speak for the claim, however few: none of them speaks against it.
        bool speaksForIt = lost.Losing > 0 && kept.Losing == 0;
        bool isChance = chance > Alpha;
        return new PublishedOutcome(
            !speaksForIt ? Reproduction.NotReproduced : isChance ? Reproduction.Undecided : Reproduction.Reproduced,
            $"{lost.Text}; {kept.Text} (Fisher's exact test, p {(chance < 0.0001 ? "< 0.0001" : $"= {chance:0.0000}")})"
                + (speaksForIt && isChance ? $"; too few {GapSummary.NounOf(lost.Restart)}s to tell this from chance" : "")
                + PublishedCells.Versions([.. losers, .. others]),
            [.. losers, .. others]);
    };

    /// <summary>That the busiest worker of one cell has so many times the mean, and more than that of another, in every repeat.</summary>
    /// <param name="what">As the reasons of cells that were left out name it.</param>
    /// <param name="uneven">The one.</param>
    /// <param name="beside">The other; null for none.</param>
    /// <param name="least">Times the mean, from 1.</param>
    public static Func<RunAnalysis, PublishedOutcome> Uneven(
        string what, Func<MeasuredCell, bool> uneven, Func<MeasuredCell, bool>? beside, double least) => run =>
    {
        MeasuredCell? one = run.Cells.FirstOrDefault(uneven);
        MeasuredCell? other = beside is null ? null : run.Cells.FirstOrDefault(beside);
        MeasuredCell[] cells = [.. new[] { one, other }.OfType<MeasuredCell>()];
        Sample? busiest = one is null ? null : run.Median(one, Figure.AcceptedMaxOverMean).Repeats;
        Sample? even = other is null ? null : run.Median(other, Figure.AcceptedMaxOverMean).Repeats;
        if (busiest is null || busiest.Count < LeastRepeats || (beside is not null && (even is null || even.Count < LeastRepeats)))
        {
            return new PublishedOutcome(
                Reproduction.Undecided,
                $"fewer than {LeastRepeats} valid repeats of each: {PublishedCells.WhyNone(run, cells, what)}",
                cells);
        }

        string seen = $"max/mean {Range(busiest)} with {one!.Series.Label}" + (even is null ? "" : $", {Range(even)} with {other!.Series.Label}");
        return new PublishedOutcome(
            busiest.Min >= least && (even is null || busiest.Min > even.Max) ? Reproduction.Reproduced : Reproduction.NotReproduced,
            seen + PublishedCells.Versions(cells),
            cells);
    };

    /// <summary>That one cell has the longer tail, repeat by repeat with the same arrivals.</summary>
    public static Func<RunAnalysis, PublishedOutcome> Tail(Func<MeasuredCell, bool> longer, Func<MeasuredCell, bool> shorter) => run =>
    {
        MeasuredCell? one = run.Cells.FirstOrDefault(longer);
        MeasuredCell? other = run.Cells.FirstOrDefault(shorter);
        MeasuredCell[] cells = [.. new[] { one, other }.OfType<MeasuredCell>()];
        PairedTail? paired = one is null || other is null ? null : PairedTail.Of(one, other, RankedPercentile);
        if (paired is null)
        {
            return new PublishedOutcome(Reproduction.Undecided, PublishedCells.WhyNone(run, cells, "reuseport"), cells);
        }

        string seen = $"p99 {run.Latency(one!).Percentile(RankedPercentile).Text} with {one!.Series.Label}, "
            + $"{run.Latency(other!).Percentile(RankedPercentile).Text} with {other!.Series.Label}: longer in {paired.Slower} of {paired.Pairs} repeats with "
            + $"the same arrivals (sign test, p = {Words.P(paired.PValue)})";
        return TailShape.WhyHidden(one!) is { } hidden
            ? new PublishedOutcome(Reproduction.Undecided, $"{seen}; {hidden}", cells)
            : paired.LeastPValue > Alpha
                ? new PublishedOutcome(Reproduction.Undecided, $"{seen}; so few pairs decide nothing", cells)
                : new PublishedOutcome(
                    paired.PValue <= Alpha && paired.IsSlower ? Reproduction.Reproduced : Reproduction.NotReproduced, seen, cells);
    };

    public static PublishedOutcome LiveWorkers(RunAnalysis run)
    {
        MeasuredCell[] cells = [.. run.Cells.Where(c => c.Is(Experiment.Stall) && c.IsAcceptOnly && c.Series.Variant == Variant.Reuseport && c.Workers == 4)];
        double[] byHash = Waiting(null);
        double[] byLife = Waiting(Selector.EbpfAlive);
        if (byHash.Length < LeastRepeats || byLife.Length < LeastRepeats)
        {
            return new PublishedOutcome(
                Reproduction.Undecided, $"fewer than {LeastRepeats} valid repeats of each: {PublishedCells.WhyNone(run, cells, "ebpf-alive")}", cells);
        }

        // Half of the even share: the hash deals by chance, and which worker stands still is the same in all repeats.
        double half = 0.5 / cells[0].Workers;
        return new PublishedOutcome(
            byHash.Min() > half && byLife.Max() < half && byHash.Min() > byLife.Max() ? Reproduction.Reproduced : Reproduction.NotReproduced,
            $"{Words.Percent(byHash.Min())} to {Words.Percent(byHash.Max())} of the requests waited by the hash, {Words.Percent(byLife.Min())} to "
                + $"{Words.Percent(byLife.Max())} by ebpf-alive ({byHash.Length} and {Words.Count(byLife.Length, "repeat")})",
            cells);

        double[] Waiting(Selector? selector) =>
        [
            .. cells.Where(c => c.Series.Selector == selector).SelectMany(c => c.Valid(Figures.Fairness)).Where(r => r.Listeners.Count > 0)
                .Select(r => (double)r.Listeners.Sum(l => l.Waiting ?? 0)
                    / Math.Max(1, r.Listeners.Sum(l => (l.ResponsesDuringStall ?? l.Accepted) + (l.Waiting ?? 0)))),
        ];
    }

    public static PublishedOutcome Sharding(RunAnalysis run)
    {
        MeasuredCell[] cells =
        [
            .. run.Cells.Where(c => c.Is(Experiment.Throughput) && c.Series.Program == "nginx" && c.Workers == 4 && !c.Conditions.IsOpenLoop),
        ];
        Estimate? shared = cells.Where(c => c.Series.ProgramMode == "shared").Select(run.Throughput).FirstOrDefault();
        Estimate? sharded = cells.Where(c => c.Series.ProgramMode == "reuseport").Select(run.Throughput).FirstOrDefault();
        if (shared?.Value is not double one || sharded?.Value is not double each)
        {
            return new PublishedOutcome(Reproduction.Undecided, PublishedCells.WhyNone(run, cells, "nginx"), cells);
        }

        string seen = $"{Quantity.Number(each / one, 1)} times as many ({Quantity.ConnectionsPerSecond.Text(each)} and "
            + $"{Quantity.ConnectionsPerSecond.Text(one)}){PublishedCells.Versions(cells)}";
        int cpus = cells[0].Cell.Server.Cpus.Count;
        if (cpus < CpusOfSharding)
        {
            return new PublishedOutcome(
                Reproduction.Undecided,
                $"{seen}; the server had {Words.Count(cpus, "CPU")}, and it takes {CpusOfSharding} for several listeners to matter",
                cells);
        }

        // Repeats that do not overlap: the claim is a multiple, not a percent.
        return new PublishedOutcome(
            sharded.Repeats?.Min > shared.Repeats?.Max ? Reproduction.Reproduced : Reproduction.NotReproduced, seen, cells);
    }

    public static PublishedOutcome OneSocket(RunAnalysis run)
    {
        MeasuredCell[] cells = [.. run.Cells.Where(c => c.Series is { Program: "gunicorn", ProgramMode: "reuseport" } && c.Workers == 2)];
        ResultRow[] rows = [.. cells.SelectMany(c => c.Repeats).Select(r => r.Row).Where(r => r.ServerVersion is not null)];
        if (rows.Length == 0)
        {
            return new PublishedOutcome(Reproduction.Undecided, PublishedCells.WhyNone(run, [], "gunicorn"), cells);
        }

        return new PublishedOutcome(
            rows.All(r => r.Listeners == 1) ? Reproduction.Reproduced : Reproduction.NotReproduced,
            $"sockets that listened: {string.Join(" and ", rows.Select(r => r.Listeners).Distinct())}, where the mode means {rows[0].ListenersMeant}; such "
                + $"repeats are invalid ({VerdictRules.NotTheMode.Code}){PublishedCells.Versions(cells)}",
            cells);
    }

    private static string Range(Sample sample) =>
        $"{Quantity.OverMean.Text(sample.Median)} ({Quantity.OverMean.Text(sample.Min)} to {Quantity.OverMean.Text(sample.Max)})";
}
