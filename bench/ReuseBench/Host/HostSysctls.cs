using ReuseBench.Linux;

namespace ReuseBench.Bench.Host;

/// <summary>
/// The settings of a network namespace that a measurement depends on. A new namespace begins with the kernel's defaults: the host's own
/// values are read before, and written inside. What is not of a namespace, or not for writing there, keeps its value; all are recorded as they
/// were in force where the measurement ran. By what they change in a figure.
/// </summary>
internal static class HostSysctls
{
    public static IReadOnlyList<string> Names { get; } =
    [
        // How many connections a listener queues, and what happens to one too many.
        "net.core.somaxconn",
        "net.ipv4.tcp_abort_on_overflow",
        "net.ipv4.tcp_max_syn_backlog",
        "net.ipv4.tcp_syncookies",

        // Which listener a connection reaches.
        "net.ipv4.tcp_early_demux",
        "net.ipv4.tcp_fwmark_accept",
        "net.ipv4.tcp_l3mdev_accept",
        "net.ipv4.tcp_migrate_req",
        "net.ipv6.bindv6only",

        // What a client can bind, and for how long an address stays taken.
        "net.ipv4.ip_autobind_reuse",
        "net.ipv4.ip_local_port_range",
        "net.ipv4.ip_local_reserved_ports",
        "net.ipv4.ip_nonlocal_bind",
        "net.ipv4.tcp_fin_timeout",
        "net.ipv4.tcp_max_tw_buckets",
        "net.ipv4.tcp_rfc1337",
        "net.ipv4.tcp_tw_reuse",
        "net.ipv4.tcp_tw_reuse_delay",

        // What is negotiated in a handshake: bytes of each segment, and work for each connection.
        "net.ipv4.tcp_ecn",
        "net.ipv4.tcp_ecn_fallback",
        "net.ipv4.tcp_fastopen",
        "net.ipv4.tcp_mtu_probing",
        "net.ipv4.tcp_sack",
        "net.ipv4.tcp_dsack",
        "net.ipv4.tcp_timestamps",
        "net.ipv4.tcp_window_scaling",

        // When a lost or refused segment is sent again: the steps of a gap.
        "net.ipv4.tcp_early_retrans",
        "net.ipv4.tcp_frto",
        "net.ipv4.tcp_orphan_retries",
        "net.ipv4.tcp_recovery",
        "net.ipv4.tcp_retries1",
        "net.ipv4.tcp_retries2",
        "net.ipv4.tcp_rto_min_us",
        "net.ipv4.tcp_syn_linear_timeouts",
        "net.ipv4.tcp_syn_retries",
        "net.ipv4.tcp_synack_retries",
        "net.ipv4.tcp_thin_linear_timeouts",

        // When bytes leave, and how many at once.
        "net.ipv4.tcp_autocorking",
        "net.ipv4.tcp_congestion_control",
        "net.ipv4.tcp_limit_output_bytes",
        "net.ipv4.tcp_min_tso_segs",
        "net.ipv4.tcp_no_metrics_save",
        "net.ipv4.tcp_pingpong_thresh",
        "net.ipv4.tcp_slow_start_after_idle",

        // Buffers; those of net.core hold for the whole machine on older kernels, and are then only recorded.
        "net.core.optmem_max",
        "net.core.rmem_default",
        "net.core.rmem_max",
        "net.core.txrehash",
        "net.core.wmem_default",
        "net.core.wmem_max",
        "net.ipv4.tcp_adv_win_scale",
        "net.ipv4.tcp_moderate_rcvbuf",
        "net.ipv4.tcp_notsent_lowat",
        "net.ipv4.tcp_rmem",
        "net.ipv4.tcp_wmem",

        // Work of the machine's receive path: the same in every namespace, where it is not even to be seen.
        "net.core.busy_poll",
        "net.core.busy_read",
        "net.core.netdev_budget",
        "net.core.netdev_budget_usecs",
        "net.core.netdev_max_backlog",
        "net.core.rps_sock_flow_entries",
    ];

    /// <summary>
    /// Adds what the calling thread sees and <paramref name="inForce"/> lacks: settings of the whole machine, which no new namespace shows.
    /// </summary>
    public static SortedDictionary<string, string> WithMachineWide(SortedDictionary<string, string> inForce)
    {
        foreach ((string name, string value) in Read())
        {
            inForce.TryAdd(name, value);
        }

        return inForce;
    }

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
