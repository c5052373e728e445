using ReuseBench.Core.Units;

namespace ReuseBench.Core.Cells;

/// <summary>Everything that <c>load</c> can be told but its target. Immutable; <see cref="Validate"/> holds it against its own limits.</summary>
public sealed record LoadSettings
{
    public const int DefaultConnections = 64;
    public const int MaxConnections = 1_000_000;
    public const int MaxThreads = 1024;
    public const double MaxRate = 10_000_000;
    public const double MaxRatePercent = 300;
    public const int MaxConnectionsPerWorker = 100_000;

    /// <summary>With so many connections for each worker none of them waits for a request; below it their spread decides the figure.</summary>
    public const int EnoughForEachWorker = 16;

    public const int MaxRequestBytes = 16 * 1024 * 1024;
    public const int MaxIntervals = 1_000_000;

    /// <summary>Of an opening that is spaced: a longer one is none that anybody waits for.</summary>
    public static readonly Duration LongestOpening = Duration.FromSeconds(300);

    /// <summary>A window that holds a few requests at best.</summary>
    public static readonly Duration Shortest = Duration.FromMilliseconds(1);

    /// <summary>The top of the latency histograms: a longer wait could not be recorded as what it was.</summary>
    public static readonly Duration MaxTimeout = Duration.FromSeconds(60);

    public Workload Workload { get; init; } = Workload.Keepalive;

    /// <summary>Closed unless a rate is given.</summary>
    public LoadShape Load => Rate is null && RatePercent is null ? LoadShape.Closed : LoadShape.Open;

    /// <summary>
    /// Closed loop: connections that each have one request in progress. Open loop: the most connections that may be open at once;
    /// a request that finds none free waits, and its latency goes on counting from its intended time.
    /// </summary>
    public int Connections { get; init; } = DefaultConnections;

    /// <summary>As <see cref="Connections"/>, in a cell whose connections grow with its workers; null where they do not.</summary>
    public int? ConnectionsPerWorker { get; init; }

    /// <summary>
    /// Requests per second over all threads; null is a closed loop, or a <see cref="RatePercent"/> of a capacity that is not yet measured.
    /// </summary>
    public double? Rate { get; init; }

    /// <summary>
    /// The rate in percent of the best throughput that the same run measures of the servers that are compared; above 100 is an overload. Null where
    /// the rate is a number.
    /// </summary>
    public double? RatePercent { get; init; }

    /// <summary>The arrival process of an open loop.</summary>
    public Arrivals Arrivals { get; init; } = Arrivals.Constant;

    /// <summary>Client threads, each with an epoll loop of its own.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Local addresses of the clients; none lets the kernel choose.</summary>
    public AddressSet Sources { get; init; } = AddressSet.Any;

    public SourcePlan SourcePlan { get; init; } = SourcePlan.Ephemeral;

    /// <summary>Ports that a plan may bind; null takes net.ipv4.ip_local_port_range.</summary>
    public PortRange? SourcePorts { get; init; }

    public ConnectionClose Close { get; init; } = ConnectionClose.Rst;

    /// <summary>Bytes of the request body; 0 sends a GET, more a POST.</summary>
    public int RequestBytes { get; init; }

    /// <summary>Header lines of each request beside those that its body and its connection ask for.</summary>
    public HeaderLines RequestHeaders { get; init; } = HeaderLines.None;

    /// <summary>Path of the request line.</summary>
    public string Path { get; init; } = "/";

    /// <summary>The measured window.</summary>
    public Duration Duration { get; init; } = Duration.FromSeconds(10);

    /// <summary>Load before the window whose figures are thrown away.</summary>
    public Duration Warmup { get; init; } = Duration.FromSeconds(1);

    /// <summary>
    /// The time at the beginning of the warm-up in which the load grows evenly from nothing to all of it; 0 for none. At most the warm-up: what
    /// is measured is the whole load.
    /// </summary>
    public Duration Ramp { get; init; } = Duration.Zero;

    /// <summary>
    /// Closed loop over persistent connections: the time from the opening of one to that of the next, over all threads; 0 opens them as fast as the server
    /// answers.
    /// </summary>
    public Duration OpenSpacing { get; init; } = Duration.Zero;

    /// <summary>Closed loop over persistent connections: each sends one request when it is opened, and none after it.</summary>
    public bool Idle { get; init; }

    /// <summary>
    /// The connections go to the target over IPv4 and over IPv6 in turn, half of them each, from addresses that the kernel chooses.
    /// </summary>
    public bool DualStack { get; init; }

    /// <summary>From the beginning of the warm-up until the last connection of a closed loop begins, or an open loop has its rate.</summary>
    public Duration Opening => OpenSpacing > Duration.Zero ? OpenSpacing * Connections : Ramp;

    /// <summary>From the beginning of the warm-up to that of the window, which does not begin before all connections have.</summary>
    public Duration BeforeWindow => Opening > Warmup ? Opening : Warmup;

    /// <summary>
    /// After this long an answer counts as lost, from the send of its request. In an open loop also how long a request may wait for a free
    /// connection, from its intended time, before it is dropped unstarted. The latency counts from the intended time all the while.
    /// </summary>
    public Duration Timeout { get; init; } = Duration.FromSeconds(10);

    /// <summary>After this long a connect counts as lost, from connect(2).</summary>
    public Duration ConnectTimeout { get; init; } = Duration.FromSeconds(10);

    /// <summary>The longest that a latency can become: the limits of its phases, one after the other.</summary>
    public Duration LongestLatency => (Load == LoadShape.Open ? Timeout : Duration.Zero) + ConnectTimeout + Timeout;

    /// <summary>A refused client tries again after this long; a closed loop must not spin.</summary>
    public Duration RetryDelay { get; init; } = Duration.FromMilliseconds(1);

    /// <summary>Width of one interval of the timeline; whole milliseconds.</summary>
    public Duration Interval { get; init; } = Duration.FromMilliseconds(100);

    /// <summary>The response header that names the worker; empty for none.</summary>
    public string WorkerHeader { get; init; } = "X-Worker";

    public ulong Seed { get; init; } = 1;

    /// <summary>CPUs that the client threads are pinned to, thread i to the (i mod n)th; empty pins nothing.</summary>
    public CpuList Cpus { get; init; } = CpuList.None;

    /// <summary>
    /// Whether the client threads run on CPUs that the server uses too. They then take real-time priority, or a schedule could not be held
    /// beside busy workers; for loads that need little of a CPU. In a matrix: the server gets the swarm's CPUs too where its own are fewer
    /// than its workers.
    /// </summary>
    public bool ShareCpus { get; init; }

    /// <summary>Whether a target that refuses the first connections is an error before the start; false where the target comes and goes.</summary>
    public bool ProbeTarget { get; init; } = true;

    /// <summary>Open loop: keep one record of each attempt, for what has to be seen attempt by attempt (restart gap, affinity).</summary>
    public bool RecordAttempts { get; init; }

    /// <exception cref="UsageException">A setting is out of its range or does not go with another.</exception>
    public void Validate()
    {
        Require(Connections is >= 1 and <= MaxConnections, $"connections: {Connections} is out of range; use 1 to {MaxConnections}");
        Require(Threads is >= 1 and <= MaxThreads, $"threads: {Threads} is out of range; use 1 to {MaxThreads}");
        Require(
            ConnectionsPerWorker is null or (>= 1 and <= MaxConnectionsPerWorker),
            $"connections_per_worker: {ConnectionsPerWorker} is out of range; use 1 to {MaxConnectionsPerWorker}");
        Require(
            ConnectionsPerWorker is not null || Threads <= Connections,
            $"threads: {Threads} threads cannot share {Connections} connections; use at most one thread for each connection");
        Require(Rate is null or (> 0 and <= MaxRate), $"rate: {Rate} is out of range; use a number above 0 up to {MaxRate}, or leave it out for a closed loop");
        Require(
            RatePercent is null or (> 0 and <= MaxRatePercent),
            $"rate: {RatePercent}% is out of range; use a percentage above 0 up to {MaxRatePercent}, such as 70%");
        Require(RequestBytes is >= 0 and <= MaxRequestBytes, $"request-bytes: {RequestBytes} is out of range; use 0 to {MaxRequestBytes}");
        Require(Duration >= Shortest, $"duration: {Duration} is too short to measure anything; use {Shortest} or more");
        Require(
            Ramp >= Duration.Zero && Ramp <= Warmup,
            $"ramp: {Ramp} does not fit into the warm-up of {Warmup}, and a ramp is no part of a measured window; use 0s to {Warmup}, or a longer warmup");
        Require(
            OpenSpacing == Duration.Zero || Ramp == Duration.Zero,
            $"open_spacing: the ramp of {Ramp} spaces the openings already; leave out one of the two");
        Require(
            OpenSpacing >= Duration.Zero && OpenSpacing <= LongestOpening && (ConnectionsPerWorker is not null || OpenSpacing * Connections <= LongestOpening),
            $"open_spacing: {Connections} connections {OpenSpacing} apart are opened for longer than {LongestOpening}; use fewer, or a shorter spacing");
        Require(
            !DualStack || (Sources.IsAny && !SourcePlan.BindsPorts),
            "dual_stack: clients of two families have no source address in common; leave out sources and source_plan, so that the kernel chooses");
        Require(!DualStack || ConnectionsPerWorker is not null || Connections >= 2, "dual_stack: one connection is of one family; use 2 connections or more");
        Require(Timeout > Duration.Zero, "timeout: every request would be lost; use 1ms or more");
        Require(ConnectTimeout > Duration.Zero, "connect-timeout: every connect would be lost; use 1ms or more");
        Require(
            Interval.Nanoseconds >= 1_000_000 && Interval.Nanoseconds % 1_000_000 == 0,
            $"interval: {Interval} is not a whole number of milliseconds; use 1ms or more");
        Require(
            Duration.Nanoseconds / Interval.Nanoseconds <= MaxIntervals,
            $"interval: {Interval} cuts {Duration} into more than {MaxIntervals} intervals; use a longer interval or a shorter duration");
        Require(Timeout <= MaxTimeout, $"timeout: {Timeout} is out of range; use at most {MaxTimeout}");
        Require(ConnectTimeout <= MaxTimeout, $"connect-timeout: {ConnectTimeout} is out of range; use at most {MaxTimeout}");
        Require(
            LongestLatency <= MaxTimeout,
            $"timeout: {(Load == LoadShape.Open ? "the wait for a connection, " : "")}connect and response may take "
            + $"{LongestLatency} together, and latencies are recorded up to "
            + $"{MaxTimeout}; use a shorter timeout or connect-timeout");
        Require(Path.StartsWith('/') && Path.All(c => c is > ' ' and < '\x7f'), $"path: '{Path}' is not a request path; begin with / and leave out blanks");
        Require(
            WorkerHeader.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'),
            $"worker-header: '{WorkerHeader}' is not a header name; use letters, digits, - and _");
    }

    private static void Require(bool holds, string problem)
    {
        if (!holds)
        {
            throw new UsageException(problem);
        }
    }
}
