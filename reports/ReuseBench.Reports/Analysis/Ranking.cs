using ReuseBench.Core.Csv;
using ReuseBench.Core.Statistics.Blocks;

namespace ReuseBench.Reports.Analysis;

/// <summary>What a ranking says of a cell.</summary>
public enum Standing
{
    /// <summary>Has the best figure.</summary>
    Leader,

    /// <summary>Whether it differs from the leader is not shown.</summary>
    NotSeparated,

    /// <summary>Differs from the leader, but by no more than identical cells do: nothing is claimed.</summary>
    WithinNullControl,

    /// <summary>Differs from the leader.</summary>
    Behind,

    /// <summary>So few repeats cannot tell it from any other.</summary>
    Undecidable,

    /// <summary>Has more workers than the server has cores, and is in no overall ranking.</summary>
    BeyondCores,

    /// <summary>Without a figure, with too few repeats, or biased.</summary>
    NotRanked,
}

/// <summary>A cell in a ranking.</summary>
/// <param name="Estimate">Its figure.</param>
/// <param name="Standing">What is said of it.</param>
public sealed record Ranked(Estimate Estimate, Standing Standing)
{
    /// <summary>Its figure over the best one's, with the interval that holds for all cells of the report at once; null where it is not compared.</summary>
    public RatioToBest? ToBest { get; init; }

    /// <summary>Why it is not ranked.</summary>
    public string? Why { get; init; }
}

/// <summary>
/// Cells by one figure. What orders, what separates and what gives the ratio is one estimate: the cell's mean log figure over the rounds, what all cells of a
/// round share taken off.
/// </summary>
public sealed record Ranking
{
    private readonly RankedGroup _group;
    private readonly GroupComparison? _compared;

    private Ranking(RankedGroup group, GroupComparison? compared)
    {
        _group = group;
        _compared = compared;
    }

    /// <summary>Best first; those that are not ranked last.</summary>
    public required IReadOnlyList<Ranked> Cells { get; init; }

    /// <summary>How far identical cells differ; null where there are none.</summary>
    public NullControl? Null { get; private init; }

    /// <summary>Null where no cell can be ranked, or none can be told from another.</summary>
    public Estimate? Leader => In(Standing.Leader).FirstOrDefault();

    public IReadOnlyList<Estimate> NotSeparated => [.. In(Standing.NotSeparated)];

    public IReadOnlyList<Estimate> WithinNull => [.. In(Standing.WithinNullControl)];

    public IReadOnlyList<Estimate> Behind => [.. In(Standing.Behind)];

    public IReadOnlyList<Estimate> Unranked => [.. In(Standing.NotRanked)];

    /// <summary>Whether there are cells to compare and too few repeats to do so.</summary>
    public bool IsUndecidable => _compared is { IsDecidable: false };

    /// <summary>Fewest repeats of a compared cell.</summary>
    public int Repeats => _group.Estimates.Select(e => e.ByRound.Count).DefaultIfEmpty(0).Min();

    /// <summary>Of each cell, so that the ranking could be decided beside the others of the report; null where nothing is compared.</summary>
    public int? RepeatsNeeded => _compared?.RepeatsNeeded();

    /// <summary>A contest by itself, with the whole error rate.</summary>
    public static Ranking Of(Contest contest) => new Rankings([contest], 1)[contest].Over;

    /// <summary>One figure's over another's, with its interval and what is decided; null where the two are not compared.</summary>
    public (double Ratio, double Low, double High, PairComparison Pair)? Ratio(Estimate of, Estimate over)
    {
        (int first, int second) = (Place(over), Place(of));
        if (first < 0 || second < 0 || _compared?.Pair(first, second) is not { } pair)
        {
            return null;
        }

        return pair.Second == second ? (pair.Ratio, pair.Low, pair.High, pair) : (1 / pair.Ratio, 1 / pair.High, 1 / pair.Low, pair);
    }

    /// <summary>Of an estimate with repeats: the lower, the better.</summary>
    public static double Cost(Estimate e) => (e.Better == Better.Higher ? -1 : 1) * (e.Repeats?.Median ?? e.Value!.Value);

    /// <summary>
    /// The first two neighbours of an order whose medians are the other way round; null where the medians have the same order. Medians stand beside the order,
    /// so a reader has to be told.
    /// </summary>
    /// <param name="cells">As they are ordered; those that are not compared are passed over.</param>
    internal static (Estimate Above, Estimate Below)? Reversed(IEnumerable<Ranked> cells)
    {
        Estimate[] ordered = [.. cells.Where(c => c.Standing is not (Standing.BeyondCores or Standing.NotRanked)).Select(c => c.Estimate)];
        return ordered.Zip(ordered.Skip(1)).Where(p => Cost(p.First) > Cost(p.Second)).Select(p => ((Estimate, Estimate)?)p).FirstOrDefault();
    }

    internal static Ranking Of(Contest contest, RankedGroup group, GroupComparison? compared)
    {
        Ranking ranked = OfGroup(group, compared, null);
        return ranked with
        {
            Cells =
            [
                .. ranked.Cells,
                .. contest.Estimates.Where(e => contest.IsBeyondCores(e) && Contest.WhyNotRanked(e) is null).OrderBy(Cost)
                    .Select(e => new Ranked(e, Standing.BeyondCores)),
                .. contest.Estimates.Where(e => Contest.WhyNotRanked(e) is not null).OrderBy(e => e.Value is null).ThenBy(e => e.Value is null ? 0 : Cost(e))
                    .Select(e => new Ranked(e, Standing.NotRanked) { Why = Contest.WhyNotRanked(e) }),
            ],
        };
    }

    /// <param name="group">The cells.</param>
    /// <param name="compared">Their pairs; null for a single cell.</param>
    /// <param name="control">How far identical cells differ; null to find it among these.</param>
    internal static Ranking OfGroup(RankedGroup group, GroupComparison? compared, NullControl? control)
    {
        Ranking ranking = new(group, compared) { Cells = [] };
        return (ranking with { Null = control ?? NullControl.Of(group.Estimates, ranking) }).Among(group.Estimates);
    }

    /// <summary>Some of the cells, by the same comparisons.</summary>
    internal Ranking Among(IReadOnlyList<Estimate> estimates)
    {
        if (_compared is null || estimates.Count < 2)
        {
            return this with { Cells = [.. estimates.Select(e => new Ranked(e, Standing.Leader))] };
        }

        bool higher = estimates[0].Better == Better.Higher;
        int[] places = [.. estimates.Select(Place)];
        int best = _compared.Best(higher, places);
        int[] ordered = [.. places.OrderBy(p => (higher ? -1 : 1) * _compared.Model.Effects[p]).ThenBy(p => p)];
        return this with
        {
            Cells =
            [
                .. ordered.Select(p => new Ranked(_group.Estimates[p], StandingOf(p, best))
                {
                    ToBest = _compared.IsDecidable ? _compared.ToBest(p, higher, places) : null,
                    Why = p == best || _compared.Pair(p, best) is not null ? null : "never measured in a round with the best",
                }).OrderBy(r => r.Standing == Standing.NotRanked),
            ],
        };
    }

    private Standing StandingOf(int place, int best)
    {
        if (!_compared!.IsDecidable)
        {
            return Standing.Undecidable;
        }

        if (place == best)
        {
            return Standing.Leader;
        }

        (Estimate leader, Estimate other) = (_group.Estimates[best], _group.Estimates[place]);
        return Ratio(other, leader) is not { } ratio ? Standing.NotRanked
            : !ratio.Pair.IsDecided ? Standing.NotSeparated
            : Null?.Covers(ratio.Ratio) == true ? Standing.WithinNullControl : Standing.Behind;
    }

    private IEnumerable<Estimate> In(Standing standing) => Cells.Where(c => c.Standing == standing).Select(c => c.Estimate);

    private int Place(Estimate estimate)
    {
        for (int i = 0; i < _group.Estimates.Count; i++)
        {
            if (ReferenceEquals(_group.Estimates[i], estimate))
            {
                return i;
            }
        }

        return -1;
    }
}
