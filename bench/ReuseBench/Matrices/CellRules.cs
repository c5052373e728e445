using ReuseBench.Bench.Adapters;
using ReuseBench.Bench.Experiments;
using ReuseBench.Bench.Experiments.Measuring;
using ReuseBench.Core;
using ReuseBench.Core.Cells;

namespace ReuseBench.Bench.Matrices;

/// <summary>What becomes of the settings that a cell was given: which have an effect, what it is then, and whether it can be measured.</summary>
internal static class CellRules
{
    /// <returns>Why the setting has no effect in the cell, as the end of a sentence; null where it has.</returns>
    public static string? WhyNoEffect(Setting setting, Cell cell) => Cause(setting, Prepared(cell));

    /// <summary>
    /// The cell as it will be measured: settings without an effect have their defaults, or what the experiment makes of them. So a product such as
    /// variants × accept modes holds each distinct cell once.
    /// </summary>
    public static Cell Settle(Cell cell)
    {
        Cell given = Prepared(cell);
        Cell settled = CellSettings.OfCells.Where(setting => Cause(setting, given) is not null).Aggregate(given, (c, setting) => setting.Reset(c));
        settled = ExperimentRegistry.Find(cell)?.Settle(settled) ?? settled;
        settled = settled with
        {
            Server = AdapterCatalogue.Complete(settled.Server),
            Restart = settled.Restart is { } restart ? AdapterCatalogue.Complete(restart, settled.Server) : null,
        };
        ServerSettings server = settled.Server;
        return server.ReuseAddr == (server with { ReuseAddr = null }).EffectiveReuseAddr ? settled with { Server = server with { ReuseAddr = null } } : settled;
    }

    /// <exception cref="UsageException">The settings do not go together, or nobody measures such a cell.</exception>
    public static void Require(Cell cell)
    {
        IExperiment experiment = ExperimentRegistry.Of(cell);
        cell.Validate();
        if ((ProblemOfProbe(experiment, cell) ?? ProblemOfProgram(experiment, cell) ?? experiment.Problem(cell)) is { } problem)
        {
            throw new UsageException(problem);
        }
    }

    /// <exception cref="UsageException">There is no such adapter, mode or reload.</exception>
    private static string? ProblemOfProgram(IExperiment experiment, Cell cell)
    {
        if (cell.Server.Program is not { } program)
        {
            return null;
        }

        if (!experiment.TakesPrograms)
        {
            string takers = string.Join(", ", ExperimentRegistry.All.Where(e => e.TakesPrograms).Select(e => e.Kind.Name));
            return $"server: {program} is of somebody else, and {cell.Experiment} needs what only our own server tells; use one of {takers}";
        }

        ServerAdapter adapter = AdapterCatalogue.Require(program);
        AdapterMode mode = adapter.RequireMode(cell.Server.ProgramMode);
        AdapterService.Require(adapter, cell.Server.ServiceTime);
        return cell.Restart is { Method: RestartMethod.Reload } restart && adapter.RequireReload(restart.ServerReload, mode) is { WhyWaits: { } why } reload
            ? restart switch
            {
                { Load: RestartLoad.Frozen } =>
                    $"restart_load: the reload {reload.Name} of {program} {why}, and a worker that stands still does not end; use idle",
                { Count: > 1 } => $"restart_count: the reload {reload.Name} of {program} {why}, and so waits for itself; use 1",
                _ => null,
            }
            : null;
    }

    private static Cell Prepared(Cell cell) => ExperimentRegistry.Find(cell)?.Prepare(cell) ?? cell;

    private static string? Cause(Setting setting, Cell cell) => setting.WhyNoEffect(cell) ?? ExperimentRegistry.Find(cell)?.WhyNoEffect(setting.Key, cell);

    /// <summary>Other drivers can be changed on the command line, after a matrix was read: they are held against what is left of it.</summary>
    private static string? ProblemOfProbe(IExperiment experiment, Cell cell)
    {
        if (cell.Driver != Driver.AcceptOnly || experiment.Takes(Driver.AcceptOnly))
        {
            return null;
        }

        string[] takers = [.. ExperimentRegistry.All.Where(e => e.Takes(Driver.AcceptOnly)).Select(e => e.Kind.Name)];
        return "driver: an accept-only probe counts who gets the connections; use it for "
            + $"{string.Join(", ", takers[..^1])} or {takers[^1]}, not for {cell.Experiment}";
    }
}
