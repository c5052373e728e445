using ReuseBench.Core.Cells;

namespace ReuseBench.Core.Verdicts;

/// <summary>What is known of a repeat when its verdict is found. What was not measured is null and convicts nobody.</summary>
public sealed record Evidence
{
    public required Experiment Experiment { get; init; }

    public required LoadShape Load { get; init; }

    public Driver Driver { get; init; } = Driver.Native;

    /// <summary>What was measured in the window: responses; connections, of an accept-only probe.</summary>
    public required long Requests { get; init; }

    /// <summary>Failed connects and requests in the window, and those that were dropped unstarted; null where there are no requests.</summary>
    public long? Errors { get; init; }

    /// <summary>Of these, open loop: dropped unstarted. They are in no percentile, and cost the server nothing.</summary>
    public long Dropped { get; init; }

    public long ErrorsAddress { get; init; }

    /// <summary>Connects of the window: opened, refused, or without a free address; null where that is not known.</summary>
    public long? Connects { get; init; }

    /// <summary>Of the busiest client thread: share of the window not spent waiting, 0 to 1.</summary>
    public double? ClientNeverIdleShare { get; init; }

    /// <summary>
    /// CPU time of the busiest client thread, or of a client whose driver has no threads of its own, over what it could have had, 0 to 1.
    /// </summary>
    public double? ClientBusyShare { get; init; }

    /// <summary>Mean over the client threads of the larger of the two, 0 to 1; null where the driver has none.</summary>
    public double? ClientMeanLoadShare { get; init; }

    /// <summary>Times within the window in which a client thread stood still; and how long the one that did so most, in ms.</summary>
    public int? Stalls { get; init; }

    public double? StalledTotalMs { get; init; }

    /// <summary>Connections of the load that were not up when the window began.</summary>
    public int? ConnectionsMissing { get; init; }

    /// <summary>Connects whose call searched long for a free port; source ports that there are, and those taken at once.</summary>
    public long? SlowConnects { get; init; }

    public long? SourcePortsAvailable { get; init; }

    public long? SourcePortsNeeded { get; init; }

    /// <summary>CPU seconds of the server in the window over the CPU seconds it could have had, 0 to 1.</summary>
    public double? ServerBusyShare { get; init; }

    /// <summary>Of the CPU of a worker that had least left: share of the window in which it ran anything, interrupts included, 0 to 1.</summary>
    public double? BusiestServerCpuShare { get; init; }

    /// <summary>The same as a mean over the workers' CPUs.</summary>
    public double? MeanServerCpuShare { get; init; }

    /// <summary>
    /// Where workers are pinned: CPU time of the server's threads on the CPU of a worker that had most, over the window, 0 to 1; and the mean over the
    /// workers' CPUs. They go before what the CPUs did, which holds what others did there.
    /// </summary>
    public double? BusiestWorkerShare { get; init; }

    public double? MeanWorkerShare { get; init; }

    /// <summary>Whether a connection stays with the worker that took it for all the load's requests; null where that is not known.</summary>
    public bool? ConnectionsStay { get; init; }

    /// <summary>Open loop: requests whose intended time lay in the window.</summary>
    public long? Scheduled { get; init; }

    /// <summary>Open loop: requests per second that came to their end within the window, whenever they were due.</summary>
    public double? RateAchieved { get; init; }

    /// <summary>Closed loop: connections that have a request in progress at any time; null where something else lies between two requests.</summary>
    public int? LoopConnections { get; init; }

    /// <summary>Mean latency in seconds, and CPU seconds of all client threads in the window.</summary>
    public double? MeanLatencyS { get; init; }

    public double? ClientCpuS { get; init; }

    /// <summary>Length of the window in seconds.</summary>
    public double WindowS { get; init; }

    /// <summary>Share of requests started more than 1 ms after they could be, 0 to 1.</summary>
    public double? LateShare { get; init; }

    /// <summary>Restarts: how exactly the gap is known, in ms; and the gap itself and the interval of the probes, in ms.</summary>
    public double? GapUncertaintyMs { get; init; }

    public double? GapMs { get; init; }

    public double? ProbeIntervalMs { get; init; }

    /// <summary>
    /// Open loop: by how much the swarm's generator lag lengthens a percentile up to the 99th at most, over the percentile without it (<see
    /// cref="Statistics.GeneratorLag"/>).
    /// </summary>
    public double? GeneratorLagShare { get; init; }

    /// <summary>The same of the swarm's queue: its lag without the wake-ups of idle threads.</summary>
    public double? GeneratorQueueShare { get; init; }

    /// <summary>The lag's share over every percentile that is published, the far tail included.</summary>
    public double? GeneratorLagTailShare { get; init; }

    /// <summary>Whether the swarm's waits end to the nanosecond (epoll_pwait2) or on whole milliseconds.</summary>
    public bool? NanosecondPacing { get; init; }

    public long? ListenOverflows { get; init; }

    public long? ListenDrops { get; init; }

    /// <summary>Without a namespace of the repeat's own: dropped handshakes of the whole host meanwhile, whoever's they were.</summary>
    public long? HostListenOverflows { get; init; }

    /// <summary>Likewise: TCP segments that the whole host sent meanwhile, and those of them that it sent again.</summary>
    public long? HostSegmentsSent { get; init; }

    public long? HostRetransmits { get; init; }

    /// <summary>Share of the window that the hypervisor took from the CPU of a worker or client thread that it took most from, 0 to 1.</summary>
    public double? StealShare { get; init; }

    /// <summary>CPU time of other processes on the CPU of a worker or client thread that had most of it, over what this CPU had, 0 to 1.</summary>
    public double? BackgroundShare { get; init; }

    /// <summary>Whether the window was long enough for the ticks that tell of <see cref="StealShare"/> and <see cref="BackgroundShare"/>.</summary>
    public bool? CpuTimesSeen { get; init; }

    /// <summary>Periods of the window in which the control group's CPU quota stopped this run; and all periods of the quota in it.</summary>
    public long? ThrottledPeriods { get; init; }

    public long? QuotaPeriods { get; init; }

    /// <summary>TCP segments sent by the kernel over the repeat's life; of them, sent again; of those, SYNs and SYN-ACKs.</summary>
    public long? SegmentsSent { get; init; }

    public long? Retransmits { get; init; }

    public long? SynRetransmits { get; init; }

    /// <summary>Entries of the connection tracking table at the repeat's end, how many it holds at most, and packets dropped for want of room.</summary>
    public long? ConntrackEntries { get; init; }

    public long? ConntrackMax { get; init; }

    public long? ConntrackDrops { get; init; }

    /// <summary>CPUs' worth of time that the control group's quota allows; null without a quota.</summary>
    public double? CpuQuota { get; init; }

    /// <summary>Null where the number of CPUs does not matter: counts and no speed.</summary>
    public int? Workers { get; init; }

    /// <summary>CPUs that the server could use; null likewise.</summary>
    public int? ServerCpus { get; init; }

    /// <summary>Physical cores that these CPUs belong to; null where that is not known.</summary>
    public int? ServerCores { get; init; }

    /// <summary>CPUs that server and swarm occupy together; null where that is not known.</summary>
    public int? OccupiedCpus { get; init; }

    /// <summary>Whether server and swarm had CPUs of their own; null likewise.</summary>
    public bool? DisjointCpus { get; init; }

    /// <summary>
    /// By how much the level changed within the window, over the level before: the greater of the last third against the first and of one step; and
    /// how often chance makes such a step (<see cref="Statistics.SteadyState"/>). Of responses in a closed loop, of latencies in an open one.
    /// </summary>
    public double? LevelChange { get; init; }

    public double? LevelChangeP { get; init; }

    /// <summary>What the kernel reads the time from; null where that is not known.</summary>
    public string? ClockSource { get; init; }

    /// <summary>
    /// Speed of its CPUs relative to what is usual in the run on the same, over 0; known only when the run has ended. At the better of its own two
    /// moments; and, of that and those of its neighbours in time, what is nearest to the usual: a change that lasts shows in it, a moment's company does not.
    /// </summary>
    public double? CpuSpeed { get; init; }

    public double? LastingCpuSpeed { get; init; }

    /// <summary>Listening sockets of the server on its port; and how many its mode means, null where that is not to be doubted.</summary>
    public int? Listeners { get; init; }

    public int? ListenersMeant { get; init; }

    /// <summary>Several hosts: those that were lost before they brought their part; null on one machine.</summary>
    public int? HostsMissing { get; init; }

    /// <summary>Likewise: client hosts that had been given up before, whose part the others took.</summary>
    public int? HostsGivenUp { get; init; }

    /// <summary>Several hosts: how exactly the clock of a client is known against the server's, of the one that is known worst, in seconds.</summary>
    public double? ClockBoundS { get; init; }

    /// <summary>Several hosts: from the first start of a swarm to the last, in seconds.</summary>
    public double? StartSpreadS { get; init; }

    /// <summary>Several hosts: share of its card's speed that a host sent or received in the window, of the one that had most, 0 to 1.</summary>
    public double? CardShare { get; init; }

    /// <summary>Several hosts: segments that a host sent again over those that it sent, of the one that had most, 0 to 1.</summary>
    public double? HostsRetransmitShare { get; init; }

    /// <summary>Whether the whole-life counts of swarm, server and kernel agree; null where they could not be compared.</summary>
    public bool? CountsAgree { get; init; }
}
