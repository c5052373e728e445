using System.Globalization;

namespace ReuseBench.Core.Cells;

public enum SourcePlanKind
{
    /// <summary>The kernel chooses the port.</summary>
    Ephemeral,

    /// <summary>Ports in ascending order, address after address.</summary>
    Sequential,

    /// <summary>Tuples in a seeded random order, each used once before any is used again.</summary>
    Random,

    /// <summary>Ports K apart.</summary>
    Stride,

    /// <summary>A short list of tuples, used again and again.</summary>
    Fixed,
}

/// <summary>
/// Which local addresses and ports the clients use: <c>ephemeral</c>, <c>sequential</c>, <c>random</c>, <c>stride:K</c>,
/// <c>fixed</c> or <c>fixed:N</c> (N tuples; without N, one for each connection).
/// </summary>
/// <param name="Kind">The rule.</param>
/// <param name="Parameter">K of stride (1 to 32767), N of fixed (0: one for each connection); 0 for the others.</param>
public readonly record struct SourcePlan(SourcePlanKind Kind, int Parameter = 0)
{
    private const string Allowed = "ephemeral, sequential, random, stride:K (K of 1 to 32767), fixed or fixed:N (N of 1 to 1000000)";

    public static SourcePlan Ephemeral => default;

    /// <summary>Whether the swarm binds ports itself.</summary>
    public bool BindsPorts => Kind != SourcePlanKind.Ephemeral;

    /// <exception cref="UsageException">Not a source plan.</exception>
    public static SourcePlan Parse(string text, string what)
    {
        string[] parts = text.Split(':', 2);
        int parameter = 0;
        if (parts.Length == 2 && !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out parameter))
        {
            parameter = -1;
        }

        return (parts[0], parts.Length, parameter) switch
        {
            ("ephemeral", 1, _) => Ephemeral,
            ("sequential", 1, _) => new SourcePlan(SourcePlanKind.Sequential),
            ("random", 1, _) => new SourcePlan(SourcePlanKind.Random),
            ("stride", 2, >= 1 and <= 32_767) => new SourcePlan(SourcePlanKind.Stride, parameter),
            ("fixed", 1, _) => new SourcePlan(SourcePlanKind.Fixed),
            ("fixed", 2, >= 1 and <= 1_000_000) => new SourcePlan(SourcePlanKind.Fixed, parameter),
            _ => throw new UsageException($"{what}: '{text}' is unknown; use {Allowed}"),
        };
    }

    public override string ToString() => Kind switch
    {
        SourcePlanKind.Ephemeral => "ephemeral",
        SourcePlanKind.Sequential => "sequential",
        SourcePlanKind.Random => "random",
        SourcePlanKind.Stride => $"stride:{Parameter}",
        SourcePlanKind.Fixed => Parameter == 0 ? "fixed" : $"fixed:{Parameter}",
        _ => throw new InvalidOperationException($"no text for {Kind}"),
    };
}

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
