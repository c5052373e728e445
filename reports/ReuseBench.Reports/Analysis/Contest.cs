using ReuseBench.Core.Statistics.Blocks;
using ReuseBench.Core.Verdicts;

namespace ReuseBench.Reports.Analysis;

/// <summary>
/// Cells that are to be ranked by one figure. Topics name theirs before anything is ranked, since all rankings of a report share one error rate.
/// </summary>
public sealed class Contest
{
    /// <summary>With fewer valid repeats nothing is known of how far they differ.</summary>
    public const int FewestRepeats = 3;

    private readonly HashSet<Estimate> _beyond;

    /// <param name="metric">As in <see cref="Findings.Finding.Metric"/>.</param>
    /// <param name="estimates">Of one figure; of cells that are equal in all but what is compared.</param>
    /// <param name="isBeyondCores">Whether a cell has more workers than its server has cores; null where all cells have as many workers.</param>
    public Contest(string metric, IReadOnlyList<Estimate> estimates, Func<Estimate, bool>? isBeyondCores = null)
    {
        Metric = metric;
        Estimates = estimates;
        _beyond = [.. isBeyondCores is null ? [] : estimates.Where(isBeyondCores)];
        Estimate[] ranked = [.. estimates.Where(e => WhyNotRanked(e) is null)];
        Over = new RankedGroup([.. ranked.Where(e => !_beyond.Contains(e))]);
        BeyondCores = [.. ranked.Where(_beyond.Contains).GroupBy(e => e.Cell.Workers).OrderBy(g => g.Key).Select(g => new RankedGroup([.. g]))];
    }

    public string Metric { get; }

    public IReadOnlyList<Estimate> Estimates { get; }

    /// <summary>The cells that are ranked.</summary>
    internal RankedGroup Over { get; }

    /// <summary>Those with more workers than cores, each number of workers by itself: what they lack in CPU time is no matter of how they listen.</summary>
    internal IReadOnlyList<RankedGroup> BeyondCores { get; }

    /// <summary>What tells a contest from the others of a report.</summary>
    internal string Key => $"{Metric}\n{string.Join('\n', Estimates.Select(e => e.Cell.Id))}";

    internal bool IsBeyondCores(Estimate estimate) => _beyond.Contains(estimate);

    /// <returns>Null for a cell that is ranked.</returns>
    internal static string? WhyNotRanked(Estimate e) => e switch
    {
        { Value: null } or { Grade: Grade.Invalid } => e.WhyNone ?? "invalid",
        { Repeats: null } => e.WhyNone ?? "no single repeat has values enough",
        { FellOut: > 0 } => $"{e.FellOut} of {e.Cell.Repeats.Count} fell out by a rule that depends on the figure: {string.Join(", ", e.FellOutBy)}",
        { Repeats.Count: 1 } => "one valid repeat",
        { Repeats.Count: < FewestRepeats } => $"{e.Repeats.Count} valid repeats",
        _ when e.ByRound.Any(f => f.Figure <= 0) => "a repeat has 0, which has no ratio",
        _ => null,
    };
}

/// <summary>Cells whose figures are compared within rounds.</summary>
internal sealed class RankedGroup(IReadOnlyList<Estimate> estimates)
{
    public IReadOnlyList<Estimate> Estimates { get; } = estimates;

    /// <summary>A cell's number is its place in <see cref="Estimates"/>. Fitted when asked for: topics name a contest again to find its result.</summary>
    public BlockModel Model => field ??= new(
        Estimates.Count, Estimates.SelectMany((e, cell) => e.ByRound.Select(f => new Observation(f.Round, cell, f.Figure))));

    public bool HasPairs => Estimates.Count > 1;
}

/// <summary>All rankings of a report, under one error rate.</summary>
public sealed class Rankings
{
    private readonly Dictionary<string, ContestResult> _results = [];
    private readonly Dictionary<RankedGroup, GroupComparison> _compared;
    private readonly Contest[] _contests;

    /// <param name="contests">Of the whole report; one of a key is enough.</param>
    /// <param name="seed">The run's, so that a report is the same each time.</param>
    /// <param name="looks">How often the run was to look at its figures to decide whether it goes on; the looks share the error rate.</param>
    public Rankings(IEnumerable<Contest> contests, ulong seed, int looks = 1)
    {
        Contest[] all = [.. contests.DistinctBy(c => c.Key)];
        RankedGroup[] groups = [.. all.SelectMany(c => c.BeyondCores.Prepend(c.Over)).Where(g => g.HasPairs)];
        int mixed = unchecked((int)(seed ^ (seed >> 32)));
        Family = ComparisonFamily.Of([.. groups.Select(g => g.Model)], mixed, ComparisonFamily.DefaultAlpha / Math.Max(1, looks));
        _contests = all;
        _compared = groups.Zip(Family.Groups).ToDictionary(g => g.First, g => g.Second);
        foreach (Contest contest in all)
        {
            _results[contest.Key] = ContestResult.Of(contest, g => _compared.GetValueOrDefault(g));
        }

        Rounds =
        [
            .. all.Where(c => c.Over.HasPairs).GroupBy(c => c.Metric)
                .Select(g => (g.Key, RoundChecks.Of([.. g.Select(c => c.Over.Model)], mixed)))
                .Where(r => r.Item2 is not null).Select(r => (r.Key, r.Item2!)),
        ];
    }

    public ComparisonFamily Family { get; }

    /// <summary>By metric: whether its rounds were alike and independent.</summary>
    public IReadOnlyList<(string Metric, RoundChecks Checks)> Rounds { get; }

    /// <summary>What another round could decide.</summary>
    /// <param name="margin">Share by which two cells may differ and still be as good as each other, above 0, below 1.</param>
    public OpenComparisons Open(double margin)
    {
        Contest[] contests = [.. _contests.Where(c => c.Estimates.Count > 1)];
        Estimate[] estimates = [.. contests.SelectMany(c => c.Estimates)];
        HashSet<string> open = [];
        int pairs = 0;
        double needed = 0;

        // Too few valid repeats so far. What a rule takes out that depends on the figure falls out again, and so does a cell that was never valid by its own
        // doing. What the host spoilt is made up for.
        Estimate[] lacking = [.. estimates.Where(e => e.FellOut == 0 && (e.Repeats?.Count ?? 0) < Contest.FewestRepeats)];
        HashSet<string> spoilt = [.. lacking.Where(e => e.SpoiltByHost > 0).Select(e => e.Cell.Id)];
        open.UnionWith(lacking.Where(MayBecomeValid).Select(e => e.Cell.Id));
        open.UnionWith(spoilt);
        foreach ((RankedGroup group, GroupComparison found) in _compared)
        {
            bool higher = group.Estimates[0].Better == Core.Csv.Better.Higher;
            bool[] isOut =
                [.. Enumerable.Range(0, group.Estimates.Count).Select(cell => found.IsDecidable && IsOut(found.ToBest(cell, higher), higher, margin))];
            foreach (PairComparison pair in found.Pairs.Where(p => !p.IsDecided && !p.IsWithin(margin) && !isOut[p.First] && !isOut[p.Second]))
            {
                pairs++;
                open.Add(group.Estimates[pair.First].Cell.Id);
                open.Add(group.Estimates[pair.Second].Cell.Id);
                needed = Math.Max(needed, !found.IsDecidable ? found.RepeatsNeeded()
                    : Needed(pair, Math.Min(group.Model.Repeats(pair.First), group.Model.Repeats(pair.Second)), margin));
            }
        }

        HashSet<string> compared = [.. _compared.Keys.SelectMany(g => g.Estimates).Select(e => e.Cell.Id)];
        return new OpenComparisons
        {
            Contested = estimates.Select(e => e.Cell.Id).ToHashSet(),
            Cells = open,
            Spoilt = spoilt,
            Contests = [.. contests.Select(c => c.Estimates.Select(e => e.Cell.Id).Where(open.Contains).ToHashSet()).Where(c => c.Count > 0)],
            Compared = _compared.Values.Sum(c => c.Pairs.Count),
            Pairs = pairs,
            RepeatsNeeded = double.IsFinite(needed) ? (int)Math.Ceiling(needed) : null,
            Left = [.. estimates.Select(e => e.Cell).DistinctBy(c => c.Id).Where(c => !compared.Contains(c.Id))],
        };
    }

    private static bool MayBecomeValid(Estimate e) => e.Repeats is { Count: > 0 } || e.Cell.Repeats.Count < 2 * Contest.FewestRepeats;

    private static bool IsOut(RatioToBest ratio, bool higher, double margin) => higher ? ratio.High < 1 - margin : 1 / ratio.Low < 1 - margin;

    /// <summary>An interval shrinks by the root of the repeats: so many until it leaves out equality, or the margin.</summary>
    private static double Needed(PairComparison pair, int repeats, double margin)
    {
        double off = Math.Abs(Math.Log(pair.Ratio));
        double half = (Math.Log(pair.High) - Math.Log(pair.Low)) / 2;
        return repeats * Math.Pow(half / Math.Max(off, -Math.Log(1 - margin) - off), 2);
    }

    /// <summary>Whether the contest was named before the ranking began.</summary>
    public bool Holds(Contest contest) => _results.ContainsKey(contest.Key);

    /// <exception cref="KeyNotFoundException">It was not named before the ranking began.</exception>
    public ContestResult this[Contest contest] => _results[contest.Key];
}

/// <summary>How a contest ended.</summary>
/// <param name="Over">Over all cells that have a core for each worker.</param>
/// <param name="BySize">For each number of workers at which ways of listening meet, where there are several numbers; by the same comparisons.</param>
public sealed record ContestResult(Ranking Over, IReadOnlyList<SizeRanking> BySize)
{
    internal static ContestResult Of(Contest contest, Func<RankedGroup, GroupComparison?> compared)
    {
        Ranking over = Ranking.Of(contest, contest.Over, compared(contest.Over));
        bool hasSizes = contest.Estimates.Select(e => e.Cell.Workers).Distinct().Skip(1).Any();
        IEnumerable<SizeRanking> within = hasSizes
            ? contest.Over.Estimates.GroupBy(e => e.Cell.Workers).Where(g => g.Skip(1).Any()).Select(g => new SizeRanking(g.Key, over.Among([.. g]), false))
            : [];
        IEnumerable<SizeRanking> beyond = contest.BeyondCores.Where(g => g.HasPairs)
            .Select(g => new SizeRanking(g.Estimates[0].Cell.Workers, Ranking.OfGroup(g, compared(g), over.Null), true));
        return new ContestResult(over, [.. within.Concat(beyond).OrderBy(s => s.Workers)]);
    }
}

/// <param name="Workers">How many all of its cells have.</param>
/// <param name="Ranking">Of these cells.</param>
/// <param name="IsBeyondCores">Whether that is more than the server has cores.</param>
public sealed record SizeRanking(int Workers, Ranking Ranking, bool IsBeyondCores);
