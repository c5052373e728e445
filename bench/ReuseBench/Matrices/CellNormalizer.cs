using ReuseBench.Bench.Experiments;
using ReuseBench.Core.Cells;

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
        load = load.Load == LoadShape.Open ? load : load with { Arrivals = LoadDefaults.Arrivals };
        cell = cell with { Server = server, Load = load };
        return ExperimentRegistry.Of(cell).Normalize(cell);
    }
}
