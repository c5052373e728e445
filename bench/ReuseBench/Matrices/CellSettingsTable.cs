using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;

namespace ReuseBench.Bench.Matrices;

/// <summary>
/// Every setting of a cell by its key in a matrix file. The same table writes cells to <c>run.json</c> and reads them back when a
/// run is resumed.
/// </summary>
internal static class CellSettingsTable
{
    /// <summary>Settings that belong to the host or to one process, not to a cell.</summary>
    private static readonly HashSet<string> NotOfCells = ["port", "server_cpus", "client_cpus", "seed", "path", "worker_header"];

    public static IReadOnlyList<Setting<Cell>> All { get; } =
    [
        new("experiment", "experiment", string.Join('|', Names.All<Experiment>()), "what the cell is run for",
            c => Names.Of(c.Experiment), (c, t) => c with { Experiment = Names.Parse<Experiment>(t, "experiment") }),
        .. ServerSettingsTable.All.Where(OfCell).Select(OnServer),
        .. LoadSettingsTable.All.Where(OfCell).Select(OnLoad),
        new("driver", "driver", string.Join('|', Names.All<Driver>()), "what generates the load",
            c => Names.Of(c.Driver), (c, t) => c with { Driver = Names.Parse<Driver>(t, "driver") }),
        OfRestart("restart_method", "how the server comes back", r => Names.Of(r.Method), (r, t) => r with { Method = Names.Parse<RestartMethod>(t, "restart_method") }),
        OfRestart("restart_stop", "graceful or kill", r => Names.Of(r.Stop), (r, t) => r with { Stop = Names.Parse<StopSignal>(t, "restart_stop") }),
        OfRestart("restart_scope", "process or thread", r => Names.Of(r.Scope), (r, t) => r with { Scope = Names.Parse<RestartScope>(t, "restart_scope") }),
        OfRestart("restart_load", "idle, in-flight or queued", r => Names.Of(r.Load), (r, t) => r with { Load = Names.Parse<RestartLoad>(t, "restart_load") }),
        OfRestart("migrate_req", "net.ipv4.tcp_migrate_req: 0 or 1", r => r.MigrateReq?.ToString(), (r, t) => r with { MigrateReq = ZeroOrOne(t) }),
        OfRestart("restart_timeout", "after this long the gap is recorded as at least", r => $"{r.Timeout}", (r, t) => r with { Timeout = Duration.Parse(t, "restart_timeout") }),
    ];

    private static readonly Dictionary<string, Setting<Cell>> ByKey = All.ToDictionary(s => s.Key);

    public static IEnumerable<string> Keys => ByKey.Keys.Order(StringComparer.Ordinal);

    public static bool TryFind(string key, out Setting<Cell> setting) => ByKey.TryGetValue(key, out setting!);

    public static SortedDictionary<string, string> Describe(Cell cell) => new(
        All.Select(s => (s.Key, Value: s.Get(cell))).Where(p => p.Value is not null).ToDictionary(p => p.Key, p => p.Value!),
        StringComparer.Ordinal);

    /// <summary>The cell that <see cref="Describe"/> described.</summary>
    /// <exception cref="UsageException">A key or value is none of this version's.</exception>
    public static Cell Restore(IReadOnlyDictionary<string, string> settings)
    {
        Cell cell = Blank;
        foreach ((string key, string value) in settings)
        {
            cell = TryFind(key, out Setting<Cell> setting)
                ? setting.Set(cell, value)
                : throw new UsageException($"setting '{key}' is unknown to this version");
        }

        return CellNormalizer.Normalize(cell);
    }

    public static Cell Blank { get; } = new() { Experiment = Experiment.Throughput, Server = new ServerSettings(), Load = new LoadSettings() };

    private static bool OfCell<T>(Setting<T> setting) => !NotOfCells.Contains(setting.Key);

    private static Setting<Cell> OnServer(Setting<ServerSettings> s) =>
        new(s.Option, s.Key, s.Value, s.Help, c => s.Get(c.Server), (c, t) => c with { Server = s.Set(c.Server, t) });

    private static Setting<Cell> OnLoad(Setting<LoadSettings> s) =>
        new(s.Option, s.Key, s.Value, s.Help, c => s.Get(c.Load), (c, t) => c with { Load = s.Set(c.Load, t) });

    private static Setting<Cell> OfRestart(string key, string help, Func<RestartSettings, string?> get, Func<RestartSettings, string, RestartSettings> set) =>
        new(key, key, "", help, c => c.Restart is { } r ? get(r) : null, (c, t) => c with { Restart = set(c.Restart ?? new RestartSettings(), t) });

    private static int ZeroOrOne(string text) => text switch
    {
        "0" => 0,
        "1" => 1,
        _ => throw new UsageException($"migrate_req: '{text}' is unknown; use 0 or 1"),
    };
}
