using System.Globalization;

namespace ReuseBench.Linux;

/// <summary>
/// The rights in force of the calling thread (CapEff).
/// <see href="https://man7.org/linux/man-pages/man7/capabilities.7.html">capabilities(7)</see>
/// </summary>
public static class Capabilities
{
    // Bit numbers of include/uapi/linux/capability.h.
    internal const int NetAdminBit = 12;
    internal const int SysAdminBit = 21;

    private const string StatusPath = "/proc/thread-self/status";

    /// <summary>CAP_NET_ADMIN in the user namespace of this process: interfaces, addresses, some socket options.</summary>
    public static bool HasNetAdmin() => Has(File.ReadAllText(StatusPath), NetAdminBit);

    /// <summary>CAP_SYS_ADMIN: a network namespace of one's own.</summary>
    public static bool HasSysAdmin() => Has(File.ReadAllText(StatusPath), SysAdminBit);

    internal static bool Has(string status, int bit)
    {
        string? effective = ProcLines.Value(status, "CapEff");
        return ulong.TryParse(effective, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong mask)
            && (mask & (1UL << bit)) != 0;
    }
}
