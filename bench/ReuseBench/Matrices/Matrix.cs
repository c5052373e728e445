using ReuseBench.Core.Cells;

namespace ReuseBench.Bench.Matrices;

/// <summary>A matrix, expanded for this host.</summary>
/// <param name="Name">As it says itself, or its file's name.</param>
/// <param name="Description">One sentence.</param>
/// <param name="Seed">Of the order and of the swarms, where the file names one; null for a fresh one each run.</param>
/// <param name="Cells">Distinct cells with their number of repeats, in the order of the file.</param>
/// <param name="Semantics">Whether the run also tries what the kernel does with the two options.</param>
internal sealed record Matrix(string Name, string Description, ulong? Seed, IReadOnlyList<MatrixCell> Cells, bool Semantics)
{
    /// <summary>Combinations that do not exist, one sentence each.</summary>
    public IReadOnlyList<string> LeftOut { get; init; } = [];
}

internal sealed record MatrixCell(Cell Cell, int Repeats);
