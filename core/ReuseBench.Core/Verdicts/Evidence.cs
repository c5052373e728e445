using ReuseBench.Core.Cells;

namespace ReuseBench.Core.Verdicts;

/// <summary>What is known of a repeat when its verdict is found. What was not measured is null and convicts nobody.</summary>
public sealed record Evidence
{
    public required Experiment Experiment { get; init; }

    public required LoadShape Load { get; init; }

    public Driver Driver { get; init; } = Driver.Native;

    /// <summary>Answers in the window.</summary>
    public required long Requests { get; init; }

    /// <summary>Failed connects and requests in the window, and those that were dropped unstarted.</summary>
    public long Errors { get; init; }

    public long ErrorsAddress { get; init; }

    /// <summary>Of the busiest client thread: share of the window not spent waiting, 0 to 1.</summary>
    public double? ClientNeverIdleShare { get; init; }

    /// <summary>CPU seconds of the server in the window over the CPU seconds it could have had, 0 to 1.</summary>
    public double? ServerBusyShare { get; init; }

    /// <summary>Open loop: requests whose intended time lay in the window.</summary>
    public long? Scheduled { get; init; }

    /// <summary>Open loop: requests per second that came to their end within the window, whenever they were due.</summary>
    public double? RateAchieved { get; init; }

    /// <summary>Length of the window in seconds.</summary>
    public double WindowS { get; init; }

    /// <summary>Share of requests started more than 1 ms after they could be, 0 to 1.</summary>
    public double? LateShare { get; init; }

    /// <summary>Restarts: how exactly the gap is known, in ms; and the gap itself and the interval of the probes, in ms.</summary>
    public double? GapUncertaintyMs { get; init; }

    public double? GapMs { get; init; }

    public double? ProbeIntervalMs { get; init; }

    public long? ListenOverflows { get; init; }

    public long? ListenDrops { get; init; }

    /// <summary>Share of the window's CPU time that the hypervisor took, 0 to 1.</summary>
    public double? StealShare { get; init; }

    /// <summary>CPU time of other processes on the CPUs of server and swarm, over what these CPUs had, 0 to 1.</summary>
    public double? ForeignShare { get; init; }

    public required int Workers { get; init; }

    /// <summary>CPUs that the server could use.</summary>
    public required int ServerCpus { get; init; }

    /// <summary>Whether server and swarm had CPUs of their own.</summary>
    public required bool DisjointCpus { get; init; }

    /// <summary>Whether the whole-life counts of swarm, server and kernel agree; null where they could not be compared.</summary>
    public bool? CountsAgree { get; init; }
}
