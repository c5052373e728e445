using ReuseBench.Core.Cells;

namespace ReuseBench.Core.Verdicts;

/// <summary>Rules about the load generator: its threads, its schedule, its source ports, and how it stands against the server.</summary>
public static partial class VerdictRules
{
    /// <summary>A client thread that waited less than 5 % of the window had nothing left to give.</summary>
    public const double SaturatedNeverIdleShare = 0.95;

    /// <summary>
    /// A server that used this much of its CPUs, as a mean over its workers, was at its own limit, whatever the client had left. One full worker among
    /// idle ones is no such limit, but <see cref="Placement"/>.
    /// </summary>
    public const double ServerAtLimitShare = 0.95;

    /// <summary>In a closed loop a client thread this busy is held against the server, share against share.</summary>
    public const double ComparedNeverIdleShare = 0.90;

    /// <summary>
    /// By this much the client must be busier than the server before a closed loop's figure is called the client's. Between that and a server at its
    /// limit the figure is ranked, and marked as the loop's: a repeat that lands on the other side of a threshold by chance stays in the median.
    /// </summary>
    public const double ClearlyBusier = 0.10;

    public const double LateShareLimit = 0.01;

    /// <summary>Above this share of the percentile without it, the generator lag is said beside it.</summary>
    public const double GeneratorLagMarkedShare = 0.10;

    /// <summary>
    /// Above this share the queue in the swarm makes a percentile half as long again. The wake-ups of an idle thread are not held against it: each
    /// client on the host has them, whatever the load, and below that they limit the figure by <see cref="GeneratorLagMarkedShare"/>.
    /// </summary>
    public const double GeneratorQueueInvalidShare = 0.50;

    /// <summary>
    /// A client thread that is busy so much of the time is a queue of its own: on top of the lag that is measured it delays the server's next
    /// requests. From half on that is said; from three quarters on requests wait for it longer than it works on them.
    /// </summary>
    public const double OpenBusyMarkedShare = 0.50;
    public const double OpenBusyInvalidShare = 0.75;

    /// <summary>Of the window. With less of it in stalls of the swarm, the percentiles up to the 99th are of the rest.</summary>
    public const double StalledShareLimit = 0.01;

    /// <summary>Of the source ports: past half of them the kernel searches for free ones (__inet_hash_connect).</summary>
    public const double SourcePortsShare = 0.5;

    /// <summary>Of the connects: when so many take 1 ms and more, the search takes as long as the connects themselves.</summary>
    public const double SlowConnectsShare = 0.01;

    /// <summary>Of the connects: less is an accident of single tuples, and counted among the errors.</summary>
    public const double AddressErrorShare = 0.001;

    /// <summary>Of the connections of a closed loop.</summary>
    public const double LoopIdleShare = 0.05;

    /// <summary>In an open loop the rate is given, so only a client at its own limit counts.</summary>
    public static VerdictRule ClientSaturated { get; } = new(
        "client-saturated", Figures.Throughput | Figures.Latency, Grade.Invalid,
        "The client threads had next to no idle time, and the server had clearly more (a tenth of its CPUs) or is not known. The value is the "
        + "client's limit, not the server's.",
        "Give the swarm more CPUs or threads.",
        e => !SearchesForPorts(e)
            && (e.Load == LoadShape.Open || e.ServerBusyShare is null
                ? ClientLoad(e) >= SaturatedNeverIdleShare && !IsServerAtLimit(e)
                : IsClearlyBusier(e)))
    {
        DependsOnFigure = true,
    };

    public static VerdictRule ServerNotAtLimit { get; } = new(
        "server-not-at-limit", Figures.Throughput, Grade.Limited,
        "The server left more than 5 % of its CPUs' time. The value is that of the whole loop of client and server, not what the server can "
        + "carry.",
        "Use more connections or give the swarm more CPUs.",
        e => IsBelowLimit(e) && !HasUsedUpCpu(e));

    public static VerdictRule Placement { get; } = new(
        "placement", Figures.Throughput, Grade.Limited,
        "A worker used up its CPU while others had time left: the connections were spread unevenly. The value is that of this spread, not "
        + "what all workers together can carry.",
        "Use more connections for each worker.",
        e => IsBelowLimit(e) && HasUsedUpCpu(e) && e.Workers > 1);

    public static VerdictRule GeneratorBehind { get; } = new(
        "generator-behind-schedule", Figures.Latency, Grade.Invalid,
        "The swarm (the client side) did not keep up: more than 1 % of the requests were started over 1 ms late though a connection was free, or the "
        + "wait for the swarm, at the start or for a response to be read, lengthens a percentile up to the 99th by more than half, or a client "
        + "thread was busy for three quarters of the window.",
        "Use a lower rate or give the swarm more CPUs and threads.",
        IsBehind)
    {
        DependsOnFigure = true,
    };

    public static VerdictRule GeneratorStalled { get; } = new(
        "generator-stalled", Figures.Latency, Grade.Invalid,
        "A client thread stood still for more than 1 % of the window, though it had work. What was due or received then is late by the swarm's "
        + "own doing.",
        "Give the swarm CPUs of its own.",
        e => e.StalledTotalMs > StalledLimitMs(e));

    public static VerdictRule GeneratorStalledBriefly { get; } = new(
        "generator-stalled-briefly", Figures.Latency, Grade.Limited,
        "A client thread stood still for 10 ms or more within the window, though it had work, and for no more than 1 % of it. The far tail may "
        + "show the swarm.",
        "Give the swarm CPUs of its own.",
        e => e.Stalls > 0 && !(e.StalledTotalMs > StalledLimitMs(e)));

    public static VerdictRule GeneratorLag { get; } = new(
        "generator-lag", Figures.Latency, Grade.Limited,
        "The swarm's own lag at the start and in reading responses lengthens a published percentile by more than a tenth, or a client thread "
        + "was busy for half of the window. The value is an upper limit of the server's latency.",
        "Use a lower rate or give the swarm more CPUs and threads.",
        e => e.Load == LoadShape.Open && !IsBehind(e)
            && (e.GeneratorLagTailShare > GeneratorLagMarkedShare || IsBusy(e, OpenBusyMarkedShare)));

    public static VerdictRule CoarsePacing { get; } = new(
        "coarse-pacing", Figures.Latency, Grade.Limited,
        "This kernel cannot wake the swarm between two milliseconds. Requests start in bursts, which queue behind each other.",
        "Use Linux 5.11 or later (epoll_pwait2).",
        e => e.Load == LoadShape.Open && e.NanosecondPacing == false);

    public static VerdictRule AddressesExhausted { get; } = new(
        "addresses-exhausted", Figures.All, Grade.Invalid,
        "0.1 % of the connects or more failed for want of a free local address and port.",
        "Use more source addresses, a wider port range or close by RST.",
        e => e.ErrorsAddress > 0 && !(e.ErrorsAddress < e.Connects * AddressErrorShare))
    {
        DependsOnFigure = true,
    };

    public static VerdictRule AddressesShort { get; } = new(
        "addresses-short", Figures.All, Grade.Limited,
        "Fewer than 0.1 % of the connects failed for want of a free local address and port.",
        "Use more source addresses, a wider port range or close by RST.",
        e => e.ErrorsAddress > 0 && e.ErrorsAddress < e.Connects * AddressErrorShare);

    public static VerdictRule SourcePortsUsedUp { get; } = new(
        "source-ports-used-up", Figures.Throughput | Figures.Latency, Grade.Invalid,
        "Source ports nearly used up: over half of them were taken, and more than 1 % of the connects took 1 ms or more to find a free one. "
        + "The value is that of the search.",
        "Use more source addresses, a wider port range or close by RST.",
        SearchesForPorts)
    {
        DependsOnFigure = true,
    };

    public static VerdictRule SourcePorts { get; } = new(
        "source-ports", Figures.Throughput | Figures.Latency, Grade.Limited,
        "Source ports nearly used up: over half of them were taken, and connects took long to find a free one, or found none.",
        "Use more source addresses, a wider port range or close by RST.",
        e => ArePortsScarce(e) && !SearchesForPorts(e));

    public static VerdictRule ConnectionsMissing { get; } = new(
        "connections-missing", Figures.Throughput | Figures.Latency, Grade.Limited,
        "Connections that were to carry the load had had no response yet when the window began. The load was less than asked for.",
        "Use a longer warm-up, and see the errors of the repeat.",
        e => e.ConnectionsMissing > 0);

    public static VerdictRule LoopIdle { get; } = new(
        "loop-idle", Figures.Throughput | Figures.Latency, Grade.Limited,
        "Throughput times mean latency (Little's law) is not the number of connections of the closed loop, by more than 5 % and the swarm's own work. "
        + "Connections were idle between a response and the next request, or something was counted wrongly.",
        "Give the swarm CPUs of its own, and see its stalls.",
        e => LoopGap(e) is double gap && Math.Abs(gap) > LoopSlack(e));

    public static VerdictRule DriverLimits { get; } = new(
        "driver-limits", Figures.Latency, Grade.Limited,
        "This driver does not say when a request was meant to start, so its own lateness is in no latency; and it spreads the "
        + "requests of each second over it at random.",
        "Use driver: native.",
        e => e.Driver == Driver.Nbomber && e.Load == LoadShape.Open);

    /// <summary>
    /// Connections that neither a latency nor an error accounts for; null where that cannot be said. What failed is in no latency, and a connection
    /// that was late had none.
    /// </summary>
    private static double? LoopGap(Evidence e) =>
        e.WindowS > 0 && e.Requests > 0 && !HasErrors(e, ErrorShareLimit, 0) && !(e.ConnectionsMissing > 0)
            ? e.LoopConnections - (e.Requests / e.WindowS * e.MeanLatencyS)
            : null;

    /// <summary>
    /// What lies between a response and the next request is the swarm's work, at most all its CPU time. Requests that the window's ends cut are in one of
    /// the two figures only.
    /// </summary>
    private static double LoopSlack(Evidence e) =>
        (e.LoopConnections!.Value * (LoopIdleShare + (e.MeanLatencyS!.Value / e.WindowS))) + ((e.ClientCpuS ?? 0) / e.WindowS);

    /// <summary>A thread can be busy without using the CPU (it is not scheduled), and use it while it waits (in a call that polls).</summary>
    private static double? ClientLoad(Evidence e) =>
        e.ClientNeverIdleShare is double busy ? Math.Max(busy, e.ClientBusyShare ?? 0) : e.ClientBusyShare;

    /// <summary>Like with like: the means of both sides, or the busiest of both.</summary>
    private static bool IsClearlyBusier(Evidence e)
    {
        // Connections that stay with a worker at its limit can give the client no more, whatever the mean of the workers is.
        bool isHeldByWorker = e.ConnectionsStay == true && HasUsedUpCpu(e);
        return !isHeldByWorker
            && (IsClearlyBusier(e.ClientMeanLoadShare ?? ClientLoad(e), MeanServerLoad(e))
                || IsClearlyBusier(ClientLoad(e), e.BusiestWorkerShare ?? e.BusiestServerCpuShare));
    }

    private static bool IsClearlyBusier(double? client, double? server) => client >= ComparedNeverIdleShare && client - server > ClearlyBusier;

    /// <summary>
    /// The workers' own time where they are pinned. Otherwise: what processes are charged for lacks interrupts on some kernels; what CPUs did holds what
    /// others did there.
    /// </summary>
    private static double? MeanServerLoad(Evidence e) => e.MeanWorkerShare
        ?? (e.MeanServerCpuShare is double cpus && !IsDisturbed(e) ? Math.Max(cpus, e.ServerBusyShare ?? 0) : e.ServerBusyShare);

    private static bool IsServerAtLimit(Evidence e) => MeanServerLoad(e) >= ServerAtLimitShare;

    private static bool IsBelowLimit(Evidence e) =>
        e.Load == LoadShape.Closed && MeanServerLoad(e) < ServerAtLimitShare && !IsClearlyBusier(e)
        // One that is stopped again and again has no limit to be at.
        && e.Experiment != Experiment.Restart;

    /// <summary>A CPU that others filled says nothing of the server.</summary>
    private static bool HasUsedUpCpu(Evidence e) => e.BusiestWorkerShare is double worker
        ? worker >= ServerAtLimitShare
        : e.BusiestServerCpuShare >= ServerAtLimitShare && !IsDisturbed(e);

    private static bool IsBehind(Evidence e) =>
        e.Load == LoadShape.Open
        && (e.LateShare > LateShareLimit || e.GeneratorQueueShare > GeneratorQueueInvalidShare || IsBusy(e, OpenBusyInvalidShare));

    /// <summary>A thread that is busy with the search for source ports has a reason of its own.</summary>
    private static bool IsBusy(Evidence e, double share) => ClientLoad(e) >= share && !SearchesForPorts(e);

    private static double StalledLimitMs(Evidence e) => e.WindowS * 1000 * StalledShareLimit;

    private static bool ArePortsScarce(Evidence e) =>
        e.SourcePortsNeeded > e.SourcePortsAvailable * SourcePortsShare && (e.SlowConnects > 0 || e.ErrorsAddress > 0);

    private static bool SearchesForPorts(Evidence e) => ArePortsScarce(e) && e.SlowConnects > e.Connects * SlowConnectsShare;
}
