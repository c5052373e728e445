using ReuseBench.Core.Cells;
using ReuseBench.Core.Csv;
using ReuseBench.Core.Verdicts;
using static ReuseBench.Core.Csv.Better;
using static ReuseBench.Core.Verdicts.Figures;

namespace ReuseBench.Core.Wire;

/// <summary>
/// The metrics of one swarm over its measured window. The property names in snake_case are both the keys of <c>load --json</c> and columns of
/// <c>results.csv</c>. What was not measured is null, never 0.
/// </summary>
public record LoadFigures
{
    [Metric("requests/s", Neither, Latency,
        "Open loop: requests per second that the swarm was told to start; where the rate is a percentage of a capacity, what that came to.",
        Label = "requested rate")]
    public double? RateRpsRequested { get; init; }

    [Metric("requests/s", Higher, Latency,
        "Open loop: requests that ended within the window, with a response or an error, per second of it. Requests that were never "
        + "started, or that ended after the window, are left out; those left over from the warm-up are included.", Label = "achieved rate")]
    public double? RateRpsAchieved { get; init; }

    [Metric("count", Neither, Latency, "Open loop: requests whose intended time lay in the window, by the seeded schedule.")]
    public long? Scheduled { get; init; }

    [Metric("s", Neither, All, "Measured length of the window.", Label = "window")]
    public double DurationS { get; init; }

    [Metric("count", Higher, Throughput | Latency, "Responses with status 2xx that were complete within the window.")]
    public long Requests { get; init; }

    [Metric("count", Lower, Latency,
        "Requests whose start lay in the window (the intended start in an open loop) and that got no 2xx response, timed out or were never "
        + "started. They are in no latency: a percentile is given only where they are few against what lies above it.")]
    public long? RequestsFailed { get; init; }

    [Metric("count", Higher, Throughput, "Connections established within the window.")]
    public long ConnectionsOpened { get; init; }

    [Metric("count", Lower, All, "Connects that were refused.")]
    public long ErrorsRefused { get; init; }

    [Metric("count", Lower, All,
        "Connections that the peer ended: ECONNRESET, EPIPE, or the end of the stream before the first byte of the response.")]
    public long ErrorsReset { get; init; }

    [Metric("count", Lower, All, "Connects and requests that timed out.")]
    public long ErrorsTimeout { get; init; }

    [Metric("count", Lower, All, "Connects for which no local address and port was free: EADDRNOTAVAIL, or EADDRINUSE on the client's bind.")]
    public long ErrorsAddress { get; init; }

    [Metric("count", Lower, All, "Responses with a status other than 2xx.", Label = "HTTP errors")]
    public long ErrorsHttp { get; init; }

    [Metric("count", Lower, All, "Responses that were not HTTP/1.x, or ended before their length.")]
    public long ErrorsProtocol { get; init; }

    [Metric("count", Lower, All, "Connects and requests that failed otherwise.")]
    public long ErrorsOther { get; init; }

    [Metric("count", Lower, Latency,
        "Open loop: requests dropped within the window because no connection came free within the timeout. They were never started and "
        + "are in no error column.")]
    public long? Dropped { get; init; }

    [Metric("requests/s", Higher, Throughput, "Requests per second of the window.")]
    public double? ThroughputRps { get; init; }

    [Metric("connections/s", Higher, Throughput, "Connections opened per second of the window.")]
    public double? ConnectionsPerS { get; init; }

    [Metric("µs", Lower, Latency,
        "Median latency of the requests whose start lay in the window: from the intended start in an open loop, from the send (or connect) "
        + "in a closed loop, to the last byte. Of every phase but the lag, a percentile is empty where fewer than ten samples lie above it.")]
    public double? LatencyP50Us { get; init; }

    [Metric("µs", Lower, Latency, "90th percentile of the latency.")]
    public double? LatencyP90Us { get; init; }

    [Metric("µs", Lower, Latency,
        "99th percentile of the latency. In a closed loop it is no latency, since nobody asks a stalled server meanwhile: it shows how the loop slowed "
        + "down, and stands in no table, chart or ranking of a report.")]
    public double? LatencyP99Us { get; init; }

    [Metric("µs", Lower, Latency, "99.9th percentile of the latency; in a closed loop as the 99th.")]
    public double? LatencyP999Us { get; init; }

    [Metric("µs", Lower, Latency, "Longest latency.")]
    public double? LatencyMaxUs { get; init; }

    [Metric("µs", Lower, Latency,
        "Mean latency. In a closed loop throughput times mean latency is the number of connections (Little's law).", Label = "latency, mean")]
    public double? LatencyMeanUs { get; init; }

    [Metric("µs", Lower, Latency,
        "Open loop: median time of the same requests from their actual send until the swarm had read the response: without the wait before "
        + "the send, with the read lag.")]
    public double? FromSendP50Us { get; init; }

    [Metric("µs", Lower, Latency, "Open loop: 99th percentile of the time from the actual send.")]
    public double? FromSendP99Us { get; init; }

    [Metric("µs", Lower, Latency, "Open loop: longest time from the actual send.")]
    public double? FromSendMaxUs { get; init; }

    [Metric("µs", Lower, Latency, "Median time from connect(2) to established.")]
    public double? ConnectP50Us { get; init; }

    [Metric("µs", Lower, Latency, "99th percentile of the time from connect(2) to established.")]
    public double? ConnectP99Us { get; init; }

    [Metric("µs", Lower, Latency, "Median time from the send of the request to the first byte of the response.")]
    public double? FirstByteP50Us { get; init; }

    [Metric("µs", Lower, Latency, "99th percentile of the time from the send of the request to the first byte of the response.")]
    public double? FirstByteP99Us { get; init; }

    [Metric("µs", Lower, Latency,
        "Open loop: median start lag, the time that requests were started later than they could be: than their intended time or, where "
        + "later, the moment a connection came free.")]
    public double? LagP50Us { get; init; }

    [Metric("µs", Lower, Latency, "Open loop: 99th percentile of the start lag.")]
    public double? LagP99Us { get; init; }

    [Metric("µs", Lower, Latency, "Open loop: longest start lag.")]
    public double? LagMaxUs { get; init; }

    [Metric("µs", Lower, Latency,
        "Open loop: median read lag, the time from when the kernel had a response to when the swarm had read it. Start lag and read lag "
        + "together are the generator lag.")]
    public double? ReadLagP50Us { get; init; }

    [Metric("µs", Lower, Latency, "Open loop: 99th percentile of the read lag.")]
    public double? ReadLagP99Us { get; init; }

    [Metric("µs", Lower, Latency, "Open loop: longest read lag.")]
    public double? ReadLagMaxUs { get; init; }

    [Metric("share", Neither, Latency,
        "Open loop: share of responses whose arrival the kernel told (SO_TIMESTAMPNS), 0 to 1. Of the others the read lag counts from the last "
        + "time that the swarm looked and had none, which is an upper limit.")]
    public double? ReadLagExactShare { get; init; }

    [Metric("share", Lower, Latency, "Open loop: share of requests with a start lag of more than 1 ms, 0 to 1.")]
    public double? LateShare { get; init; }

    [Metric("share", Lower, Latency,
        "Open loop: share of requests that waited more than 1 ms after their intended time for a free connection, 0 to 1.")]
    public double? WaitedShare { get; init; }

    [Metric("s", Lower, Throughput | Latency, "CPU time of all client threads within the window.", Label = "client CPU time")]
    public double? ClientCpuS { get; init; }

    [Metric("share", Lower, Throughput | Latency, "Busiest client thread: CPU time over wall time within the window, 0 to 1.")]
    public double? ClientBusyShare { get; init; }

    [Metric("share", Lower, Throughput | Latency, "Busiest client thread: share of the window not spent waiting in epoll, 0 to 1.")]
    public double? ClientNeverIdleShare { get; init; }

    [Metric("count", Lower, Throughput | Latency, "Voluntary context switches of the client threads within the window.")]
    public long? ClientVoluntarySwitches { get; init; }

    [Metric("count", Lower, Throughput | Latency, "Involuntary context switches of the client threads within the window.")]
    public long? ClientInvoluntarySwitches { get; init; }

    [Metric("share", Lower, Throughput | Latency,
        "Mean over the client threads of the larger of CPU time and time not spent waiting, over the window, 0 to 1; empty where the driver "
        + "has no threads of its own.", Label = "client load, mean of the threads")]
    public double? ClientMeanLoadShare { get; init; }

    /// <summary>With <see cref="RequestsFailed"/> it decides which percentiles are given (<see cref="Statistics.PercentileRule"/>).</summary>
    [Metric("count", Higher, Latency, "Latencies recorded: requests whose start lay in the window and that got a 2xx response.", Label = "latencies")]
    public long? LatencyCount { get; init; }

    [Metric("count", Neither, Latency,
        "Episodes of latencies beyond the 99th percentile of this repeat: those that ended more than 10 ms apart (up to 20 ms may pass for one); "
        + "where more than half of the 10 ms slots have one, these slots. Of few the percentile shows a stall or two. Empty where it is not given.",
        Label = "episodes beyond p99")]
    public int? EpisodesP99 { get; init; }

    [Metric("count", Neither, Latency, "Episodes beyond the 99.9th percentile likewise.", Label = "episodes beyond p99.9")]
    public int? EpisodesP999 { get; init; }

    [Metric("count", Neither, None,
        "Requests of the window that found their persistent connection already closed by the server and went over a new one, as HTTP clients "
        + "do (RFC 9110, 9.2.2). They are no errors, since the server never saw them there; their latency counts on.",
        Label = "requests sent again on a new connection")]
    public long? ReusedClosed { get; init; }

    [Metric("count", Lower, Latency,
        "Times within the window in which a client thread did not run for 10 ms or more though it had work or was due to wake: it was "
        + "stopped, not scheduled, or held up by a call. Of all threads.", Label = "generator stalls")]
    public int? Stalls { get; init; }

    [Metric("ms", Lower, Latency,
        "Longest of these stalls, as far as it lay in the window; at most 5 ms longer in truth.", Label = "longest generator stall")]
    public double? StalledMs { get; init; }

    [Metric("ms", Lower, Latency, "Their sum within the window, of the thread that had most.", Label = "generator stalled, total")]
    public double? StalledTotalMs { get; init; }

    [Metric("count", Lower, Throughput | Latency,
        "Calls of connect(2) within the window that took 1 ms or more themselves: the kernel searched for a free source port.")]
    public long? SlowConnects { get; init; }

    [Metric("count", Lower, Throughput | Latency,
        "Connections that were to carry the load from the start and had had no response yet when the window began.")]
    public int? ConnectionsMissing { get; init; }

    [Metric("count", Neither, Throughput | Latency, "Source addresses and ports that the source plan has.")]
    public long? SourcePortsAvailable { get; init; }

    [Metric("count", Neither, Throughput | Latency,
        "Most of them that were taken at once by connections and their TIME_WAITs, estimated from rate and hold time.")]
    public long? SourcePortsNeeded { get; init; }

    /// <summary>What the swarm knows of itself. Of the server, the kernel and the CPUs nothing is in it yet.</summary>
    /// <param name="experiment">What the figures are for.</param>
    /// <param name="load">Closed or open loop.</param>
    public Evidence ToEvidence(Experiment experiment, LoadShape load) => new()
    {
        Experiment = experiment,
        Load = load,
        Requests = Requests,
        Errors = ErrorsRefused + ErrorsReset + ErrorsTimeout + ErrorsAddress + ErrorsHttp + ErrorsProtocol
            + ErrorsOther + (Dropped ?? 0),
        Dropped = Dropped ?? 0,
        ErrorsAddress = ErrorsAddress,
        Connects = ConnectionsOpened + ErrorsRefused + ErrorsAddress,
        ClientNeverIdleShare = ClientNeverIdleShare,
        ClientBusyShare = ClientBusyShare,
        ClientMeanLoadShare = ClientMeanLoadShare,
        Stalls = Stalls,
        StalledTotalMs = StalledTotalMs,
        ConnectionsMissing = ConnectionsMissing,
        SlowConnects = SlowConnects,
        SourcePortsAvailable = SourcePortsAvailable,
        SourcePortsNeeded = SourcePortsNeeded,
        Scheduled = Scheduled,
        RateAchieved = RateRpsAchieved,
        WindowS = DurationS,
        LateShare = LateShare,
        MeanLatencyS = LatencyMeanUs * 1e-6,
        ClientCpuS = ClientCpuS,
    };
}
