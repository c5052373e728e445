using System.Globalization;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;

namespace ReuseBench.Core.Csv;

/// <summary>The columns of all settings.</summary>
public static class SettingColumns
{
    public static Cell Blank { get; } = new() { Experiment = Experiment.Throughput, Server = new ServerSettings(), Load = new LoadSettings() };

    public static IReadOnlyList<ISettingColumn> All { get; } =
    [
        new OfCell("experiment", "what the cell is run for", c => Names.Of(c.Experiment), (c, t) => c with { Experiment = Names.Parse<Experiment>(t, "experiment") }),
        .. ServerSettingsTable.All.Where(s => s.Key != "port").Select(OnServer),
        .. LoadSettingsTable.All.Where(s => s.Key != "seed").Select(OnLoad),
        new OfCell("driver", "what generates the load", c => Names.Of(c.Driver), (c, t) => c with { Driver = Names.Parse<Driver>(t, "driver") }),
        OfRestart("restart_method", r => Names.Of(r.Method), (r, t) => r with { Method = Names.Parse<RestartMethod>(t, "restart_method") }),
        OfRestart("restart_stop", r => Names.Of(r.Stop), (r, t) => r with { Stop = Names.Parse<StopSignal>(t, "restart_stop") }),
        OfRestart("restart_scope", r => Names.Of(r.Scope), (r, t) => r with { Scope = Names.Parse<RestartScope>(t, "restart_scope") }),
        OfRestart("restart_load", r => Names.Of(r.Load), (r, t) => r with { Load = Names.Parse<RestartLoad>(t, "restart_load") }),
        OfRestart("migrate_req", r => r.MigrateReq?.ToString(CultureInfo.InvariantCulture), (r, t) => r with { MigrateReq = int.Parse(t, CultureInfo.InvariantCulture) }),
        OfRestart("restart_timeout_ms", r => Milliseconds(r.Timeout), (r, t) => r with { Timeout = Duration.Parse(t, "restart_timeout") }) with { Key = "restart_timeout" },
    ];

    /// <returns>Null where there is none of that key.</returns>
    public static ISettingColumn? Find(string key) => ByKey.GetValueOrDefault(key);

    private static readonly Dictionary<string, ISettingColumn> ByKey = All.ToDictionary(s => s.Key);

    private static OfCell OnServer(Setting<ServerSettings> s) => new(Column(s.Key, s.Value), s.Help, c => Text(s.Get(c.Server), s.Value), (c, t) => c with { Server = s.Set(c.Server, t) })
    {
        Key = s.Key,
        HasEffect = s.Key switch
        {
            "accept" => c => c.Server.Variant == Variant.Shared,
            "selector" => c => c.Server.Variant == Variant.Reuseport,
            "restart_every" => c => c.Server.Variant == Variant.Restart,
            _ => _ => true,
        },
    };

    private static OfCell OnLoad(Setting<LoadSettings> s) => new(Column(s.Key, s.Value), s.Help, c => Text(s.Get(c.Load), s.Value), (c, t) => c with { Load = s.Set(c.Load, t) })
    {
        Key = s.Key,
        HasEffect = s.Key == "arrivals" ? c => c.Load.Rate is not null : _ => true,
    };

    private static OfCell OfRestart(string column, Func<RestartSettings, string?> get, Func<RestartSettings, string, RestartSettings> set) =>
        new(column, "of a restart", c => c.Restart is { } r ? get(r) : null, (c, t) => c with { Restart = set(c.Restart ?? new RestartSettings(), t) });

    private static string Column(string key, string value) => value == "DURATION" ? key + "_ms" : key == "rate" ? "rate_rps" : key;

    private static string? Text(string? text, string value) => value == "DURATION" && text is not null ? Milliseconds(Duration.Parse(text, "")) : text;


    private static string Milliseconds(Duration duration) => duration.Milliseconds.ToString(CultureInfo.InvariantCulture);

    private sealed record OfCell(string Column, string Meaning, Func<Cell, string?> GetText, Func<Cell, string, Cell> Change) : ISettingColumn
    {
        public string Key { get; init; } = Column;

        public Func<Cell, bool> HasEffect { get; init; } = _ => true;

        public Cell SetText(Cell cell, string text) => Change(cell, text);

        public string Get(Cell cell) => HasEffect(cell) ? GetText(cell) ?? "" : "";

        public Cell Set(Cell cell, string text) => SetText(cell, Column.EndsWith("_ms", StringComparison.Ordinal) ? text + "ms" : text);
    }
}
