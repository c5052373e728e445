using CsvHelper;

namespace ReuseBench.Core.Wire;

/// <summary>
/// The figures of one swarm over its measured window. The property names in snake_case are both the keys of <c>load --json</c> and
/// columns of <c>results.csv</c>. A figure that was not measured is null, never 0.
/// </summary>
public record LoadFigures
{
    public string Workload { get; init; } = "";

    /// <summary><c>closed</c> or <c>open</c>.</summary>
    public string Load { get; init; } = "";

    public int Connections { get; init; }

    public double? RateRpsRequested { get; init; }

    /// <summary>Open loop: answers and errors of requests whose intended time lay in the window, per second of it.</summary>
    public double? RateRpsAchieved { get; init; }

    /// <summary>Open loop: requests whose intended time lay in the window, as the seeded schedule had them.</summary>
    public long? Scheduled { get; init; }

    public string? Arrivals { get; init; }

    public string SourcePlan { get; init; } = "";

    public string Sources { get; init; } = "";

    public string Close { get; init; } = "";

    public int RequestBytes { get; init; }

    public int ClientThreads { get; init; }

    public string Driver { get; init; } = "native";

    public double WarmupS { get; init; }

    /// <summary>Length of the measured window as it really was.</summary>
    public double DurationS { get; init; }

    /// <summary>Answers with status 2xx that were complete within the window.</summary>
    public long Requests { get; init; }

    /// <summary>
    /// Of the requests whose start lay in the window (intended start in an open loop): those that got no good answer, were given up or
    /// never started. They are in no latency, so a percentile is only given where they are few against what lies beyond it
    /// (<see cref="Statistics.PercentileRule"/>).
    /// </summary>
    [CsvColumn("requests_failed", Optional = true)]
    public long? RequestsFailed { get; init; }

    /// <summary>Connections established within the window.</summary>
    public long ConnectionsOpened { get; init; }

    public long ErrorsRefused { get; init; }

    /// <summary>The peer ended the connection: ECONNRESET, EPIPE, or an end of the stream before the first byte of the answer.</summary>
    public long ErrorsReset { get; init; }

    public long ErrorsTimeout { get; init; }

    /// <summary>No local address and port was free: EADDRNOTAVAIL, or EADDRINUSE on the client's bind.</summary>
    public long ErrorsAddress { get; init; }

    /// <summary>Answers with a status other than 2xx.</summary>
    public long ErrorsHttp { get; init; }

    /// <summary>Answers that are not HTTP/1.x, or ended before their length.</summary>
    public long ErrorsProtocol { get; init; }

    public long ErrorsOther { get; init; }

    public double? ThroughputRps { get; init; }

    public double? ConnectionsPerS { get; init; }

    /// <summary>
    /// Latencies are of requests whose start lay in the window: intended start in an open loop, send (or connect) in a closed one. Of
    /// every phase but the lag a percentile is null where <see cref="Statistics.PercentileRule"/> does not allow it.
    /// </summary>
    public double? LatencyP50Us { get; init; }

    public double? LatencyP90Us { get; init; }

    public double? LatencyP99Us { get; init; }

    public double? LatencyP999Us { get; init; }

    public double? LatencyMaxUs { get; init; }

    /// <summary>Open loop: the same requests timed from their actual send; shows what the schedule's correction adds.</summary>
    public double? FromSendP50Us { get; init; }

    public double? FromSendP99Us { get; init; }

    public double? FromSendMaxUs { get; init; }

    public double? ConnectP50Us { get; init; }

    public double? ConnectP99Us { get; init; }

    public double? FirstByteP50Us { get; init; }

    public double? FirstByteP99Us { get; init; }

    /// <summary>Open loop: how much later requests were started than they could be: than their intended time or, where later, the instant a connection came free.</summary>
    public double? LagP50Us { get; init; }

    public double? LagP99Us { get; init; }

    public double? LagMaxUs { get; init; }

    /// <summary>Open loop: share of requests started more than 1 ms late (as the lag counts it: by the swarm's doing), 0 to 1.</summary>
    public double? LateShare { get; init; }

    /// <summary>Open loop: share of requests that waited more than 1 ms after their intended time for a free connection, 0 to 1.</summary>
    public double? WaitedShare { get; init; }

    /// <summary>CPU time of all client threads within the window.</summary>
    public double? ClientCpuS { get; init; }

    /// <summary>Of the busiest client thread: CPU time over wall time within the window, 0 to 1.</summary>
    public double? ClientBusyShare { get; init; }

    /// <summary>Of the busiest client thread: share of the window's wall time that was not spent waiting in epoll, 0 to 1.</summary>
    public double? ClientNeverIdleShare { get; init; }

    public long? ClientVoluntarySwitches { get; init; }

    public long? ClientInvoluntarySwitches { get; init; }
}
