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
        Over = RankedGroup.Of([.. ranked.Where(e => !_beyond.Contains(e))]);
        BeyondCores = [.. ranked.Where(_beyond.Contains).GroupBy(e => e.Cell.Workers).OrderBy(g => g.Key).Select(g => RankedGroup.Of([.. g]))];
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
        { Value: null } or { Grade: Grade.Invalid } or { Repeats: null } => e.WhyNone ?? "invalid",
        { FellOut: > 0 } => $"{e.FellOut} of {e.Cell.Repeats.Count} fell out by a rule that depends on the figure: {string.Join(", ", e.FellOutBy)}",
        { Repeats.Count: 1 } => "one repeat",
        { Repeats.Count: < FewestRepeats } => $"{e.Repeats.Count} repeats",
        _ when e.ByRound.Any(f => f.Figure <= 0) => "a repeat has 0, which has no ratio",
        _ => null,
    };
}

/// <summary>Cells whose figures are compared within rounds.</summary>
internal sealed class RankedGroup
{
    private RankedGroup(IReadOnlyList<Estimate> estimates, BlockModel model)
    {
        Estimates = estimates;
        Model = model;
    }

    public IReadOnlyList<Estimate> Estimates { get; }

    /// <summary>A cell's number is its place in <see cref="Estimates"/>.</summary>
    public BlockModel Model { get; }

    public bool HasPairs => Estimates.Count > 1;

    public static RankedGroup Of(IReadOnlyList<Estimate> estimates) => new(
        estimates, new BlockModel(estimates.Count, estimates.SelectMany((e, cell) => e.ByRound.Select(f => new Observation(f.Round, cell, f.Figure)))));
}

/// <summary>All rankings of a report, under one error rate.</summary>
public sealed class Rankings
{
    private readonly Dictionary<string, ContestResult> _results = [];

    /// <param name="contests">Of the whole report; one of a key is enough.</param>
    /// <param name="seed">The run's, so that a report is the same each time.</param>
    public Rankings(IEnumerable<Contest> contests, ulong seed)
    {
        Contest[] all = [.. contests.DistinctBy(c => c.Key)];
        RankedGroup[] groups = [.. all.SelectMany(c => c.BeyondCores.Prepend(c.Over)).Where(g => g.HasPairs)];
        int mixed = unchecked((int)(seed ^ (seed >> 32)));
        Family = ComparisonFamily.Of([.. groups.Select(g => g.Model)], mixed);
        Dictionary<RankedGroup, GroupComparison> compared = groups.Zip(Family.Groups).ToDictionary(g => g.First, g => g.Second);
        foreach (Contest contest in all)
        {
            _results[contest.Key] = ContestResult.Of(contest, g => compared.GetValueOrDefault(g));
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
