using ReuseBench.Bench.Planning;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Wire;

namespace ReuseBench.Bench.Running;

/// <summary>Everything that one repeat brought in, before it becomes rows.</summary>
internal sealed record Measurement
{
    /// <summary>The cell as it was run: with its CPUs.</summary>
    public required Cell Cell { get; init; }

    public required int Repeat { get; init; }

    public required CpuPlan Cpus { get; init; }

    /// <summary>Whether it ran in a network namespace of its own: the kernel's counters are its alone.</summary>
    public required bool Isolated { get; init; }

    public required KernelTraits Traits { get; init; }

    public required DateTime StartedUtc { get; init; }

    public required ServerReady Ready { get; init; }

    public required ServerStats Stats { get; init; }

    public required LoadDocument Swarm { get; init; }

    public required Window Window { get; init; }

    /// <summary>Over the whole life of server and swarm.</summary>
    public required KernelCounts Kernel { get; init; }

    public required IReadOnlyList<ServerEvent> Events { get; init; }
}
