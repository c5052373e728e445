using ReuseBench.Bench.Experiments;
using ReuseBench.Bench.Host;
using ReuseBench.Bench.Matrices;
using ReuseBench.Core;
using ReuseBench.Core.Cells;

namespace ReuseBench.Bench.Runs;

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
    public static DriverChoice Of(Matrix matrix, TextWriter log)
    {
        MatrixCell[] with = [.. matrix.Cells.Where(c => c.Cell.Driver == Driver.Nbomber)];
        if (with.Length == 0)
        {
            return new DriverChoice(matrix, null, null);
        }

        if (with.Any(c => !ExperimentRegistry.Of(c.Cell).Takes(Driver.Nbomber)))
        {
            string[] takes = [.. ExperimentRegistry.All.Where(e => e.Takes(Driver.Nbomber) && !e.MayLackDriver).Select(e => e.Kind.Name)];
            throw new UsageException(
                $"driver: nbomber measures {string.Join(" and ", takes)} cells; the others need a record of each attempt or tuple, which "
                + $"only the native swarm keeps; add --filter 'experiment={string.Join('|', takes)}', or use --driver native");
        }

        if (with.Select(c => c.Cell.Load.Ramp).Where(ramp => !ramp.IsWholeSeconds).ToArray() is [var part, ..])
        {
            throw new UsageException(
                $"ramp: {part} is no whole number of seconds, and the driver nbomber counts in those; use one, leave its cells out with "
                + "--filter, or use --driver native");
        }

        try
        {
            return new DriverChoice(matrix, NBomberPlugin.Build(log), null);
        }
        catch (UsageException e) when (with.All(c => ExperimentRegistry.Of(c.Cell).MayLackDriver) && with.Length < matrix.Cells.Count)
        {
            return new DriverChoice(
                matrix with { Cells = [.. matrix.Cells.Except(with)] }, null, $"The driver check has its native half only. {e.Message}");
        }
    }
}

/// <summary>The NBomber driver, which is built when it is first asked for, because not every feed carries NBomber.</summary>
internal static class NBomberPlugin
{
    private const string Project = "loadgen/ReuseBench.LoadGen.NBomber/ReuseBench.LoadGen.NBomber.csproj";

    /// <returns>Full path of its assembly.</returns>
    /// <exception cref="UsageException">It cannot be built here: one line with the reason and the way out.</exception>
    public static string Build(TextWriter log)
    {
        string project = SourceTree.Require("driver", Project, "use --driver native, which needs nothing");
        log.WriteLine("building the driver nbomber …");
        BuildOutcome outcome = ProjectBuild.Run(project);
        return outcome.TargetPath ?? throw UsageException.OfHost(
            $"driver: nbomber cannot be built here ({outcome.FirstError}); to get it, add a package source that carries NBomber "
            + "(dotnet nuget add source https://api.nuget.org/v3/index.json) or set NBomberVersion to one that yours has; --driver native "
            + "needs nothing");
    }
}
