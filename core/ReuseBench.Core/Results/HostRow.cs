using System.Text.Json.Serialization;
using ReuseBench.Core.Csv;
using static ReuseBench.Core.Csv.Better;
using static ReuseBench.Core.Verdicts.Figures;

namespace ReuseBench.Core.Results;

/// <summary>What a host does in a repeat.</summary>
public enum HostRole
{
    [JsonStringEnumMemberName("server")]
    Server,

    [JsonStringEnumMemberName("swarm")]
    Swarm,
}

/// <summary>One row of <c>hosts.csv</c>: what one of several hosts had to do with a repeat.</summary>
public sealed record HostRow : RepeatRow
{
    [Column("The host, as the hosts file names it.")]
    public string Host { get; init; } = "";

    [Column("What it did: server or swarm.")]
    public HostRole Role { get; init; }

    [Column("Whether it was lost before it brought its part; its other columns are empty then.")]
    public bool Lost { get; init; }

    [Metric("count", Neither, All, "Connections that were its share of the load; of the server's host empty.")]
    public int? ShareConnections { get; init; }

    [Metric("requests/s", Neither, All, "Rate that was its share of an open loop; likewise.", Label = "share of the rate")]
    public double? ShareRateRps { get; init; }

    [Metric("count", Higher, Throughput | Latency, "Responses of its swarm in the window; likewise.")]
    public long? Requests { get; init; }

    [Metric("count", Lower, Throughput | Latency, "Requests of its swarm in the window without a good response; likewise.")]
    public long? RequestsFailed { get; init; }

    [Metric("count", Lower, All, "Connects of its swarm that were refused.")]
    public long? ErrorsRefused { get; init; }

    [Metric("count", Lower, All, "Connections of its swarm that were reset.")]
    public long? ErrorsReset { get; init; }

    [Metric("count", Lower, All, "Connects and requests of its swarm that ran into their timeout.")]
    public long? ErrorsTimeout { get; init; }

    [Metric("count", Lower, All, "Connects of its swarm without a free local address and port.")]
    public long? ErrorsAddress { get; init; }

    [Metric("count", Lower, All, "Other errors of its swarm, responses without success among them.")]
    public long? ErrorsOther { get; init; }

    [Metric("requests/s", Higher, Throughput, "Responses per second of its swarm.", Label = "throughput of the host")]
    public double? ThroughputRps { get; init; }

    [Metric("µs", Lower, Latency, "99th percentile of its swarm's latency: to compare hosts by; those of the repeat come from the sum of the histograms.",
        Label = "latency p99 of the host")]
    public double? LatencyP99Us { get; init; }

    [Metric("share", Neither, Throughput | Latency, "CPU time of its busiest client thread over what it could have had, 0 to 1.")]
    public double? ClientBusyShare { get; init; }

    [Metric("µs", Lower, Latency, "99th percentile of its swarm's start lag.", Label = "start lag p99 of the host")]
    public double? LagP99Us { get; init; }

    [Column("Codes of the reasons that its swarm alone would have, separated by semicolons; empty for none, and of the server's host.")]
    public string? OwnReasons { get; init; }

    [Metric("µs", Neither, Throughput | Latency, "By how much its swarm began later than it was told, by its own clock; of the server's host empty.")]
    public double? StartErrorUs { get; init; }

    [Metric("µs", Neither, None, "Its CLOCK_MONOTONIC less the coordinator's, in the middle of the repeat.")]
    public double? ClockOffsetUs { get; init; }

    [Metric("µs", Lower, Gap, "Half the width of the interval in which that offset lies for certain, drift between two measurements included.")]
    public double? ClockBoundUs { get; init; }

    [Metric("ppm", Neither, None, "How fast its clock runs away from the coordinator's, from before to after the window; empty where the bounds say nothing.")]
    public double? ClockDriftPpm { get; init; }

    [Column("How the offset was measured: engine (pings through the engine).")]
    public string? ClockMethod { get; init; }

    [Metric("count", Neither, None, "Pings of both measurements.")]
    public int? ClockSamples { get; init; }

    [Metric("µs", Lower, None, "Shortest round trip of them.", Label = "shortest round trip")]
    public double? RttMinUs { get; init; }

    [Metric("µs", Lower, None, "Median round trip of them.", Label = "median round trip")]
    public double? RttP50Us { get; init; }

    [Column("Who disciplines its clock: ptp, ntp or free.")]
    public string? ClockState { get; init; }

    [Metric("share", Lower, Throughput | Latency, "Share of the window that the hypervisor took from the CPU of a worker or client thread that lost most, "
        + "0 to 1; empty where no counter tells.")]
    public double? StealShare { get; init; }

    [Metric("share", Lower, Throughput | Latency, "Share of such a CPU that other processes used, 0 to 1; likewise.")]
    public double? BackgroundShare { get; init; }

    [Metric("count", Lower, Throughput | Latency, "Segments that its TCP sent again in the whole repeat: of the whole host.")]
    public long? TcpRetransmits { get; init; }

    [Metric("count", Neither, Throughput | Latency, "Segments that its TCP sent, without those sent again; likewise.")]
    public long? TcpSegments { get; init; }

    [Metric("count", Lower, Throughput | Latency, "Packets that its card, or the queue before it, dropped in the window.")]
    public long? NicDrops { get; init; }

    [Metric("share", Lower, Throughput | Latency, "Bits that its card sent over what it could have sent in the window, 0 to 1; empty where the card says no "
        + "speed.")]
    public double? NicTxShare { get; init; }

    [Metric("share", Lower, Throughput | Latency, "The same of what it received.")]
    public double? NicRxShare { get; init; }
}
