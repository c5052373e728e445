using MathNet.Numerics;

namespace ReuseBench.Core.Statistics.Blocks;

/// <summary>One figure of one cell, measured in one block. Blocks are what was measured together, such as the rounds of a run.</summary>
/// <param name="Block">Any number; equal for what was measured together.</param>
/// <param name="Cell">0 to the number of cells less one.</param>
/// <param name="Figure">Above 0 and finite; anything else counts as not measured.</param>
public readonly record struct Observation(int Block, int Cell, double Figure);

/// <summary>
/// The additive model <c>log figure = cell + block</c>, fitted by least squares. What all cells of a round share (a drift of the machine) is in the block and
/// in no comparison. A cell may be missing in some blocks.
/// </summary>
/// <remarks>
/// A cell's variance is what its residuals show, and at least that of all cells together: a noisy cell among quiet ones widens its own intervals, and a cell
/// that is quiet by chance gains nothing.
/// </remarks>
public sealed class BlockModel
{
    /// <summary>What is left of equal log figures by rounding.</summary>
    private const double Rounding = 1e-12;

    /// <summary>With less of it a cell's own residuals tell nothing.</summary>
    private const double LeastFreedom = 0.5;

    private readonly int[][] _cells;
    private readonly double[][] _logs;
    private readonly int[] _numbers;
    private readonly BlockDesign _design;
    private readonly double[] _variances;

    /// <param name="cells">How many there are, measured or not.</param>
    /// <param name="observations">In any order; a block with fewer than two of them tells nothing and is passed over.</param>
    public BlockModel(int cells, IEnumerable<Observation> observations)
    {
        Observation[][] blocks =
        [
            .. observations.Where(o => o.Figure > 0 && double.IsFinite(o.Figure)).GroupBy(o => o.Block).Where(b => b.Skip(1).Any()).OrderBy(b => b.Key)
                .Select(b => b.OrderBy(o => o.Cell).ToArray()),
        ];
        Cells = cells;
        _numbers = [.. blocks.Select(b => b[0].Block)];
        _cells = [.. blocks.Select(b => b.Select(o => o.Cell).ToArray())];
        double[][] logs = [.. blocks.Select(b => b.Select(o => Math.Log(o.Figure)).ToArray())];
        BlockMeans = [.. logs.Select(b => b.Average())];
        _logs = [.. logs.Zip(BlockMeans, (b, mean) => b.Select(x => x - mean).ToArray())];
        _design = new BlockDesign(cells, _cells);
        Effects = new double[cells];
        _variances = new double[cells];
        Deviation = Math.Sqrt(Fit(_logs, Effects, _variances));
    }

    /// <summary>From a matrix: rounds × cells.</summary>
    /// <param name="cells">How many there are.</param>
    /// <param name="rounds">A row for each round, in their order, a figure for each cell; NaN where it was not measured.</param>
    public static BlockModel OfRounds(int cells, IEnumerable<IReadOnlyList<double>> rounds) =>
        new(cells, rounds.SelectMany((round, block) => round.Select((figure, cell) => new Observation(block, cell, figure))));

    public int Cells { get; }

    /// <summary>Blocks with at least two figures.</summary>
    public int Blocks => _cells.Length;

    /// <summary>Of each cell: its log figure relative to the mean of those that it was measured with. Only differences of cells mean something.</summary>
    public double[] Effects { get; }

    /// <summary>Standard deviation of a log figure about the model; close to the coefficient of variation of a repeat.</summary>
    public double Deviation { get; }

    /// <summary>Degrees of freedom of <see cref="Deviation"/>; at 0 nothing can be tested.</summary>
    public int Freedom => _design.Freedom;

    /// <summary>Whether every block holds every cell once.</summary>
    public bool IsBalanced => _design.IsBalanced;

    /// <summary>Mean log figure of each block, in their order.</summary>
    internal double[] BlockMeans { get; }

    /// <summary>Repeats of a cell that count.</summary>
    public int Repeats(int cell) => _design.Counts[cell];

    /// <summary>Whether the two were measured in a common block, or in blocks that others link.</summary>
    public bool AreLinked(int first, int second) => _design.AreLinked(first, second);

    /// <summary>
    /// The least p-value that a permutation within blocks can give: one over the orders that can be told apart. The names of the cells may be exchanged
    /// without a change of what is tested.
    /// </summary>
    public double SmallestP()
    {
        if (Freedom == 0)
        {
            return 1;
        }

        double orders = _cells.Sum(b => SpecialFunctions.FactorialLn(b.Length) - b.GroupBy(c => c).Sum(g => SpecialFunctions.FactorialLn(g.Count())));
        return Math.Min(1, Math.Exp(SpecialFunctions.FactorialLn(_design.Counts.Count(c => c > 0)) - orders));
    }

    /// <summary>Standard error of the difference of two log figures.</summary>
    internal double Error(int first, int second) => Math.Sqrt(Variance(first, second, _variances));

    /// <summary>|difference| over its standard error; infinite where the model leaves no error.</summary>
    internal double Statistic(int first, int second) => Ratio(Effects[first] - Effects[second], Variance(first, second, _variances));

    /// <summary>
    /// The largest <see cref="Statistic"/> of all pairs where no cell differs: of the residuals, exchanged within each block at random, so often; in
    /// descending order. Residuals, since a large true difference of one cell would be noise among the others.
    /// </summary>
    internal double[] Exchanged(int times, int seed)
    {
        double[] largest = new double[times];
        if (Freedom == 0)
        {
            return largest;
        }

        Random random = new(seed);
        double[][] logs = ResidualsByBlock();
        double[] effects = new double[Cells];
        double[] variances = new double[Cells];
        for (int i = 0; i < times; i++)
        {
            foreach (double[] block in logs)
            {
                random.Shuffle(block);
            }

            Fit(logs, effects, variances);
            largest[i] = LargestOfPairs(effects, variances);
        }

        Array.Sort(largest);
        Array.Reverse(largest);
        return largest;
    }

    /// <summary>Of each cell: what the model leaves of it in each block, by the block's place; NaN where it was not measured.</summary>
    internal double[][] Residuals()
    {
        double[][] residuals = [.. Enumerable.Range(0, Cells).Select(_ => Enumerable.Repeat(double.NaN, Blocks).ToArray())];
        double[][] byBlock = ResidualsByBlock();
        for (int block = 0; block < Blocks; block++)
        {
            for (int i = 0; i < _cells[block].Length; i++)
            {
                residuals[_cells[block][i]][block] = byBlock[block][i];
            }
        }

        return residuals;
    }

    /// <summary>Number of each block, as it was given.</summary>
    internal int Number(int block) => _numbers[block];

    private static double Ratio(double difference, double variance) =>
        variance > 0 ? Math.Abs(difference) / Math.Sqrt(variance) : Math.Abs(difference) > Rounding ? double.PositiveInfinity : 0;

    /// <summary>Writes the effects and the variance of each cell's log figures, and returns that of all together.</summary>
    private double Fit(double[][] logs, double[] effects, double[] variances)
    {
        // The normal equations of the cells, blocks eliminated: C effects = sums of the centred figures.
        double[] sums = new double[Cells];
        for (int block = 0; block < logs.Length; block++)
        {
            (int[] cells, double[] values) = (_cells[block], logs[block]);
            for (int i = 0; i < cells.Length; i++)
            {
                sums[cells[i]] += values[i];
            }
        }

        for (int cell = 0; cell < effects.Length; cell++)
        {
            effects[cell] = IsBalanced ? sums[cell] / logs.Length : Row(cell, sums);
            variances[cell] = 0;
        }

        double squares = 0;
        for (int block = 0; block < logs.Length; block++)
        {
            (int[] cells, double[] values) = (_cells[block], logs[block]);
            double mean = MeanEffect(cells, effects);
            for (int i = 0; i < cells.Length; i++)
            {
                double residual = values[i] - effects[cells[i]] + mean;
                variances[cells[i]] += residual * residual;
                squares += residual * residual;
            }
        }

        double pooled = Freedom == 0 || squares < Rounding * Rounding ? 0 : squares / Freedom;
        for (int cell = 0; cell < variances.Length; cell++)
        {
            variances[cell] = pooled == 0 || _design.Freedoms[cell] < LeastFreedom ? pooled : Math.Max(pooled, variances[cell] / _design.Freedoms[cell]);
        }

        return pooled;
    }

    /// <summary>0 in a block that holds every cell: effects add up to 0.</summary>
    private double MeanEffect(int[] cells, double[] effects)
    {
        double sum = 0;
        for (int i = 0; i < cells.Length && !IsBalanced; i++)
        {
            sum += effects[cells[i]];
        }

        return sum / cells.Length;
    }

    private double[][] ResidualsByBlock() =>
        [.. _logs.Select((b, block) => b.Select((x, i) => x - Effects[_cells[block][i]] + MeanEffect(_cells[block], Effects)).ToArray())];

    private double Variance(int first, int second, double[] variances) =>
        _design.Variance(first, second) * ((variances[first] + variances[second]) / 2);

    private double Row(int cell, double[] sums)
    {
        double effect = 0;
        for (int other = 0; other < sums.Length; other++)
        {
            effect += _design.Inverse[cell, other] * sums[other];
        }

        return effect;
    }

    private double LargestOfPairs(double[] effects, double[] variances)
    {
        double largest = 0;
        for (int first = 0; first < Cells; first++)
        {
            for (int second = first + 1; second < Cells; second++)
            {
                if (AreLinked(first, second))
                {
                    double difference = effects[first] - effects[second];
                    double variance = Variance(first, second, variances);
                    largest = Math.Max(largest, variance > 0 ? difference * difference / variance : 0);
                }
            }
        }

        return Math.Sqrt(largest);
    }
}
