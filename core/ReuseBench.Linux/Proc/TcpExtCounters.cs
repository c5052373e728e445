using System.Collections.Frozen;

namespace ReuseBench.Linux;

/// <summary>
/// The TcpExt counters of a network namespace since it began (/proc/net/netstat). A counter that this kernel does not have is
/// null, never 0. Meanings: <see href="https://docs.kernel.org/networking/snmp_counter.html">networking/snmp_counter</see>
/// </summary>
public sealed class TcpExtCounters
{
    private const string Path = "/proc/thread-self/net/netstat";

    private readonly FrozenDictionary<string, long> _counters;

    private TcpExtCounters(FrozenDictionary<string, long> counters) => _counters = counters;

    /// <summary>The names this kernel has.</summary>
    public IReadOnlyList<string> Names => _counters.Keys;

    /// <summary>Any counter by the kernel's name for it.</summary>
    public long? this[string name] => _counters.TryGetValue(name, out long value) ? value : null;

    /// <summary>Connections dropped because a listen queue was full.</summary>
    public long? ListenOverflows => this["ListenOverflows"];

    /// <summary>Connections dropped at a listener for any reason, overflow included.</summary>
    public long? ListenDrops => this["ListenDrops"];

    /// <summary>Queued connections that moved to another listener of the group (tcp_migrate_req).</summary>
    public long? MigrateReqSuccess => this["TCPMigrateReqSuccess"];

    /// <summary>Queued connections that could not be moved.</summary>
    public long? MigrateReqFailure => this["TCPMigrateReqFailure"];

    /// <summary>Connections that got no TIME_WAIT because net.ipv4.tcp_max_tw_buckets was reached.</summary>
    public long? TimeWaitOverflow => this["TCPTimeWaitOverflow"];

    /// <summary>TIME_WAITs that ran out.</summary>
    public long? TimeWaitsEnded => this["TW"];

    /// <summary>TIME_WAITs that a new connection took over.</summary>
    public long? TimeWaitsRecycled => this["TWRecycled"];

    /// <summary>SYNs dropped because the queue of half-open connections was full.</summary>
    public long? RequestQueueFullDrop => this["TCPReqQFullDrop"];

    /// <summary>SYNs answered with cookies because the queue of half-open connections was full.</summary>
    public long? RequestQueueFullCookies => this["TCPReqQFullDoCookies"];

    /// <summary>SYN and SYN-ACK packets sent again.</summary>
    public long? SynRetransmits => this["TCPSynRetrans"];

    /// <summary>Times that the retransmission timer of a connection ran out.</summary>
    public long? Timeouts => this["TCPTimeouts"];

    /// <summary>Segments dropped because a socket's backlog, while its process held it, was full.</summary>
    public long? BacklogDrops => this["TCPBacklogDrop"];

    /// <summary>Connections reset by close(2) with unread data.</summary>
    public long? AbortOnClose => this["TCPAbortOnClose"];

    /// <summary>Connections reset because data came after close(2).</summary>
    public long? AbortOnData => this["TCPAbortOnData"];

    /// <summary>Those of the calling thread's namespace, now.</summary>
    public static TcpExtCounters Read() => Parse(File.ReadAllText(Path));

    /// <param name="text">The content of /proc/net/netstat.</param>
    public static TcpExtCounters Parse(string text) => new(ProcNetTable.Parse(text, "TcpExt"));
}
