using ReuseBench.Core.Units;

namespace ReuseBench.Core.Cells;

/// <summary>Every setting of <see cref="LoadSettings"/> as text.</summary>
public static class LoadSettingsTable
{
    public static IReadOnlyList<Setting<LoadSettings>> All { get; } =
    [
        new("workload", "workload", "connect|keepalive|churn:N", "requests on one connection: one, all, or N",
            s => $"{s.Workload}", (s, t) => s with { Workload = Workload.Parse(t, "workload") }),
        new("connections", "connections", "N", "closed loop: requests under way; open loop: the most connections open at once",
            s => $"{s.Connections}", (s, t) => s with { Connections = SettingText.Int(t, "connections") }),
        new("rate", "rate", "N", "requests per second over all threads: an open loop; without it the loop is closed",
            s => s.Rate is double rate ? $"{rate}" : null, (s, t) => s with { Rate = SettingText.Number(t, "rate") }),
        new("arrivals", "arrivals", Choices<Arrivals>(), "arrival process of an open loop",
            s => Names.Of(s.Arrivals), (s, t) => s with { Arrivals = Names.Parse<Arrivals>(t, "arrivals") }),
        new("threads", "client_threads", "N", "client threads, each with an epoll loop of its own",
            s => $"{s.Threads}", (s, t) => s with { Threads = SettingText.Int(t, "threads") }),
        new("sources", "sources", "ADDRESSES", "local addresses, such as 127.0.0.2-127.0.0.33; without it the kernel chooses",
            s => s.Sources.IsAny ? null : $"{s.Sources}", (s, t) => s with { Sources = AddressSet.Parse(t, "sources") }),
        new("source-plan", "source_plan", "PLAN", "local ports: ephemeral, sequential, random, stride:K, fixed or fixed:N",
            s => $"{s.SourcePlan}", (s, t) => s with { SourcePlan = SourcePlan.Parse(t, "source-plan") }),
        new("source-ports", "source_ports", "LOW-HIGH", "ports that a plan may bind; without it net.ipv4.ip_local_port_range",
            s => s.SourcePorts is PortRange ports ? $"{ports}" : null, (s, t) => s with { SourcePorts = PortRange.Parse(t, "source-ports") }),
        new("close", "close", Choices<ConnectionClose>(), "how a connection ends: client's reset, client's FIN, or server's FIN",
            s => Names.Of(s.Close), (s, t) => s with { Close = Names.Parse<ConnectionClose>(t, "close") }),
        new("request-bytes", "request_bytes", "N", "bytes of the request body; 0 sends a GET, more a POST",
            s => $"{s.RequestBytes}", (s, t) => s with { RequestBytes = SettingText.Int(t, "request-bytes") }),
        new("path", "path", "PATH", "path of the request line",
            s => s.Path, (s, t) => s with { Path = t }),
        new("duration", "duration", "DURATION", "length of the measured window",
            s => $"{s.Duration}", (s, t) => s with { Duration = Duration.Parse(t, "duration") }),
        new("warmup", "warmup", "DURATION", "load before the window, whose figures are thrown away",
            s => $"{s.Warmup}", (s, t) => s with { Warmup = Duration.Parse(t, "warmup") }),
        new("ramp", "ramp", "DURATION", "time at the beginning of the warm-up in which the load grows evenly from nothing to all of it; 0s to the warm-up",
            s => $"{s.Ramp}", (s, t) => s with { Ramp = Duration.Parse(t, "ramp") }),
        new("timeout", "timeout", "DURATION", "after this long from its send an answer counts as lost; in an open loop also the longest wait for a free connection, after which a request is dropped unstarted",
            s => $"{s.Timeout}", (s, t) => s with { Timeout = Duration.Parse(t, "timeout") }),
        new("connect-timeout", "connect_timeout", "DURATION", "after this long a connect counts as lost",
            s => $"{s.ConnectTimeout}", (s, t) => s with { ConnectTimeout = Duration.Parse(t, "connect-timeout") }),
        new("retry-delay", "retry_delay", "DURATION", "a refused client tries again after this long",
            s => $"{s.RetryDelay}", (s, t) => s with { RetryDelay = Duration.Parse(t, "retry-delay") }),
        new("interval", "interval", "DURATION", "width of one interval of the timeline",
            s => $"{s.Interval}", (s, t) => s with { Interval = Duration.Parse(t, "interval") }),
        new("worker-header", "worker_header", "NAME", "response header that names the worker; empty for none",
            s => s.WorkerHeader, (s, t) => s with { WorkerHeader = t }),
        new("seed", "seed", "N", "seed of every random choice",
            s => $"{s.Seed}", (s, t) => s with { Seed = SettingText.Seed(t, "seed") }),
        new("share-cpus", "share_cpus", "on|off", "run beside the server on its CPUs, with real-time priority to hold the schedule (needs CAP_SYS_NICE); for light loads",
            s => SettingText.OnOff(s.ShareCpus), (s, t) => s with { ShareCpus = SettingText.OnOff(t, "share-cpus") }),
        new("cpus", "client_cpus", "LIST", "CPUs to pin the client threads to, such as 4-7",
            s => s.Cpus.IsEmpty ? null : $"{s.Cpus}", (s, t) => s with { Cpus = SettingText.Cpus(t, "cpus") }),
    ];

    private static string Choices<T>()
        where T : struct, Enum => string.Join('|', Names.All<T>());
}
