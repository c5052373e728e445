using MathNet.Numerics.LinearAlgebra;

namespace ReuseBench.Core.Statistics.Blocks;

/// <summary>Which cells were measured in which block, and what follows from that alone for the fit of <see cref="BlockModel"/>.</summary>
internal sealed class BlockDesign
{
    private readonly int _cells;
    private readonly int[][] _blocks;
    private readonly int[] _components;

    /// <param name="cells">How many there are, measured or not.</param>
    /// <param name="blocks">The cells of each block.</param>
    public BlockDesign(int cells, int[][] blocks)
    {
        (_cells, _blocks) = (cells, blocks);
        Counts = new int[cells];
        foreach (int cell in blocks.SelectMany(b => b))
        {
            Counts[cell]++;
        }

        _components = ComponentsOf();
        Inverse = InverseOf();
        Freedoms = FreedomsOf();
        IsBalanced = blocks.All(b => b.Length == cells && b.Distinct().Count() == cells);
        int components = _components.Where((_, cell) => Counts[cell] > 0).Distinct().Count();
        Freedom = Math.Max(0, Counts.Sum() - blocks.Length - Counts.Count(c => c > 0) + components);
    }

    /// <summary>Figures of each cell.</summary>
    public int[] Counts { get; }

    /// <summary>Of the normal equations; generalized, since only differences of cells are estimated.</summary>
    public double[,] Inverse { get; }

    /// <summary>Degrees of freedom in the residuals of each cell: what the model does not take of each figure (1 − its leverage).</summary>
    public double[] Freedoms { get; }

    /// <summary>The same of all cells.</summary>
    public int Freedom { get; }

    public bool IsBalanced { get; }

    public bool AreLinked(int first, int second) => Counts[first] > 0 && Counts[second] > 0 && _components[first] == _components[second];

    /// <summary>Of the difference of two cells, in units of the variance of a log figure.</summary>
    public double Variance(int first, int second) => Inverse[first, first] + Inverse[second, second] - (2 * Inverse[first, second]);

    private double[] FreedomsOf()
    {
        double[] freedoms = new double[_cells];
        foreach (int[] block in _blocks)
        {
            double within = block.Average(a => block.Average(b => Inverse[a, b]));
            foreach (int cell in block)
            {
                freedoms[cell] += 1 - (1.0 / block.Length) - (Inverse[cell, cell] - (2 * block.Average(b => Inverse[cell, b])) + within);
            }
        }

        return freedoms;
    }

    /// <summary>Cells that blocks link have one number.</summary>
    private int[] ComponentsOf()
    {
        int[] component = [.. Enumerable.Range(0, _cells)];
        foreach (int[] block in _blocks)
        {
            HashSet<int> linked = [.. block.Select(c => component[c])];
            int least = linked.Min();
            for (int cell = 0; cell < _cells; cell++)
            {
                component[cell] = linked.Contains(component[cell]) ? least : component[cell];
            }
        }

        return component;
    }

    /// <summary>Generalized inverse of C, each component by itself: C is singular by its mean only, which is added and taken off again.</summary>
    private double[,] InverseOf()
    {
        double[,] inverse = new double[_cells, _cells];
        foreach (int[] cells in Enumerable.Range(0, _cells).Where(c => Counts[c] > 0).GroupBy(c => _components[c]).Select(g => g.ToArray()))
        {
            int[] place = new int[_cells];
            for (int i = 0; i < cells.Length; i++)
            {
                place[cells[i]] = i;
            }

            Matrix<double> information = Matrix<double>.Build.Dense(cells.Length, cells.Length, 1.0 / cells.Length);
            foreach (int[] block in _blocks.Where(b => _components[b[0]] == _components[cells[0]]))
            {
                foreach (int first in block)
                {
                    information[place[first], place[first]]++;
                    foreach (int second in block)
                    {
                        information[place[first], place[second]] -= 1.0 / block.Length;
                    }
                }
            }

            Matrix<double> solved = information.Inverse();
            for (int i = 0; i < cells.Length; i++)
            {
                for (int j = 0; j < cells.Length; j++)
                {
                    inverse[cells[i], cells[j]] = solved[i, j] - (1.0 / cells.Length);
                }
            }
        }

        return inverse;
    }
}
