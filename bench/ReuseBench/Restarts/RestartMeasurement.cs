using ReuseBench.Bench.Planning;
using ReuseBench.Bench.Running;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Wire;

namespace ReuseBench.Bench.Restarts;

/// <summary>Everything that one restart brought in, before it becomes rows. Times are CLOCK_MONOTONIC in nanoseconds.</summary>
internal sealed record RestartMeasurement
{
    /// <summary>The cell as planned: it gives the rows their id.</summary>
    public required Cell Planned { get; init; }

    /// <summary>The cell as it was run: options of the way, CPUs, the probing swarm.</summary>
    public required Cell Cell { get; init; }

    public required int Repeat { get; init; }

    public required CpuPlan Cpus { get; init; }

    public required bool Isolated { get; init; }

    public required DateTime StartedUtc { get; init; }

    public required RestartActs Acts { get; init; }

    public required LoadDocument Swarm { get; init; }

    public required CpuShares Others { get; init; }

    public required IReadOnlyList<ServerEvent> Events { get; init; }

    /// <summary>Over all workers of both lives, from the page.</summary>
    public required WorkerCounters[] Workers { get; init; }

    /// <summary>From just before the stop to the end.</summary>
    public required KernelCounts Kernel { get; init; }

    /// <summary>Requests that were not the swarm's: those that made the TIME_WAITs, those in flight.</summary>
    public required int OwnRequests { get; init; }

    public required int InFlight { get; init; }

    public required int InFlightLost { get; init; }
}

/// <summary>What the supervisor did and saw, and when. What did not happen is null.</summary>
internal sealed record RestartActs
{
    public required long StopNs { get; init; }

    public long? GoneNs { get; init; }

    /// <summary>Just before the successor's process was started.</summary>
    public long? SpawnNs { get; init; }

    /// <summary>Sockets in TIME_WAIT on the port, counted while the successor was starting.</summary>
    public int? TimeWait { get; init; }

    /// <summary>What the successor said when it gave up the wait for the port; null where it listened.</summary>
    public string? NeverBack { get; init; }
}
