using System.Globalization;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Core.Units;

namespace ReuseBench.Reports.Data;

/// <summary>What a setting is to a reader who compares cells.</summary>
public enum SettingRole
{
    /// <summary>Makes another way of listening or restarting: this is what is compared.</summary>
    Compared,

    /// <summary>Must be equal before two cells may be compared at all.</summary>
    Condition,
}

/// <summary>One setting of a cell, by the name of its column.</summary>
/// <param name="Name">Of the column.</param>
/// <param name="Role">What it is to a reader.</param>
/// <param name="Of">Its value, as text.</param>
public sealed record CellSetting(string Name, SettingRole Role, Func<ResultRow, string?> Of)
{
    /// <summary>Values that need no word in a label: the default, and nothing at all. Null: no value does, unless it tells cells apart.</summary>
    public IReadOnlyList<string>? Usual { get; init; }

    /// <summary>How a label says the value.</summary>
    public Func<string, string>? Words { get; init; }

    /// <summary>The value as a label says it.</summary>
    public string Say(string value) => Words is null || value.Length == 0 ? $"{Name} {value}".TrimEnd() : Words(value);

    /// <summary>Whether a label says the value even where all cells of the run have it.</summary>
    public bool IsUnusual(string value) => Usual is not null && value.Length > 0 && !Usual.Contains(value);
}

/// <summary>The settings of a cell in <c>results.csv</c>, and which of them must be equal where cells are ranked.</summary>
public static class CellSettings
{
    private static readonly ServerSettings Server = new();
    private static readonly LoadSettings Load = new();

    public static IReadOnlyList<CellSetting> All { get; } =
    [
        Condition("experiment", r => r.Experiment),
        Compared("variant", r => r.Variant),
        Compared("accept", r => r.Accept),
        Compared("selector", r => r.Selector),
        Compared("workers", r => Text(r.Workers)),
        Compared("processes", r => Text(r.Processes)),
        Compared("reuseaddr", r => r.Reuseaddr),
        Compared("restart_method", r => r.RestartMethod),
        Compared("restart_stop", r => r.RestartStop),
        Compared("restart_scope", r => r.RestartScope),
        Compared("restart_load", r => r.RestartLoad),
        Compared("migrate_req", r => Text(r.MigrateReq)),
        Condition("workload", r => r.Workload),
        Condition("load", r => r.Load),
        Condition("connections", r => Text(r.Connections)),
        Condition("rate_rps_requested", r => Text(r.RateRpsRequested)),
        // A label says these wherever they are not the default: they change what a figure means.
        Condition("service_time_us", r => Text(r.ServiceTimeUs), "0", v => $"service time {v} µs"),
        Condition("service_time_distribution", r => r.ServiceTimeDistribution, "constant", v => v == "exp" ? "exponential" : v),
        Condition("response_bytes", r => Text(r.ResponseBytes), $"{Server.ResponseBytes}", v => $"{v} B answers"),
        Condition("request_bytes", r => Text(r.RequestBytes), $"{Load.RequestBytes}", v => $"{v} B of request body"),
        Condition("arrivals", r => r.Arrivals, Names.Of(Load.Arrivals), v => v == Names.Of(Arrivals.Poisson) ? "Poisson arrivals" : $"{v} arrivals"),
        Condition("close", r => r.Close, Names.Of(Load.Close), v => $"client closes by {v.ToUpperInvariant()}"),
        Condition("server_close", r => r.ServerClose, Names.Of(Server.Close), v => $"{v} closes first"),
        Condition("source_plan", r => r.SourcePlan, $"{Load.SourcePlan}", v => $"{v} source plan"),
        Condition("sources", r => r.Sources, $"{Load.Sources}", v => $"sources {v}"),
        Condition("source_ports", r => r.SourcePorts, "", v => $"source ports {v}"),
        Condition("accept_batch", r => Text(r.AcceptBatch), $"{Server.AcceptBatch}", v => $"accept batch {v}"),
        Condition("backlog", r => Text(r.Backlog), $"{Server.Backlog}", v => $"backlog {v}"),
        Condition("bind", r => r.Bind, $"{Server.Bind}", v => $"server on {v}"),
        Condition("rx_cpu_match", r => r.RxCpuMatch, "off", v => v == "on" ? "receiving CPU counted" : $"locality {v}"),
        Condition("client_threads", r => Text(r.ClientThreads)),
        Condition("timeout_ms", r => Text(r.TimeoutMs)),
        Condition("connect_timeout_ms", r => Text(r.ConnectTimeoutMs)),
        Condition("retry_delay_ms", r => Text(r.RetryDelayMs)),
        Condition("interval_ms", r => Text(r.IntervalMs)),
        Condition("share_cpus", r => r.ShareCpus ?? "off", "off", v => v == "on" ? "clients on the server's CPUs" : $"share_cpus {v}"),
        Condition("ramp_ms", r => Text(r.RampMs ?? Load.Ramp.Milliseconds), "0", v => $"ramp of {v} ms"),
        // The accept-only probe is named by the load itself.
        Condition("driver", r => r.Driver, [Names.Of(Driver.Native), Names.Of(Driver.AcceptOnly)], v => $"driver {v}"),
        Condition("restart_every_ms", r => Text(r.RestartEveryMs)),
        Condition("restart_timeout_ms", r => Text(r.RestartTimeoutMs)),
        Condition("server_cpus", r => r.ServerCpuList),
        Condition("client_cpus", r => r.ClientCpuList),
        Condition("isolation", r => r.Isolation),
    ];

    /// <summary>Those that must be equal before cells are compared.</summary>
    public static IReadOnlyList<CellSetting> Conditions { get; } = [.. All.Where(s => s.Role == SettingRole.Condition)];

    private static CellSetting Compared(string name, Func<ResultRow, string?> of) => new(name, SettingRole.Compared, of);

    private static CellSetting Condition(string name, Func<ResultRow, string?> of, string usual, Func<string, string> words) =>
        Condition(name, of, [usual], words);

    private static CellSetting Condition(string name, Func<ResultRow, string?> of, IReadOnlyList<string> usual, Func<string, string> words) =>
        new(name, SettingRole.Condition, of) { Usual = usual, Words = words };

    private static CellSetting Condition(string name, Func<ResultRow, string?> of) => new(name, SettingRole.Condition, of);

    private static string Text(IFormattable? value) => value?.ToString(null, CultureInfo.InvariantCulture) ?? "";
}
