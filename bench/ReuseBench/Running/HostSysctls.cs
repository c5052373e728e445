using ReuseBench.Linux;

namespace ReuseBench.Bench.Running;

/// <summary>
/// The settings of a network namespace that a measurement depends on. A new namespace begins with the kernel's defaults: the host's own
/// values are read before, and written inside.
/// </summary>
internal static class HostSysctls
{
    public static IReadOnlyList<string> Names { get; } =
    [
        "net.core.somaxconn",
        "net.ipv4.ip_local_port_range",
        "net.ipv4.ip_local_reserved_ports",
        "net.ipv4.tcp_abort_on_overflow",
        "net.ipv4.tcp_congestion_control",
        "net.ipv4.tcp_fastopen",
        "net.ipv4.tcp_fin_timeout",
        "net.ipv4.tcp_max_syn_backlog",
        "net.ipv4.tcp_max_tw_buckets",
        "net.ipv4.tcp_migrate_req",
        "net.ipv4.tcp_rmem",
        "net.ipv4.tcp_slow_start_after_idle",
        "net.ipv4.tcp_syn_linear_timeouts",
        "net.ipv4.tcp_syn_retries",
        "net.ipv4.tcp_synack_retries",
        "net.ipv4.tcp_syncookies",
        "net.ipv4.tcp_timestamps",
        "net.ipv4.tcp_tw_reuse",
        "net.ipv4.tcp_wmem",
    ];

    /// <summary>Values in force for the calling thread; a setting that this kernel does not have is left out.</summary>
    public static SortedDictionary<string, string> Read()
    {
        SortedDictionary<string, string> values = new(StringComparer.Ordinal);
        foreach (string name in Names)
        {
            if (Sysctl.TryRead(name) is { } value)
            {
                values[name] = value;
            }
        }

        return values;
    }
}
