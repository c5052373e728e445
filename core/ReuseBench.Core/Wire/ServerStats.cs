namespace ReuseBench.Core.Wire;

/// <summary>What <c>serve</c> prints after <c>STATS </c> on standard output when it was told to stop; whole-life counts.</summary>
public sealed record ServerStats
{
    public const string Prefix = "STATS ";

    public required long Accepted { get; init; }

    public required long Requests { get; init; }

    public required long BadRequests { get; init; }

    /// <summary>Restarts completed; 0 for every variant but <c>restart</c>.</summary>
    public required int Restarts { get; init; }

    public required double CpuS { get; init; }

    public required WorkerStats[] Workers { get; init; }
}

public sealed record WorkerStats
{
    public required int Worker { get; init; }

    public required int Pid { get; init; }

    public required long Accepted { get; init; }

    public required long AcceptedReset { get; init; }

    public required long AcceptedLocal { get; init; }

    public required long Requests { get; init; }

    public required long BadRequests { get; init; }

    public required double CpuS { get; init; }

    public required long VoluntarySwitches { get; init; }

    public required long InvoluntarySwitches { get; init; }
}
