using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;

namespace ReuseBench.Bench.Matrices;

/// <summary>The keys that a matrix may name, and what to say of one that is none.</summary>
internal static class MatrixKeys
{
    /// <exception cref="UsageException">No setting of a cell has that key; the nearest is named.</exception>
    public static Setting Require(string key, string where) =>
        CellSettings.Find(key) is { IsOfCells: true } setting ? setting : throw new UsageException($"{where}: key '{key}' is unknown; {Hint(key)}");

    /// <summary>What to use in place of a key that is none.</summary>
    public static string Hint(string key) => Nearest.Of(key, CellSettings.OfCells.Select(s => s.Key)) is { } near
        ? $"did you mean '{near}'? (`reusebench matrix schema` lists all keys)"
        : "`reusebench matrix schema` lists all keys";
}
