using System.Globalization;
using System.Text;

namespace ReuseBench.Linux;

/// <summary>
/// The kernel's own notation for sets of CPUs, "0-3,8".
/// <see href="https://man7.org/linux/man-pages/man7/cpuset.7.html">cpuset(7)</see>, "List format".
/// </summary>
internal static class CpuList
{
    /// <summary>Ascending, without doubles; empty text is the empty set.</summary>
    /// <exception cref="FormatException">Not a list of CPUs; the message names the part.</exception>
    public static int[] Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        List<int> cpus = [];
        foreach (string part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            string[] bounds = part.Split('-');
            int first = ParseCpu(bounds[0], part);
            int last = bounds.Length == 1 ? first : ParseCpu(bounds[1], part);
            if (bounds.Length > 2 || last < first)
            {
                throw new FormatException($"'{part}' is no range of CPUs");
            }

            for (int cpu = first; cpu <= last; cpu++)
            {
                if (!cpus.Contains(cpu))
                {
                    cpus.Add(cpu);
                }
            }
        }

        cpus.Sort();
        return [.. cpus];
    }

    /// <summary>The shortest list of <paramref name="cpus"/>, which are taken in ascending order.</summary>
    public static string Format(ReadOnlySpan<int> cpus)
    {
        int[] sorted = [.. new SortedSet<int>(cpus.ToArray())];
        StringBuilder text = new();
        for (int start = 0; start < sorted.Length;)
        {
            int end = start;
            while (end + 1 < sorted.Length && sorted[end + 1] == sorted[end] + 1)
            {
                end++;
            }

            text.Append(text.Length == 0 ? "" : ",").Append(sorted[start]);
            if (end > start)
            {
                text.Append('-').Append(sorted[end]);
            }

            start = end + 1;
        }

        return text.ToString();
    }

    private static int ParseCpu(string text, string part) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int cpu)
            ? cpu
            : throw new FormatException($"'{part}' is no CPU and no range of CPUs");
}
