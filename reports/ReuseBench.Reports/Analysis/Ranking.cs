using ReuseBench.Core.Csv;
using ReuseBench.Core.Verdicts;

namespace ReuseBench.Reports.Analysis;

/// <summary>
/// Cells under the same conditions, ranked by one figure. A cell is only said to be behind the leader where their spreads do not
/// overlap; with fewer than <see cref="FewestRepeats"/> repeats on either side that is not said at all.
/// The more cells, the more often chance alone does that to one of them: <see cref="ByChance"/> belongs beside the claim.
/// </summary>
/// <param name="Leader">The best value with enough repeats; null where there is none.</param>
/// <param name="NotSeparated">Those whose spread overlaps the leader's, best first.</param>
/// <param name="Behind">Those whose spread does not, best first.</param>
/// <param name="Unranked">Those without a value or with too few repeats.</param>
public sealed record Ranking(Estimate? Leader, IReadOnlyList<Estimate> NotSeparated, IReadOnlyList<Estimate> Behind, IReadOnlyList<Estimate> Unranked)
{
    /// <summary>With two repeats on each side, ranges of equal cells miss each other by chance one time in three; with three, one in ten.</summary>
    public const int FewestRepeats = 3;

    /// <summary>Those whose spread does not overlap the leader's, but by no more than identical cells differ: nothing is claimed of them.</summary>
    public IReadOnlyList<Estimate> WithinNull { get; init; } = [];

    /// <summary>How far identical cells differ; null where there are none.</summary>
    public NullControl? Null { get; init; }

    /// <summary>The ranked cells' numbers of repeats, the leader's first.</summary>
    public IReadOnlyList<int> RankedRepeats =>
        Leader is null ? [] : [.. NotSeparated.Concat(WithinNull).Concat(Behind).Prepend(Leader).Select(e => e.Repeats!.Count)];

    /// <summary>How often at least one of as many equal cells with as many repeats would be called behind; 0 to 1.</summary>
    public double ByChance => SeparationByChance.Of(RankedRepeats);

    /// <exception cref="ArgumentException">The estimates are of cells under different conditions: that is never ranked.</exception>
    /// <param name="estimates">Of one figure.</param>
    /// <param name="control">How far identical cells differ; null to find it among these.</param>
    public static Ranking Of(IReadOnlyCollection<Estimate> estimates, NullControl? control = null)
    {
        if (estimates.Select(e => e.Cell.Conditions).Distinct().Skip(1).Any())
        {
            throw new ArgumentException("cells under different conditions cannot be ranked", nameof(estimates));
        }

        return Among(estimates, control);
    }

    /// <summary>Cells that may differ in one setting: the caller knows that they are equal in all else.</summary>
    /// <inheritdoc cref="Of"/>
    public static Ranking Among(IReadOnlyCollection<Estimate> estimates, NullControl? control = null)
    {
        Estimate[] ranked = [.. estimates.Where(IsRankable).OrderBy(Cost)];
        Estimate[] unranked = [.. estimates.Where(e => !IsRankable(e))];
        if (ranked.Length == 0)
        {
            return new Ranking(null, [], [], unranked);
        }

        Estimate leader = ranked[0];
        control ??= NullControl.Of(ranked);
        ILookup<bool, Estimate> others = ranked.Skip(1).ToLookup(e => Spread.Overlap(leader.Repeats!, e.Repeats!));
        ILookup<bool, Estimate> apart = others[false].ToLookup(e => control?.Covers(leader, e) == true);
        return new Ranking(leader, [.. others[true]], [.. apart[false]], unranked) { WithinNull = [.. apart[true]], Null = control };
    }

    private static bool IsRankable(Estimate e) => e is { Value: not null, Grade: not Grade.Invalid, Repeats.Count: >= FewestRepeats };

    /// <summary>Of an estimate with a value: the lower, the better.</summary>
    public static double Cost(Estimate e) => e.Better == Better.Higher ? -e.Value!.Value : e.Value!.Value;
}
