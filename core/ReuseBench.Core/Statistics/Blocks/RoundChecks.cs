using MathNet.Numerics.Statistics;

namespace ReuseBench.Core.Statistics.Blocks;

/// <summary>
/// Whether the rounds of a run were alike and independent, over all cells of one figure: what intervals of medians and of ratios take for granted. Each test
/// holds its statistic against the same rounds in other orders, so it needs no law of the noise.
/// </summary>
/// <param name="Rounds">How many there were.</param>
/// <param name="Drift">Spearman's rank correlation of the rounds' common effect with time, −1 to 1. In no ratio, but in every median.</param>
/// <param name="DriftP">How often rounds in random order show as much, 0 to 1.</param>
/// <param name="Trend">Mean square of the cells' rank correlations of their residuals with time, 0 to 1: cells that drift apart.</param>
/// <param name="TrendP">Likewise.</param>
/// <param name="LagOne">Correlation of each residual with that of the round before, −1 to 1. Above 0 repeats are fewer than they look.</param>
/// <param name="LagOneP">Likewise; of positive values only.</param>
/// <param name="SmallestP">The least p-value that so many rounds allow.</param>
public sealed record RoundChecks(
    int Rounds, double Drift, double DriftP, double Trend, double TrendP, double LagOne, double LagOneP, double SmallestP)
{
    private const int FewestRounds = 3;
    private const int Orders = 1_999;

    /// <summary>Up to so many rounds every order is tried.</summary>
    private const int MostRoundsInFull = 6;

    /// <returns>Null with fewer than three rounds.</returns>
    /// <param name="groups">Their blocks are rounds; equal numbers are the same round.</param>
    /// <param name="seed">The same seed and figures give the same result.</param>
    public static RoundChecks? Of(IReadOnlyList<BlockModel> groups, int seed)
    {
        int[] rounds = [.. groups.SelectMany(g => Enumerable.Range(0, g.Blocks).Select(g.Number)).Distinct().Order()];
        if (rounds.Length < FewestRounds)
        {
            return null;
        }

        Dictionary<int, int> place = rounds.Select((number, i) => (number, i)).ToDictionary(r => r.number, r => r.i);
        double[] common = Common(groups, place);
        double[][] residuals = [.. groups.Where(g => g.Deviation > 0).SelectMany(g => Placed(g, place))];
        double[][] ranks = [.. residuals.Select(Ranks)];
        double[] commonRanks = Ranks(common);

        int[] inTime = [.. Enumerable.Range(0, rounds.Length)];
        (double drift, double trend, double lag) = (Correlation(commonRanks, inTime), MeanSquare(ranks, inTime), LagOneOf(residuals, inTime));
        (int drifts, int trends, int lags, int orders) = (0, 0, 0, 0);
        foreach (int[] order in OrdersOf(rounds.Length, seed))
        {
            orders++;
            drifts += AtLeast(Math.Abs(Correlation(commonRanks, order)), Math.Abs(drift));
            trends += AtLeast(MeanSquare(ranks, order), trend);
            lags += AtLeast(LagOneOf(residuals, order), lag);
        }

        // Backwards an order is the same to the first two.
        double least = Enumerable.Range(1, rounds.Length).Aggregate(2.0, (p, n) => p / n);
        return new RoundChecks(
            rounds.Length, drift, (double)drifts / orders, trend, (double)trends / orders, lag, (double)lags / orders, Math.Max(least, 1.0 / orders));
    }

    private static int AtLeast(double value, double bar) => value >= bar - 1e-9 ? 1 : 0;

    /// <summary>Of each round: the mean over the groups of what all of their cells share in it, in the groups' deviations.</summary>
    private static double[] Common(IReadOnlyList<BlockModel> groups, Dictionary<int, int> place)
    {
        double[] sums = new double[place.Count];
        int[] counts = new int[place.Count];
        foreach (BlockModel group in groups.Where(g => g.Deviation > 0 && g.IsBalanced))
        {
            double mean = group.BlockMeans.Average();
            for (int block = 0; block < group.Blocks; block++)
            {
                sums[place[group.Number(block)]] += (group.BlockMeans[block] - mean) / group.Deviation;
                counts[place[group.Number(block)]]++;
            }
        }

        return [.. sums.Select((sum, i) => counts[i] == 0 ? double.NaN : sum / counts[i])];
    }

    private static IEnumerable<double[]> Placed(BlockModel group, Dictionary<int, int> place) => group.Residuals().Select(cell =>
    {
        double[] placed = [.. Enumerable.Repeat(double.NaN, place.Count)];
        for (int block = 0; block < cell.Length; block++)
        {
            placed[place[group.Number(block)]] = cell[block] / group.Deviation;
        }

        return placed;
    });

    /// <summary>Ranks about their mean, ties shared; NaN stays.</summary>
    private static double[] Ranks(double[] values)
    {
        int[] known = [.. Enumerable.Range(0, values.Length).Where(i => !double.IsNaN(values[i]))];
        double[] ranks = ArrayStatistics.RanksInplace([.. known.Select(i => values[i])]);
        double[] placed = [.. values];
        for (int i = 0; i < known.Length; i++)
        {
            placed[known[i]] = ranks[i] - ((known.Length + 1) / 2.0);
        }

        return placed;
    }

    /// <param name="values">By round; NaN where there is none.</param>
    /// <param name="order">The round that stands at each time.</param>
    private static double Correlation(double[] values, int[] order)
    {
        (double n, double sum, double products, double squares, double times, double timeSquares) = (0, 0, 0, 0, 0, 0);
        for (int time = 0; time < order.Length; time++)
        {
            double value = values[order[time]];
            if (!double.IsNaN(value))
            {
                n++;
                sum += value;
                squares += value * value;
                products += value * time;
                times += time;
                timeSquares += (double)time * time;
            }
        }

        double spread = (squares - (sum * sum / Math.Max(1, n))) * (timeSquares - (times * times / Math.Max(1, n)));
        return n < FewestRounds || spread <= 0 ? 0 : (products - (sum * times / n)) / Math.Sqrt(spread);
    }

    private static double MeanSquare(double[][] cells, int[] order)
    {
        double sum = 0;
        foreach (double[] cell in cells)
        {
            double correlation = Correlation(cell, order);
            sum += correlation * correlation;
        }

        return sum / Math.Max(1, cells.Length);
    }

    private static double LagOneOf(double[][] cells, int[] order)
    {
        (double products, double squares) = (0, 0);
        foreach (double[] cell in cells)
        {
            for (int time = 1; time < order.Length; time++)
            {
                (double before, double now) = (cell[order[time - 1]], cell[order[time]]);
                if (!double.IsNaN(before) && !double.IsNaN(now))
                {
                    products += before * now;
                    squares += ((before * before) + (now * now)) / 2;
                }
            }
        }

        return squares > 0 ? products / squares : 0;
    }

    /// <summary>Every order, or the real one and random ones.</summary>
    private static IEnumerable<int[]> OrdersOf(int rounds, int seed) =>
        rounds <= MostRoundsInFull ? InFull([.. Enumerable.Range(0, rounds)], 0) : Drawn(rounds, seed);

    private static IEnumerable<int[]> InFull(int[] order, int from)
    {
        if (from == order.Length)
        {
            yield return order;
        }

        for (int i = from; i < order.Length; i++)
        {
            (order[from], order[i]) = (order[i], order[from]);
            foreach (int[] one in InFull(order, from + 1))
            {
                yield return one;
            }

            (order[from], order[i]) = (order[i], order[from]);
        }
    }

    private static IEnumerable<int[]> Drawn(int rounds, int seed)
    {
        Random random = new(seed);
        int[] order = [.. Enumerable.Range(0, rounds)];
        yield return order;
        for (int i = 0; i < Orders; i++)
        {
            random.Shuffle(order);
            yield return order;
        }
    }
}
