using ReuseBench.Bench.Building;
using ReuseBench.Bench.Matrices;
using ReuseBench.Core;
using ReuseBench.Core.Cells;

namespace ReuseBench.Bench.Running;

/// <summary>Gets the NBomber driver for a matrix that asks for it.</summary>
internal static class DriverChoice
{
    /// <summary>
    /// A cell that was asked for with NBomber needs it. The driver check is there to show that both agree: where NBomber cannot be had,
    /// its cells are left out with the reason, and the rest of the matrix runs.
    /// </summary>
    /// <param name="matrix">Loses the cells that cannot be run.</param>
    /// <param name="skipped">Gets the reason.</param>
    /// <returns>The driver's assembly; null where no cell needs it.</returns>
    /// <exception cref="UsageException">NBomber cannot be had, and a cell needs it; or a cell asks what NBomber cannot do.</exception>
    public static string? Resolve(ref Matrix matrix, List<string> skipped)
    {
        MatrixCell[] with = [.. matrix.Cells.Where(c => c.Cell.Driver == Driver.Nbomber)];
        if (with.Length == 0)
        {
            return null;
        }

        if (with.Any(c => c.Cell.Experiment is not (Experiment.Throughput or Experiment.Latency or Experiment.DriverCheck)))
        {
            throw new UsageException(
                "driver: nbomber measures throughput and latency cells; the others need a record of each attempt or tuple, which only the native swarm "
                + "keeps; add --filter experiment=throughput|latency, or use --driver native");
        }

        try
        {
            return NBomberPlugin.Build();
        }
        catch (UsageException e) when (with.All(c => c.Cell.Experiment == Experiment.DriverCheck) && with.Length < matrix.Cells.Count)
        {
            skipped.Add($"The driver check has its native half only. {e.Message}");
            matrix = matrix with { Cells = [.. matrix.Cells.Except(with)] };
            return null;
        }
    }
}
