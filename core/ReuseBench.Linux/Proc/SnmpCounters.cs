using System.Collections.Frozen;

namespace ReuseBench.Linux;

/// <summary>
/// The Tcp counters of a network namespace since it began (/proc/net/snmp, RFC 4022). A counter that is not there is null, never
/// 0.
/// </summary>
public sealed class SnmpCounters
{
    private const string Path = "/proc/thread-self/net/snmp";

    private readonly FrozenDictionary<string, long> _counters;

    private SnmpCounters(FrozenDictionary<string, long> counters) => _counters = counters;

    /// <summary>The names this kernel has.</summary>
    public IReadOnlyList<string> Names => _counters.Keys;

    /// <summary>Any Tcp counter by the kernel's name for it.</summary>
    public long? this[string name] => _counters.TryGetValue(name, out long value) ? value : null;

    /// <summary>Connections started from here.</summary>
    public long? ActiveOpens => this["ActiveOpens"];

    /// <summary>Connections that reached a listener and completed their handshake.</summary>
    public long? PassiveOpens => this["PassiveOpens"];

    /// <summary>Handshakes that failed: refused, reset or timed out.</summary>
    public long? AttemptFails => this["AttemptFails"];

    /// <summary>Established connections that ended by a reset.</summary>
    public long? EstabResets => this["EstabResets"];

    /// <summary>Connections established or closing at this moment (a level, not a count).</summary>
    public long? CurrEstab => this["CurrEstab"];

    public long? InSegs => this["InSegs"];

    public long? OutSegs => this["OutSegs"];

    public long? RetransSegs => this["RetransSegs"];

    /// <summary>Segments sent with RST.</summary>
    public long? OutRsts => this["OutRsts"];

    /// <summary>Those of the calling thread's namespace, now.</summary>
    public static SnmpCounters Read() => Parse(File.ReadAllText(Path));

    /// <param name="text">The content of /proc/net/snmp.</param>
    public static SnmpCounters Parse(string text) => new(ProcNetTable.Parse(text, "Tcp"));
}
