using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;

namespace ReuseBench.Bench.Matrices;

/// <summary>
/// Puts settings that have no effect in a cell back to their defaults, so that a product such as variants × accept modes holds each
/// distinct cell once.
/// </summary>
internal static class CellNormalizer
{
    private static readonly ServerSettings ServerDefaults = new();
    private static readonly LoadSettings LoadDefaults = new();

    public static Cell Normalize(Cell cell)
    {
        ServerSettings server = cell.Server;
        server = server.Variant == Variant.Shared ? server : server with { Accept = ServerDefaults.Accept };
        server = server.Variant == Variant.Reuseport
            ? server
            : server with { Selector = ServerDefaults.Selector, Processes = ServerDefaults.Processes };
        server = server.Variant == Variant.Restart ? server : server with { RestartEvery = ServerDefaults.RestartEvery };
        server = server.ReuseAddr == (server with { ReuseAddr = null }).EffectiveReuseAddr ? server with { ReuseAddr = null } : server;

        LoadSettings load = cell.Load;
        load = cell.Driver == Driver.AcceptOnly
            ? load with { Workload = Workload.Connect, Warmup = Duration.Zero, Threads = LoadDefaults.Threads, Close = ConnectionClose.Rst }
            : load;
        load = HasRamp(cell) ? load : load with { Ramp = LoadDefaults.Ramp };
        load = load.Load == LoadShape.Open ? load : load with { Arrivals = LoadDefaults.Arrivals };

        return cell with
        {
            Server = server,
            Load = load,
            Restart = cell.Experiment == Experiment.Restart ? Normalize(cell.Restart ?? new RestartSettings()) : null,
        };
    }

    /// <summary>An accept-only probe has no warm-up, and the probes of a restart trial have their own.</summary>
    private static bool HasRamp(Cell cell) =>
        cell.Driver != Driver.AcceptOnly && !(cell.Experiment == Experiment.Restart && cell.Restart is { Method: not RestartMethod.Loop });

    /// <summary>The loop stops and starts its listener in one process, under the cell's own load.</summary>
    private static RestartSettings Normalize(RestartSettings restart) => restart.Method == RestartMethod.Loop
        ? restart with { Stop = StopSignal.Graceful, Scope = RestartScope.Thread, Load = RestartLoad.InFlight }
        : restart;
}
