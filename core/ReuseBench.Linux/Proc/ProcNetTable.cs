using System.Collections.Frozen;
using System.Globalization;

namespace ReuseBench.Linux;

/// <summary>
/// Files of the form of /proc/net/snmp and netstat: a line "Prefix: names…" followed by a line "Prefix: values…".
/// <see href="https://docs.kernel.org/networking/snmp_counter.html">networking/snmp_counter</see>
/// </summary>
internal static class ProcNetTable
{
    /// <summary>The counters of one prefix; empty where the file has none.</summary>
    internal static FrozenDictionary<string, long> Parse(string text, string prefix)
    {
        ArgumentNullException.ThrowIfNull(text);
        Dictionary<string, long> counters = [];
        string[]? names = null;
        foreach (string line in text.Split('\n'))
        {
            if (!line.StartsWith(prefix + ":", StringComparison.Ordinal))
            {
                continue;
            }

            string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (names is null)
            {
                names = fields;
                continue;
            }

            for (int field = 1; field < Math.Min(names.Length, fields.Length); field++)
            {
                if (long.TryParse(fields[field], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value))
                {
                    counters[names[field]] = value;
                }
            }

            names = null;
        }

        return counters.ToFrozenDictionary();
    }
}
