using System.Collections.Concurrent;
using MathNet.Numerics.Distributions;
using ReuseBench.Core.Csv;
using ReuseBench.Core.Statistics;
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

/// <summary>
/// How often a ranking calls a cell behind although all of its cells are equal. The leader is the best of many, so this grows with the
/// number of cells: two of three repeats are told apart by chance in one run of ten, ten of them in every second.
/// </summary>
/// <remarks>
/// Simulated with a fixed seed, by the rule of <see cref="Ranking"/> itself. Only the order of the repeats matters where the median is
/// one of them; with an even number it is not, and the repeats are taken as normally distributed. Rankings of many cells and repeats
/// combine cells that are drawn once for each number of repeats: a large run has hundreds of them, and drawing for each anew took minutes.
/// </remarks>
public static class SeparationByChance
{
    /// <summary>The standard error of the share is then at most 0.0016: said in whole runs of a hundred, it is off by one at most.</summary>
    private const int Runs = 100_000;

    /// <summary>Repeats of all cells together: with more of them cells are drawn once and combined.</summary>
    private const int MostDrawnAnew = 40;

    private const int PoolSize = 3 * Runs;

    private const int Seed = 1;

    private static readonly ConcurrentDictionary<string, double> Known = new();
    private static readonly ConcurrentDictionary<int, Lazy<Drawn[]>> Pools = new();

    /// <param name="repeats">The number of repeats of each ranked cell, the leader among them.</param>
    /// <returns>The share of runs in which at least one of these cells, all equal, is called behind; 0 to 1.</returns>
    public static double Of(IEnumerable<int> repeats)
    {
        int[] counts = [.. repeats.Order()];
        return counts.Length < 2 ? 0 : Known.GetOrAdd(string.Join(' ', counts), _ => Simulate(counts));
    }

    private static double Simulate(int[] counts) => counts.Sum() <= MostDrawnAnew ? Anew(counts) : Combined(counts);

    /// <summary>Every run draws all of its cells.</summary>
    private static double Anew(int[] counts)
    {
        Random random = new(Seed);
        double[][] values = [.. counts.Select(n => new double[n])];
        (int Low, int High)[] ends = [.. counts.Select(Ends)];
        Drawn[] cells = new Drawn[counts.Length];
        int separated = 0;
        for (int run = 0; run < Runs; run++)
        {
            for (int i = 0; i < cells.Length; i++)
            {
                cells[i] = Draw(random, values[i], ends[i]);
            }

            separated += IsAnyBehind(cells, counts) ? 1 : 0;
        }

        return (double)separated / Runs;
    }

    private static double Combined(int[] counts)
    {
        Drawn[][] pools = [.. counts.Select(n => Pools.GetOrAdd(n, size => new Lazy<Drawn[]>(() => Pool(size))).Value)];
        Drawn[] cells = new Drawn[counts.Length];
        int separated = 0;
        for (int run = 0; run < PoolSize; run++)
        {
            for (int i = 0; i < cells.Length; i++)
            {
                // Each cell begins elsewhere in its pool, so that no two of a run are the same draw.
                cells[i] = pools[i][(run + (i * (PoolSize / cells.Length))) % PoolSize];
            }

            separated += IsAnyBehind(cells, counts) ? 1 : 0;
        }

        return (double)separated / PoolSize;
    }

    /// <summary>As <see cref="Spread.Overlap"/>: intervals where both have one, otherwise all of the repeats.</summary>
    private static bool IsAnyBehind(Drawn[] cells, int[] counts)
    {
        int leader = 0;
        for (int i = 1; i < cells.Length; i++)
        {
            leader = cells[i].Median > cells[leader].Median ? i : leader;
        }

        for (int i = 0; i < cells.Length; i++)
        {
            bool byInterval = HasInterval(counts[leader]) && HasInterval(counts[i]);
            if (byInterval ? cells[i].High < cells[leader].Low : cells[i].Max < cells[leader].Min)
            {
                return true;
            }
        }

        return false;
    }

    private static bool HasInterval(int repeats) => repeats >= 6;

    private static Drawn[] Pool(int repeats)
    {
        Random random = new(Seed + repeats);
        double[] values = new double[repeats];
        (int, int) ends = Ends(repeats);
        return [.. Enumerable.Range(0, PoolSize).Select(_ => Draw(random, values, ends))];
    }

    private static Drawn Draw(Random random, double[] values, (int Low, int High) ends)
    {
        Normal.Samples(random, values, 0, 1);
        Array.Sort(values);
        return new Drawn(
            (values[(values.Length - 1) / 2] + values[values.Length / 2]) / 2, values[0], values[^1], values[ends.Low], values[ends.High]);
    }

    /// <summary>Places of the ends of the interval among the sorted repeats.</summary>
    private static (int Low, int High) Ends(int repeats) =>
        Sample.Of(Enumerable.Range(0, repeats).Select(i => (double)i)) is { Low: double low, High: double high } ? ((int)low, (int)high)
            : (0, repeats - 1);

    private readonly record struct Drawn(double Median, double Min, double Max, double Low, double High);
}
