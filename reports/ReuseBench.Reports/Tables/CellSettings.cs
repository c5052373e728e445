using System.Globalization;
using ReuseBench.Core.Results;

namespace ReuseBench.Reports.Tables;

/// <summary>What a setting is to a reader who compares cells.</summary>
public enum SettingRole
{
    /// <summary>Makes another way of listening or restarting: this is what is compared.</summary>
    Compared,

    /// <summary>Must be equal before two cells may be compared at all.</summary>
    Condition,
}

/// <summary>One setting of a cell, by the name of its column.</summary>
public sealed record CellSetting(string Name, SettingRole Role, Func<ResultRow, string?> Of);

/// <summary>The settings of a cell in <c>results.csv</c>, and which of them must be equal where cells are ranked.</summary>
public static class CellSettings
{
    public static IReadOnlyList<CellSetting> All { get; } =
    [
        Condition("experiment", r => r.Experiment),
        Compared("variant", r => r.Variant),
        Compared("accept", r => r.Accept),
        Compared("selector", r => r.Selector),
        Compared("workers", r => Text(r.Workers)),
        Compared("processes", r => Text(r.Processes)),
        Compared("reuseaddr", r => r.Reuseaddr),
        Compared("restart_way", r => r.RestartWay),
        Compared("restart_stop", r => r.RestartStop),
        Compared("restart_scope", r => r.RestartScope),
        Compared("restart_under", r => r.RestartUnder),
        Compared("migrate_req", r => Text(r.MigrateReq)),
        Condition("workload", r => r.Workload),
        Condition("load", r => r.Load),
        Condition("connections", r => Text(r.Connections)),
        Condition("rate_rps_requested", r => Text(r.RateRpsRequested)),
        Condition("arrivals", r => r.Arrivals),
        Condition("source_plan", r => r.SourcePlan),
        Condition("sources", r => r.Sources),
        Condition("source_ports", r => r.SourcePorts),
        Condition("close", r => r.Close),
        Condition("request_bytes", r => Text(r.RequestBytes)),
        Condition("client_threads", r => Text(r.ClientThreads)),
        Condition("timeout_ms", r => Text(r.TimeoutMs)),
        Condition("connect_timeout_ms", r => Text(r.ConnectTimeoutMs)),
        Condition("retry_delay_ms", r => Text(r.RetryDelayMs)),
        Condition("interval_ms", r => Text(r.IntervalMs)),
        Condition("share_cpus", r => r.ShareCpus ?? "off"),
        Condition("driver", r => r.Driver),
        Condition("locality", r => r.Locality),
        Condition("bind", r => r.Bind),
        Condition("backlog", r => Text(r.Backlog)),
        Condition("service_time_us", r => Text(r.ServiceTimeUs)),
        Condition("service_time_distribution", r => r.ServiceTimeDistribution),
        Condition("response_bytes", r => Text(r.ResponseBytes)),
        Condition("server_close", r => r.ServerClose),
        Condition("restart_every_ms", r => Text(r.RestartEveryMs)),
        Condition("give_up_ms", r => Text(r.GiveUpMs)),
        Condition("server_cpus", r => r.ServerCpuList),
        Condition("client_cpus", r => r.ClientCpuList),
        Condition("isolation", r => r.Isolation),
    ];

    private static CellSetting Compared(string name, Func<ResultRow, string?> of) => new(name, SettingRole.Compared, of);

    private static CellSetting Condition(string name, Func<ResultRow, string?> of) => new(name, SettingRole.Condition, of);

    private static string Text(IFormattable? value) => value?.ToString(null, CultureInfo.InvariantCulture) ?? "";
}
