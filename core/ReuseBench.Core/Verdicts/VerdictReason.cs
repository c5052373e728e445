namespace ReuseBench.Core.Verdicts;

/// <summary>One reason why a repeat is not valid in full: its code in the CSV, what it touches and how badly.</summary>
/// <param name="Code">As written to <c>verdict_reasons</c>, kebab-case.</param>
/// <param name="Affects">The figures that it spoils; others of the same repeat stay good.</param>
/// <param name="Grade">The grade of the touched figures.</param>
/// <param name="Meaning">What it means and what to do, one sentence for the report.</param>
public sealed record VerdictReason(string Code, Figures Affects, Grade Grade, string Meaning)
{
    public static VerdictReason ClientSaturated { get; } = new(
        "client-saturated", Figures.Throughput | Figures.Latency, Grade.Invalid,
        "The client threads had next to no idle time left while the server clearly had (a tenth of its CPUs or more): the figure is the client's, not the server's. Give the swarm more CPUs or threads.");

    public static VerdictReason ServerNotAtLimit { get; } = new(
        "server-not-at-limit", Figures.Throughput, Grade.Limited,
        "No CPU of the server was used up (95 %): the figure is that of the whole loop of client and server, not what the server can carry. Raise the connections or give the swarm more CPUs.");

    public static VerdictReason GeneratorBehind { get; } = new(
        "generator-behind-schedule", Figures.Latency, Grade.Invalid,
        "More than 1 % of the requests were started over 1 ms late though they had a connection, or the swarm's generator lag may be more than half of a percentile up to the 99th: the swarm did not hold its schedule. Lower the rate or give the swarm more CPUs.");

    public static VerdictReason GeneratorLag { get; } = new(
        "generator-lag", Figures.Latency, Grade.Limited,
        "Of a published percentile more than a tenth may be the swarm's generator lag in starting the request: the figure is an upper limit of the server's latency, the time from the actual send (from_send) a lower one.");

    public static VerdictReason CoarsePacing { get; } = new(
        "coarse-pacing", Figures.Latency, Grade.Limited,
        "This kernel cannot wake the swarm between two milliseconds (epoll_pwait2, Linux 5.11): requests are started in bursts, which queue behind each other.");

    public static VerdictReason RateNotReached { get; } = new(
        "rate-not-reached", Figures.Latency, Grade.Limited,
        "The window carried less than 99 % of the requests that were due in it: the backlog grew, and the latency is that of an overloaded server and depends on how long it was measured.");

    public static VerdictReason AddressesExhausted { get; } = new(
        "addresses-exhausted", Figures.All, Grade.Invalid,
        "Connects failed for want of a free local address and port. Use more source addresses, a wider port range or a close by reset.");

    public static VerdictReason ListenQueueOverflow { get; } = new(
        "listen-queue-overflow", Figures.Latency | Figures.Fairness | Figures.Gap, Grade.Limited,
        "The accept queue overflowed and the kernel dropped handshakes, which come back after a second or more. Raise the backlog and net.core.somaxconn, or lower the load.");

    public static VerdictReason HostQueueOverflow { get; } = new(
        "host-queue-overflow", Figures.Latency | Figures.Fairness | Figures.Gap, Grade.Limited,
        "The host's count of dropped handshakes rose meanwhile. Without a network namespace of its own the drops may be this server's or another program's: run as root to tell.");

    public static VerdictReason CpuSteal { get; } = new(
        "cpu-steal", Figures.Throughput | Figures.Latency | Figures.Gap, Grade.Limited,
        "The hypervisor took more than 2 % of the time of a CPU that a worker or client thread runs on.");

    public static VerdictReason Throttled { get; } = new(
        "throttled", Figures.Throughput | Figures.Latency | Figures.Gap, Grade.Limited,
        "The CPU quota of the control group stopped server or swarm during the window. Lift the quota (cpu.max), or use fewer workers and client threads.");

    public static VerdictReason TooFewCpus { get; } = new(
        "too-few-cpus", Figures.Throughput | Figures.Latency, Grade.Limited,
        "Fewer physical cores than workers were free for the server, server and swarm shared cores, or the control group's quota allows less than they occupy: how the variant scales cannot be told here.");

    public static VerdictReason BackgroundLoad { get; } = new(
        "background-load", Figures.Throughput | Figures.Latency | Figures.Gap, Grade.Limited,
        "Other processes used more than 5 % of a CPU that a worker or client thread runs on.");

    public static VerdictReason CountsDisagree { get; } = new(
        "counts-disagree", Figures.All, Grade.Invalid,
        "The whole-life counts of swarm, server and kernel do not agree though no queue overflowed: something was lost or counted twice.");

    public static VerdictReason ProbeLag { get; } = new(
        "probe-lag", Figures.Gap, Grade.Limited,
        "The probes were started so late that the gap is known only to within more than ten probe intervals and more than a tenth of itself; the uncertainty given with it says how well. Give the swarm a CPU of its own.");

    public static VerdictReason Errors { get; } = new(
        "errors", Figures.Throughput | Figures.Latency, Grade.Limited,
        "More than 0.1 % of the requests failed: throughput and latency are those of the ones that did not.");

    public static VerdictReason NothingMeasured { get; } = new(
        "nothing-measured", Figures.All, Grade.Invalid, "The window holds no answer.");

    public static VerdictReason Failed { get; } = new(
        "failed", Figures.All, Grade.Invalid, "The repeat did not run to its end; its log says why.");

    public static VerdictReason DriverLimits { get; } = new(
        "driver-limits", Figures.Latency, Grade.Limited,
        "This driver does not say when a request was meant to start, so a latency counts from when it asked for it and hides the driver's own lateness; "
        + "and it spreads each second's requests over that second at random, whatever arrivals were asked for.");

    public static IReadOnlyList<VerdictReason> All { get; } =
    [
        ClientSaturated, ServerNotAtLimit, GeneratorBehind, GeneratorLag, CoarsePacing, RateNotReached, AddressesExhausted, ListenQueueOverflow,
        HostQueueOverflow, CpuSteal, Throttled, TooFewCpus, BackgroundLoad,
        CountsDisagree, ProbeLag, Errors, NothingMeasured, Failed, DriverLimits,
    ];

    /// <summary>The reason of that code, or null for one that a later version wrote.</summary>
    public static VerdictReason? Find(string code) => All.FirstOrDefault(r => r.Code == code);
}
