namespace ReuseBench.Core.Verdicts;

/// <summary>Rules about several hosts: whether all took part, began together, and what the network between them allowed.</summary>
public static partial class VerdictRules
{
    /// <summary>Of start spread and clock bound together: more than a connect takes in a network of one site.</summary>
    public const double StartSpreadSLimit = 0.001;

    /// <summary>Of the window.</summary>
    public const double StartSpreadShareLimit = 0.01;

    /// <summary>Of the speed of a card.</summary>
    public const double CardShareLimit = 0.90;

    public static VerdictRule HostLost { get; } = new(
        "host-lost", Figures.All, Grade.Invalid,
        "A host was lost before it brought its part: the others alone are another load.",
        "See hosts.csv for what the others had, and the log of the agent on that host.",
        e => e.HostsMissing > 0);

    public static VerdictRule HostsFewer { get; } = new(
        "hosts-fewer", Figures.All, Grade.Limited,
        "Client hosts that were to take part had been lost, and the others took their part of the load: it came from fewer hosts than that of other repeats.",
        "Mend the host and measure again; on_host_loss: retry in the hosts file waits for it.",
        e => e.HostsGivenUp > 0);

    public static VerdictRule ClockUnsure { get; } = new(
        "clock-unsure", Figures.Gap, Grade.Limited,
        "The clock of a client host is known against the server's less exactly than the probes are apart. What happened when is known no better.",
        "See clock_bound_us in hosts.csv; use a network with a shorter round trip between the hosts and the engine.",
        e => e.ClockBoundS * 1000 > e.ProbeIntervalMs);

    public static VerdictRule StartSpread { get; } = new(
        "start-spread", Figures.Throughput | Figures.Latency, Grade.Limited,
        "The swarms did not begin together: from the first start to the last, with what the clocks leave open, it took more than 1 ms and 1 % of the window.",
        "See start_error_us in hosts.csv; give the swarms CPUs of their own, or use a longer window.",
        e => e.StartSpreadS + (e.ClockBoundS ?? 0) > Math.Max(StartSpreadSLimit, e.WindowS * StartSpreadShareLimit));

    public static VerdictRule NetworkLimited { get; } = new(
        "network-limited", Figures.Throughput | Figures.Latency, Grade.Limited,
        "A network card carried more than 90 % of its speed, or a host sent more than 0.1 % of its segments again: the value is the network's.",
        "Use less load, smaller responses or a faster network; see nic_tx_share, nic_rx_share and tcp_retransmits in hosts.csv.",
        e => e.CardShare > CardShareLimit || e.HostsRetransmitShare > RetransmitShareLimit);
}
