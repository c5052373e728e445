using ReuseBench.Core.Cells;
using ReuseBench.Core.Csv;
using ReuseBench.Core.Verdicts;
using ReuseBench.Core.Wire;
using static ReuseBench.Core.Csv.Better;
using static ReuseBench.Core.Verdicts.Figures;

namespace ReuseBench.Core.Results;

/// <summary>Who says which worker had which connection.</summary>
public enum ConnectionsTold
{
    /// <summary>The server, by its own count.</summary>
    Server,

    /// <summary>The responses, by a header that names the worker.</summary>
    Header,
}

/// <summary>One row of <c>results.csv</c>: a cell and repeat, every setting of the cell, the metrics, the host, the verdict.</summary>
public sealed record ResultRow : LoadFigures, IRepeatRow
{
    /// <summary>Begins the reason of a repeat that cannot be had on this host: left out, and no failure.</summary>
    public const string SkippedPrefix = "skipped: ";

    public ResultRow()
    {
    }

    /// <summary>A row that takes over the swarm's metrics.</summary>
    public ResultRow(LoadFigures figures)
        : base(figures)
    {
    }

    [Column("Run that the row belongs to.")]
    public string RunId { get; init; } = "";

    [Column("Cell as planned; the same in every run with the same settings.")]
    public string CellId { get; init; } = "";

    [Column("Repeat of the cell, from 1.")]
    public int Repeat { get; init; }

    /// <summary>The cell as it ran: with its CPUs.</summary>
    [Column("Every setting of the cell.")]
    public Cell Cell { get; init; } = Cell.Blank;

    [Metric("count", Neither, All, "Connections that the kernel queues for one listener: the backlog cut to net.core.somaxconn.")]
    public int? BacklogEffective { get; init; }

    [Metric("count", Neither, All, "The same over all listeners of the server: a group of N listeners queues N times as much.")]
    public int? BacklogTotal { get; init; }

    [Metric("count", Neither, All,
        "Listening sockets at a time, as they were counted when the server was ready; of a restart of our own, and of an accept-only probe, as they "
        + "were meant.")]
    public int Listeners { get; init; }

    [Metric("count", Neither, All, "Listening sockets that the variant, or the mode of a server of somebody else, means; empty where none were counted.")]
    public int? ListenersMeant { get; init; }

    [Column("What a server of somebody else calls itself, with its version; empty for our own.")]
    public string? ServerVersion { get; init; }

    [Metric("count", Neither, All, "Threads of the server that handle connections, acceptors included.")]
    public int ServerThreads { get; init; }

    [Metric("count", Higher, Gap, "Restarts whose end was seen within the window.")]
    public int? Restarts { get; init; }

    [Metric("s", Lower, Throughput | Latency,
        "CPU time of all server processes within the window; without interrupts where the kernel charges them to nobody (interrupt_time in "
        + "run.json).", Label = "server CPU time")]
    public double? ServerCpuS { get; init; }

    [Metric("share", Neither, Throughput | Latency, "CPU time of the server over the time of the CPUs that its threads could occupy, 0 to 1.")]
    public double? ServerBusyShare { get; init; }

    [Metric("share", Neither, Throughput | Latency,
        "Busiest CPU of a worker: share of the window in which it ran anything, interrupts included, 0 to 1; empty where the swarm ran "
        + "there too.")]
    public double? BusiestServerCpuShare { get; init; }

    [Metric("share", Neither, Throughput | Latency, "The same as a mean over the CPUs of the workers; likewise.", Label = "workers' CPUs, mean")]
    public double? MeanServerCpuShare { get; init; }

    [Metric("share", Neither, Throughput | Latency,
        "CPU time of the server's threads that are pinned to the CPU of a worker (schedstat), with interrupts where they are charged apart, over what "
        + "the hypervisor left of the window: of the CPU that had most, 0 to 1; empty where none is pinned.", Label = "busiest worker")]
    public double? BusiestWorkerShare { get; init; }

    [Metric("share", Neither, Throughput | Latency, "The same as a mean over the CPUs of the workers; likewise.", Label = "workers, mean")]
    public double? MeanWorkerShare { get; init; }

    [Metric("µs", Lower, Throughput,
        "CPU time of the server's processes per request of the window. On loopback the kernel receives a packet in the time of its sender: what it does "
        + "for the server's packets is in it, what it does for the client's is in client_cpu_us_per_request, and what it leaves over is in neither "
        + "(both_cpu_us_per_request has all). Empty where the kernel does not charge interrupts to processes, since it would lack the receiving of "
        + "packets.", Label = "server CPU per request")]
    public double? ServerCpuUsPerRequest { get; init; }

    [Metric("µs", Lower, Throughput,
        "CPU time of the client threads per request of the window, with the receiving of what they send on loopback; empty in the same case.",
        Label = "client CPU per request")]
    public double? ClientCpuUsPerRequest { get; init; }

    [Metric("µs", Lower, Throughput,
        "CPU time of the kernel's own threads that receive packets which interrupts left over (ksoftirqd), on the occupied CPUs, per request of the "
        + "window: of neither side, and no background load; empty in the same case, and where they cannot be seen, as in a container with processes "
        + "of its own.", Label = "ksoftirqd CPU per request")]
    public double? KsoftirqdCpuUsPerRequest { get; init; }

    [Metric("µs", Lower, Throughput,
        "Server, client and ksoftirqd together: what a request costs the machine, whoever is charged for receiving its packets; likewise.",
        Label = "CPU per request of both sides")]
    public double? BothCpuUsPerRequest { get; init; }

    [Metric("count", Lower, Throughput | Latency, "Voluntary context switches of all server threads that handle connections, within the window.")]
    public long? ServerVoluntarySwitches { get; init; }

    [Metric("count", Lower, Throughput | Latency, "Involuntary context switches of the same threads.")]
    public long? ServerInvoluntarySwitches { get; init; }

    [Metric("count", Lower, Latency | Fairness | Gap,
        "Connections dropped because an accept queue was full (TcpExt ListenOverflows), over the whole repeat; empty without a "
        + "network namespace of its own.")]
    public long? ListenOverflows { get; init; }

    [Metric("count", Lower, Latency | Fairness | Gap,
        "Connections dropped at a listener for any reason, overflow included (TcpExt ListenDrops); likewise.")]
    public long? ListenDrops { get; init; }

    [Metric("count", Neither, Latency | Gap,
        "Segments with RST sent in the repeat's namespace by server, swarm and kernel (Tcp OutRsts); likewise. A swarm that closes by RST "
        + "sends one per connection.")]
    public long? KernelResetsSent { get; init; }

    [Metric("count", Lower, Latency | Gap,
        "SYN and SYN-ACK segments sent again (TcpExt TCPSynRetrans); likewise. Each stands for a handshake that took a second or more.",
        Label = "kernel SYN retransmits")]
    public long? KernelSynRetransmits { get; init; }

    [Metric("count", Lower, Latency | Gap, "Segments sent again, those of handshakes included (Tcp RetransSegs); likewise.")]
    public long? KernelRetransmits { get; init; }

    [Metric("count", Neither, Latency | Gap, "TCP segments sent, without those sent again (Tcp OutSegs); likewise.", Label = "kernel segments sent")]
    public long? KernelSegmentsSent { get; init; }

    [Metric("count", Lower, Latency | Gap,
        "Times that the retransmission timer of a connection ran out (TcpExt TCPTimeouts); likewise.", Label = "kernel TCP timeouts")]
    public long? KernelTcpTimeouts { get; init; }

    [Metric("count", Lower, Latency | Gap,
        "SYNs dropped because a queue of half-open connections was full (TcpExt TCPReqQFullDrop); likewise.", Label = "kernel SYN queue drops")]
    public long? KernelSynQueueDrops { get; init; }

    [Metric("count", Lower, Latency | Gap,
        "SYNs answered with cookies for the same reason (TcpExt TCPReqQFullDoCookies); likewise.", Label = "kernel SYN cookies")]
    public long? KernelSynCookies { get; init; }

    [Metric("count", Lower, Latency | Gap,
        "Segments dropped because the backlog of a socket was full (TcpExt TCPBacklogDrop); likewise.")]
    public long? KernelBacklogDrops { get; init; }

    [Metric("count", Lower, Latency | Gap,
        "Packets that CPUs dropped because their receive queue was full (softnet_stat), over the whole repeat: of the whole machine, "
        + "whoever's they were.")]
    public long? SoftnetDrops { get; init; }

    [Metric("count", Lower, All,
        "Entries of the connection tracking table at the end of the repeat (nf_conntrack_count); 0 where no rule asks for tracking, empty where "
        + "the kernel has none.")]
    public long? ConntrackEntries { get; init; }

    [Metric("count", Neither, All, "Most entries that this table holds (nf_conntrack_max); likewise.")]
    public long? ConntrackMax { get; init; }

    [Metric("count", Lower, All, "Packets dropped over the whole repeat because the table was full; likewise.")]
    public long? ConntrackDrops { get; init; }

    [Metric("share", Lower, Throughput | Latency | Gap,
        "Share of the window that the hypervisor took from the CPU of a worker or client thread that lost most, 0 to 1; empty where no "
        + "counter tells (steal_seen in run.json).", Label = "CPU steal")]
    public double? StealShare { get; init; }

    [Column("What of CPU steal and background load cannot be seen here, and why; otherwise empty.")]
    public string? CpuTimesUnseen { get; init; }

    [Metric("share", Lower, Throughput | Latency | Gap,
        "Share of such a CPU that other processes used for certain (two standard errors of sampling by ticks are left out), the greatest "
        + "of all, 0 to 1.", Label = "background load")]
    public double? BackgroundShare { get; init; }

    [Metric("count", Lower, Throughput | Latency | Gap,
        "Periods of the window in which the CPU quota of a control group stopped this run; empty where no group tells.")]
    public long? ThrottledPeriods { get; init; }

    [Metric("rounds/µs", Higher, Throughput | Latency,
        "Speed of the CPUs just before and after the window: rounds of fixed work per microsecond, of the occupied CPU that had fewest, each at the "
        + "better of the two moments, while all of them work. A report holds it against what is usual in the run on the same CPUs; empty where no "
        + "window was loaded.",
        Label = "CPU speed")]
    public double? CanaryRoundsPerUs { get; init; }

    [Metric("rounds/µs", Higher, Throughput | Latency,
        "Likewise, while the other occupied CPUs are idle: a hypervisor may put two CPUs of this machine on one core. Empty where more than 16 are "
        + "occupied.", Label = "CPU speed alone")]
    public double? CanaryAloneRoundsPerUs { get; init; }

    [Metric("share", Neither, Throughput | Latency,
        "Share of the window in which the occupied CPUs other than the busiest one were busy, their mean, 0 to 1: by so much the speed in company "
        + "counts, and the speed alone by the rest. Empty where there is no other or the ticks were too few.")]
    public double? OtherCpusBusyShare { get; init; }

    [Metric("count", Neither, Throughput | Latency | Gap,
        "Periods of the window in which that quota was counted; empty without one.")]
    public long? QuotaPeriods { get; init; }

    [Metric("share", Neither, Throughput | Latency,
        "By how much the level of the window's last third lies above that of its first, over the first: responses in a closed loop, median latency in an "
        + "open loop; empty with fewer than 8 intervals.", Label = "drift within the window")]
    public double? DriftShare { get; init; }

    [Metric("share", Neither, Throughput | Latency,
        "The same of the level after and before the step that divides the window best; likewise.", Label = "step within the window")]
    public double? StepShare { get; init; }

    [Metric("ms", Neither, Fairness, "Stall under a running load: for how long the worker stood still; empty elsewhere.", Label = "length of the stall")]
    public double? StallMs { get; init; }

    [Metric("count", Neither, Fairness,
        "Likewise: requests that were due while it stood still, but for the last 10 ms, of which it cannot be told what they waited for.")]
    public long? StallRequests { get; init; }

    [Metric("count", Lower, Fairness, "Of these, those that had no response before it moved again, or none at all.")]
    public long? StallWaiting { get; init; }

    [Metric("count", Lower, Fairness, "Of these, those that had none at all.")]
    public long? StallLost { get; init; }

    [Metric("ms", Lower, Fairness, "Latency of the requests that waited and had a response, from their intended start: median; empty where none did.")]
    public double? StallWaitP50Ms { get; init; }

    [Metric("ms", Lower, Fairness, "The longest of these; likewise.")]
    public double? StallWaitMaxMs { get; init; }

    [Metric("ms", Neither, None, "When that step was, from the beginning of the window; likewise.", Label = "time of the step")]
    public double? StepAtMs { get; init; }

    [Metric("share", Neither, None,
        "How often chance makes such a step in a window whose level does not change, 0 to 1; likewise.", Label = "step by chance")]
    public double? StepChanceShare { get; init; }

    [Metric("share", Lower, Latency,
        "Open loop: by how much the generator lag (start lag and read lag) lengthens a percentile up to the 99th at most, over the same "
        + "percentile without it; 1 is twice as long.", Label = "generator lag in percentiles")]
    public double? GeneratorLagShare { get; init; }

    [Metric("share", Lower, Latency,
        "The same of what requests and responses waited in the swarm: its lag without the wake-ups of an idle client thread (up to 0.1 ms each).",
        Label = "queue of the swarm in percentiles")]
    public double? GeneratorQueueShare { get; init; }

    [Metric("count", Neither, All, "Responses that the swarm counted over the whole repeat, warm-up and drain included.")]
    public long? LifeResponsesClient { get; init; }

    [Metric("count", Neither, All, "Responses that the server counted likewise.")]
    public long? LifeResponsesServer { get; init; }

    [Metric("count", Neither, All, "Connections that the swarm opened likewise.")]
    public long? LifeConnectionsClient { get; init; }

    [Metric("count", Neither, All, "Connections that the server accepted likewise; of a server of somebody else by the kernel's tracepoints.")]
    public long? LifeConnectionsServer { get; init; }

    [Metric("count", Neither, All,
        "Connections that the kernel counted likewise (Tcp PassiveOpens); empty without a network namespace of the repeat's own.")]
    public long? LifeConnectionsKernel { get; init; }

    [Metric("count", Neither, All, "Of life_connections_client, those over IPv6; empty but with dual_stack.", Label = "life connections client IPv6")]
    public long? LifeConnectionsClientIpv6 { get; init; }

    [Metric("count", Neither, All, "Of life_connections_server, those over IPv6, by the address that each came to; likewise.",
        Label = "life connections server IPv6")]
    public long? LifeConnectionsServerIpv6 { get; init; }

    [Metric("count", Neither, All,
        "Connections over IPv4 that the kernel's table had at the listener's port when the window began; empty but with dual_stack and persistent connections, "
        + "and where the window was over before the table was read.",
        Label = "standing connections kernel IPv4")]
    public long? StandingConnectionsKernelIpv4 { get; init; }

    [Metric("count", Neither, All, "The same over IPv6; likewise.", Label = "standing connections kernel IPv6")]
    public long? StandingConnectionsKernelIpv6 { get; init; }

    [Metric("count", Lower, All, "Connects and requests that failed in flight, over the whole repeat.")]
    public long? LifeFailedClient { get; init; }

    [Column("Who says which worker had a connection: server, by its own count, or header, by what the responses of a server of somebody else name; empty where "
        + "nobody does.")]
    public ConnectionsTold? ConnectionsToldBy { get; init; }

    [Metric("ratio", Lower, Fairness,
        "Connections of the busiest worker over the mean of all workers (max/mean), warm-up and drain included; empty with one worker.",
        Label = "connections max/mean")]
    public double? AcceptedMaxOverMean { get; init; }

    [Metric("ratio", Higher, Fairness, "Connections of the least busy worker over the mean.", Label = "connections min/mean")]
    public double? AcceptedMinOverMean { get; init; }

    [Metric("ratio", Lower, Fairness,
        "Standard deviation of the connections per worker over their mean.", Label = "connections, coefficient of variation")]
    public double? AcceptedCv { get; init; }

    [Metric("ratio", Higher, Fairness, "Jain's fairness index of the connections per worker, 1/n to 1.", Label = "connections, Jain's index")]
    public double? AcceptedJain { get; init; }

    [Metric("ratio", Lower, Fairness,
        "Server of somebody else: connections of the worker that accepted most over the mean of all workers, by the kernel's tracepoints. Who accepts need "
        + "not be who answers.", Label = "accepts max/mean")]
    public double? AcceptsMaxOverMean { get; init; }

    [Column("Server of somebody else: why it is not known, or not held against the others, what it accepted; empty where it is.")]
    public string? AcceptsUntold { get; init; }

    [Metric("share", Lower, Fairness, "Share of the workers that no connection came to, 0 to 1; likewise.", Label = "workers without a connection")]
    public double? AcceptedNoneShare { get; init; }

    [Metric("count", Neither, Fairness, "Distinct client addresses and ports (4-tuples) of the repeat; empty where they were not tracked.")]
    public long? DistinctTuples { get; init; }

    [Metric("count", Lower, Fairness, "Tuples that met another listener when they came again; 0 unless the selector draws anew.")]
    public long? MovedTuples { get; init; }

    [Metric("share", Higher, Fairness,
        "Share of connections that were received on the CPU of their worker, 0 to 1; empty where that was not counted.", Label = "RX CPU match")]
    public double? RxCpuMatchShare { get; init; }

    [Metric("ms", Lower, Gap,
        "From the last success before to the first success after a restart, median over the restarts of the repeat; empty where one of "
        + "them did not end.", Label = "restart gap")]
    public double? GapP50Ms { get; init; }

    [Metric("ms", Lower, Gap, "Longest restart gap of the repeat; likewise.", Label = "longest restart gap")]
    public double? GapMaxMs { get; init; }

    [Column("Whether the repeat ran in a network namespace of its own: netns or none.")]
    public Isolation Isolation { get; init; } = Isolation.None;

    [Column("Host that the server ran on; empty where all ran on one machine.")]
    public string? ServerHost { get; init; }

    [Metric("count", Neither, All, "Hosts that the swarm ran on; likewise.")]
    public int? SwarmHosts { get; init; }

    [Column("Between the hosts: loopback, veth, or driver and speed of the server's card; likewise.")]
    public string? Network { get; init; }

    [Metric("µs", Lower, Gap,
        "How exactly a client's clock is known against the server's, before and after the window: of the client that is known worst; likewise.")]
    public double? ClockBoundUs { get; init; }

    [Metric("µs", Lower, Throughput | Latency, "From the first start of a swarm to the last, by the clock of the server's host; likewise.")]
    public double? StartSpreadUs { get; init; }

    [Metric("count", Lower, All, "Hosts that were lost in this repeat, earlier attempts included; likewise.")]
    public int? HostsLost { get; init; }

    [Metric("count", Neither, All, "Which attempt brought the row: after a lost host the repeat is tried again; likewise.")]
    public int? Attempt { get; init; }

    [Column("Seed of every random choice of the repeat.")]
    public ulong Seed { get; init; }

    [Column("When the measured window began: UTC, ISO 8601.")]
    public string? StartedUtc { get; init; }

    [Metric("s", Neither, None,
        "Seconds of the repeat spent in warm-up and measuring; of a restart until the end of the last probe is known; of an accept-only "
        + "probe while connections were made and taken, of a stall also the quiet time that tells who waits. The rest is overhead. Empty "
        + "where nothing was measured.")]
    public double? MeasuringS { get; init; }

    [Column("Whether swarm, server and kernel agree in their counts of the whole repeat; empty where they could not be compared.")]
    public bool? CountsAgree { get; init; }

    /// <summary>The worst of the reasons, as far as they affect what the experiment is about.</summary>
    [Column("ok, limited or invalid: the worst grade of the reasons that affect what the experiment is about.", Name = "verdict")]
    public Grade Grade { get; init; }

    [Column(
        "Codes of the reasons, separated by semicolons; see VERDICTS.md. Reasons that only a whole run shows (cpu-speed, cpu-speed-changed) are added when the "
        + "run ends; a run that was killed lacks them here, and its report has them.",
        Name = "verdict_reasons")]
    public Verdict Verdict { get; init; } = Verdict.Ok;

    [Column("Why the repeat failed; after \"skipped: \" what is missing on this host; otherwise empty.")]
    public string? Failure { get; init; }

    /// <summary>Whether the repeat could not be had on this host, by rule: neither measured nor failed.</summary>
    public bool IsSkipped => Failure?.StartsWith(SkippedPrefix, StringComparison.Ordinal) == true;

    /// <summary>The row with its verdict, and the grade that follows.</summary>
    public ResultRow With(Verdict verdict) => this with { Verdict = verdict, Grade = verdict.GradeFor(VerdictRules.FiguresOf(Cell.Experiment)) };
}
