using System.Globalization;

namespace ReuseBench.Core.Units;

/// <summary>A set of logical CPUs, written as the kernel writes it: <c>0-3,8</c>. Empty means "not pinned".</summary>
public sealed class CpuList : IEquatable<CpuList>
{
    /// <summary>The highest CPU number accepted: NR_CPUS of the largest kernel builds.</summary>
    public const int HighestCpu = 8191;

    private readonly int[] _cpus;

    public CpuList(IEnumerable<int> cpus)
    {
        // Plain loops here and in Parse: a child has nothing of Linq over numbers compiled, and its start is waited for.
        List<int> sorted = [.. cpus];
        sorted.Sort();
        List<int> distinct = new(sorted.Count);
        foreach (int cpu in sorted)
        {
            if (distinct.Count == 0 || distinct[^1] != cpu)
            {
                distinct.Add(cpu);
            }
        }

        _cpus = [.. distinct];
    }

    public static CpuList None { get; } = new([]);

    public int Count => _cpus.Length;

    public bool IsEmpty => _cpus.Length == 0;

    /// <summary>The CPUs in ascending order.</summary>
    public IReadOnlyList<int> Cpus => _cpus;

    public int this[int index] => _cpus[index];

    public bool Overlaps(CpuList other) => _cpus.Intersect(other._cpus).Any();

    /// <exception cref="UsageException">The text is not a CPU list.</exception>
    public static CpuList Parse(string text, string what)
    {
        List<int> cpus = [];
        foreach (string part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            string[] ends = part.Split('-');
            if (ends.Length > 2 || !TryCpu(ends[0], out int first) || !TryCpu(ends[^1], out int last) || last < first)
            {
                throw new UsageException($"{what}: '{text}' is not a CPU list; write numbers and ranges, such as 0-3,8");
            }

            for (int cpu = first; cpu <= last; cpu++)
            {
                cpus.Add(cpu);
            }
        }

        return new CpuList(cpus);
    }

    public override string ToString()
    {
        List<string> parts = [];
        for (int start = 0; start < _cpus.Length;)
        {
            int end = start;
            while (end + 1 < _cpus.Length && _cpus[end + 1] == _cpus[end] + 1)
            {
                end++;
            }

            parts.Add(end == start ? $"{_cpus[start]}" : $"{_cpus[start]}-{_cpus[end]}");
            start = end + 1;
        }

        return string.Join(',', parts);
    }

    public bool Equals(CpuList? other) => other is not null && _cpus.AsSpan().SequenceEqual(other._cpus);

    public override bool Equals(object? obj) => Equals(obj as CpuList);

    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    private static bool TryCpu(string text, out int cpu) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out cpu) && cpu <= HighestCpu;
}
