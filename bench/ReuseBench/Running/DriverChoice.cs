using ReuseBench.Bench.Building;
using ReuseBench.Bench.Matrices;
using ReuseBench.Core;
using ReuseBench.Core.Cells;

namespace ReuseBench.Bench.Running;

/// <summary>What becomes of a matrix that asks for the NBomber driver.</summary>
/// <param name="Matrix">Without the cells that cannot be run.</param>
/// <param name="Assembly">The driver's; null where no cell needs it.</param>
/// <param name="LeftOut">Why cells are missing; null where none are.</param>
internal sealed record DriverChoice(Matrix Matrix, string? Assembly, string? LeftOut)
{
    /// <summary>
    /// A cell that was asked for with NBomber needs it. The driver check is there to show that both agree: where NBomber cannot be had,
    /// its cells are left out with the reason, and the rest of the matrix runs.
    /// </summary>
    /// <exception cref="UsageException">NBomber cannot be had, and a cell needs it; or a cell asks what NBomber cannot do.</exception>
    public static DriverChoice Of(Matrix matrix)
    {
        MatrixCell[] with = [.. matrix.Cells.Where(c => c.Cell.Driver == Driver.Nbomber)];
        if (with.Length == 0)
        {
            return new DriverChoice(matrix, null, null);
        }

        if (with.Any(c => c.Cell.Experiment != Experiment.Throughput && c.Cell.Experiment != Experiment.Latency && c.Cell.Experiment != Experiment.DriverCheck))
        {
            throw new UsageException(
                "driver: nbomber measures throughput and latency cells; the others need a record of each attempt or tuple, which only the native swarm "
                + "keeps; add --filter 'experiment=throughput|latency', or use --driver native");
        }

        if (with.Select(c => c.Cell.Load.Ramp).Where(ramp => !ramp.IsWholeSeconds).ToArray() is [var part, ..])
        {
            throw new UsageException($"ramp: {part} is no whole number of seconds, and the driver nbomber counts in those; use one, leave its cells out with --filter, or use --driver native");
        }

        try
        {
            return new DriverChoice(matrix, NBomberPlugin.Build(), null);
        }
        catch (UsageException e) when (with.All(c => c.Cell.Experiment == Experiment.DriverCheck) && with.Length < matrix.Cells.Count)
        {
            return new DriverChoice(
                matrix with { Cells = [.. matrix.Cells.Except(with)] }, null, $"The driver check has its native half only. {e.Message}");
        }
    }
}
