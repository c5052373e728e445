using System.Globalization;

namespace ReuseBench.Core.Cells;

/// <summary>An inclusive range of ports, written <c>LOW-HIGH</c>; 1 to 65535.</summary>
public readonly record struct PortRange(int Low, int High)
{
    public int Count => High - Low + 1;

    public bool Contains(int port) => port >= Low && port <= High;

    /// <exception cref="UsageException">Not a range of ports.</exception>
    public static PortRange Parse(string text, string what)
    {
        string[] ends = text.Split(['-', ' ', '\t'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return ends.Length == 2 && TryPort(ends[0], out int low) && TryPort(ends[1], out int high) && low <= high
            ? new PortRange(low, high)
            : throw new UsageException($"{what}: '{text}' is not a port range; write LOW-HIGH within 1 to 65535, such as 32768-60999");
    }

    public override string ToString() => $"{Low}-{High}";

    private static bool TryPort(string text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is >= 1 and <= 65_535;
}
