using MathNet.Numerics;

namespace ReuseBench.Core.Statistics.Blocks;

/// <summary>
/// Every comparison that a report makes, under one error rate: with all cells equal, and with any part of them equal, at least one of them is called
/// different in at most <see cref="Alpha"/> of all reports.
/// </summary>
/// <remarks>
/// Within a group of cells: all pairs, by the largest of their statistics when residuals are exchanged within blocks (max-T; Westfall and Young 1993; Freedman
/// and Lane 1983), so the best may be chosen after the data were seen. Over the groups: Holm's rule (1979) in the form that allows for pairs; a group leaves
/// the count only when all of its pairs are decided. A group whose design cannot reach its level is not counted (<see cref="Tarone"/>), and nothing is said
/// of it but that.
/// </remarks>
public sealed class ComparisonFamily
{
    /// <summary>The error rate that a report states.</summary>
    public const double DefaultAlpha = 0.05;

    /// <summary>
    /// Random orders by which a group is judged: so many that ten lie beyond the critical value. However few they are, a p-value from drawn orders (the real
    /// one among them) keeps its level; more of them only make it less a matter of the seed.
    /// </summary>
    private const double OrdersBeyond = 10;

    private const int FewestOrders = 1_999;
    private const int MostOrders = 9_999;

    private ComparisonFamily(IReadOnlyList<GroupComparison> groups, double alpha, int counted, int orders)
    {
        Groups = groups;
        Alpha = alpha;
        Counted = counted;
        Orders = orders;
    }

    /// <summary>As they were given.</summary>
    public IReadOnlyList<GroupComparison> Groups { get; }

    /// <summary>Of all comparisons together, 0 to 1.</summary>
    public double Alpha { get; }

    /// <summary>By how many the error rate is divided: groups that can reach their part of it.</summary>
    public int Counted { get; }

    /// <summary>Random orders that each of them was held against.</summary>
    public int Orders { get; }

    /// <summary>Of each group's simultaneous intervals; all groups' together hold with 1 − <see cref="Alpha"/>.</summary>
    public double Level => Alpha / Counted;

    /// <param name="groups">Cells that are compared with each other, one model for each group.</param>
    /// <param name="seed">The same seed and figures give the same result.</param>
    /// <param name="alpha">Error rate of all comparisons together, above 0, below 1.</param>
    public static ComparisonFamily Of(IReadOnlyList<BlockModel> groups, int seed, double alpha = DefaultAlpha)
    {
        double[] smallest = [.. groups.Select(g => g.SmallestP())];
        int counted = Tarone.Counted(smallest, alpha);
        double inverse = counted / alpha;
        return Of(groups, smallest, seed, alpha, counted, (int)Math.Ceiling(Math.Max(inverse, Math.Clamp(OrdersBeyond * inverse, FewestOrders, MostOrders))));
    }

    /// <summary>With so many orders: fewer are enough where many families are made.</summary>
    internal static ComparisonFamily WithOrders(IReadOnlyList<BlockModel> groups, int seed, int orders)
    {
        double[] smallest = [.. groups.Select(g => g.SmallestP())];
        return Of(groups, smallest, seed, DefaultAlpha, Tarone.Counted(smallest, DefaultAlpha), orders);
    }

    private static ComparisonFamily Of(IReadOnlyList<BlockModel> groups, double[] smallest, int seed, double alpha, int counted, int orders)
    {
        double level = alpha / counted;
        double[][] exchanged = new double[groups.Count][];
        Parallel.For(0, groups.Count, i => exchanged[i] = smallest[i] <= level ? groups[i].Exchanged(orders, unchecked(seed + (i * 7919))) : []);
        GroupComparison[] compared = [.. groups.Select((g, i) => new GroupComparison(g, smallest[i], exchanged[i], level, alpha / groups.Count))];
        Holm([.. compared.Where(g => g.IsDecidable)], alpha);
        return new ComparisonFamily(compared, alpha, counted, orders);
    }

    /// <summary>
    /// Adjusts p-values over the groups. A true equality is wrongly rejected first while every group that holds one still counts, so its level is at most
    /// alpha over the number of those.
    /// </summary>
    private static void Holm(IReadOnlyList<GroupComparison> groups, double alpha)
    {
        Dictionary<GroupComparison, int> open = groups.ToDictionary(g => g, g => g.Pairs.Count);
        double adjusted = 0;
        foreach ((GroupComparison group, PairComparison pair) in groups.SelectMany(g => g.Pairs.Select(p => (Group: g, Pair: p))).OrderBy(p => p.Pair.P))
        {
            adjusted = Math.Min(1, Math.Max(adjusted, pair.P * open.Count));
            pair.Adjust(adjusted, alpha);
            if (--open[group] == 0)
            {
                open.Remove(group);
            }
        }
    }
}

/// <summary>All pairs of a group's cells.</summary>
public sealed class GroupComparison
{
    private readonly Dictionary<(int, int), PairComparison> _pairs = [];

    private readonly double _levelOfAll;

    internal GroupComparison(BlockModel model, double smallestP, double[] exchanged, double level, double levelOfAll)
    {
        _levelOfAll = levelOfAll;
        Model = model;
        SmallestP = smallestP;
        IsDecidable = exchanged.Length > 0;

        // A statistic is beyond the critical value where so few of the drawn ones reach it that its p-value is at most the level.
        double critical = IsDecidable ? exchanged[Math.Max(0, (int)Math.Floor(level * (exchanged.Length + 1)) - 1)] : double.PositiveInfinity;
        for (int first = 0; first < model.Cells; first++)
        {
            for (int second = first + 1; second < model.Cells; second++)
            {
                if (model.AreLinked(first, second))
                {
                    _pairs[(first, second)] = new PairComparison(model, first, second, smallestP, exchanged, critical);
                }
            }
        }
    }

    public BlockModel Model { get; }

    /// <summary>The least p-value that the repeats allow, 0 to 1.</summary>
    public double SmallestP { get; }

    /// <summary>Whether the repeats are enough to tell any two of its cells apart.</summary>
    public bool IsDecidable { get; }

    public IReadOnlyCollection<PairComparison> Pairs => _pairs.Values;

    /// <returns>Null where the two were never measured in a common block, nor in blocks that others link.</returns>
    /// <param name="first">One of them.</param>
    /// <param name="second">The other.</param>
    public PairComparison? Pair(int first, int second) => _pairs.GetValueOrDefault((Math.Min(first, second), Math.Max(first, second)));

    /// <summary>Least number of repeats of each cell with which the group can be decided, all others of the family being counted, too.</summary>
    public int RepeatsNeeded()
    {
        int cells = Math.Max(2, Enumerable.Range(0, Model.Cells).Count(c => Model.Repeats(c) > 0));
        return 1 + (int)Math.Ceiling(-Math.Log(_levelOfAll) / SpecialFunctions.FactorialLn(cells));
    }

    /// <summary>The cell with the best figure; −1 without any.</summary>
    /// <param name="higherIsBetter">Which way is better.</param>
    /// <param name="among">Cells to choose from; null for all.</param>
    public int Best(bool higherIsBetter, IEnumerable<int>? among = null) =>
        (among ?? Enumerable.Range(0, Model.Cells)).Where(c => Model.Repeats(c) > 0)
            .OrderBy(c => higherIsBetter ? -Model.Effects[c] : Model.Effects[c]).ThenBy(c => c).Append(-1).First();

    /// <summary>
    /// A cell's figure over that of the best of these cells, whichever is the best in truth: the interval holds for all cells at once, though the best was
    /// chosen by the data.
    /// </summary>
    /// <param name="cell">One of them.</param>
    /// <param name="higherIsBetter">Which way is better.</param>
    /// <param name="among">The cells that the best is one of; null for all.</param>
    public RatioToBest ToBest(int cell, bool higherIsBetter, IReadOnlyCollection<int>? among = null)
    {
        int[] others = [.. (among ?? [.. Enumerable.Range(0, Model.Cells)]).Where(c => c != cell && Model.AreLinked(cell, c))];
        double sign = higherIsBetter ? 1 : -1;
        (double estimate, double low, double high) = (0, 0, 0);
        foreach (int other in others)
        {
            // Of the cell over the other, turned so that above 0 is better.
            PairComparison pair = Pair(cell, other)!;
            double turn = sign * (pair.First == cell ? -1 : 1);
            (double a, double b) = (turn * pair.LogLow, turn * pair.LogHigh);
            estimate = Math.Min(estimate, turn * pair.LogRatio);
            low = Math.Min(low, Math.Min(a, b));
            high = Math.Min(high, Math.Max(a, b));
        }

        return higherIsBetter
            ? new RatioToBest(cell, Math.Exp(estimate), Math.Exp(low), Math.Exp(high))
            : new RatioToBest(cell, Math.Exp(-estimate), Math.Exp(-high), Math.Exp(-low));
    }
}

/// <summary>A figure over that of the best cell, with its simultaneous interval.</summary>
/// <param name="Cell">Whose figure.</param>
/// <param name="Ratio">At most 1 where higher is better, at least 1 where lower is.</param>
/// <param name="Low">Lower end; 0 where nothing bounds it.</param>
/// <param name="High">Upper end; infinite where nothing bounds it.</param>
public sealed record RatioToBest(int Cell, double Ratio, double Low, double High);

/// <summary>What the repeats tell of two cells.</summary>
public sealed class PairComparison
{
    internal PairComparison(BlockModel model, int first, int second, double smallestP, double[] exchanged, double critical)
    {
        First = first;
        Second = second;
        LogRatio = model.Effects[second] - model.Effects[first];
        double statistic = model.Statistic(first, second);
        P = exchanged.Length == 0 ? 1 : Math.Max(smallestP, (1.0 + AtLeast(exchanged, statistic)) / (exchanged.Length + 1));
        AdjustedP = 1;
        double half = double.IsPositiveInfinity(critical) ? double.PositiveInfinity : critical * model.Error(first, second);
        (LogLow, LogHigh) = (LogRatio - half, LogRatio + half);
    }

    /// <summary>The lower number of the two cells.</summary>
    public int First { get; }

    public int Second { get; }

    /// <summary>The second cell's figure over the first's.</summary>
    public double Ratio => Math.Exp(LogRatio);

    /// <summary>Lower end of the interval of the ratio; 0 where nothing bounds it.</summary>
    public double Low => Math.Exp(LogLow);

    /// <summary>Upper end; infinite where nothing bounds it.</summary>
    public double High => Math.Exp(LogHigh);

    /// <summary>Adjusted for all pairs of the group and for all groups, 0 to 1; 1 where it is not decidable.</summary>
    public double AdjustedP { get; private set; }

    /// <summary>Whether the two differ, under the error rate of all comparisons.</summary>
    public bool IsDecided { get; private set; }

    /// <summary>Adjusted for the pairs of the group alone.</summary>
    internal double P { get; }

    internal double LogRatio { get; }

    internal double LogLow { get; private set; }

    internal double LogHigh { get; private set; }

    /// <summary>Whether the two are alike to within a margin, whichever is taken as the base: an equivalence, not "no difference found".</summary>
    /// <param name="margin">Share by which they may differ, above 0, below 1.</param>
    public bool IsWithin(double margin) => LogLow > Math.Log(1 - margin) && LogHigh < -Math.Log(1 - margin);

    /// <summary>Sets the p-value over all groups; an interval of a decided pair ends at 1 at the latest, since Holm's rule has shown its side.</summary>
    internal void Adjust(double p, double alpha)
    {
        AdjustedP = p;
        IsDecided = p <= alpha;
        if (IsDecided && LogRatio > 0)
        {
            LogLow = Math.Max(0, LogLow);
        }
        else if (IsDecided)
        {
            LogHigh = Math.Min(0, LogHigh);
        }
    }

    /// <summary>How many of these reach the statistic, ties by rounding among them.</summary>
    private static int AtLeast(double[] descending, double statistic)
    {
        double bar = double.IsPositiveInfinity(statistic) ? statistic : statistic * (1 - 1e-9);
        (int low, int high) = (0, descending.Length);
        while (low < high)
        {
            int middle = low + ((high - low) / 2);
            (low, high) = descending[middle] >= bar ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
