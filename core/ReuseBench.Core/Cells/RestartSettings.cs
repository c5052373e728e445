using ReuseBench.Core.Units;

namespace ReuseBench.Core.Cells;

/// <summary>How the server comes back; the rows of the restart experiment.</summary>
public enum RestartMethod
{
    [Meaning("One process closes its listener and listens again, in a loop (the variant `restart`).")]
    Loop,

    [Meaning("Without SO_REUSEADDR: the new process retries bind(2) until no TIME_WAIT holds the port.")]
    None,

    [Meaning("As `none`, probed from the very client addresses and ports that TIME_WAIT holds.")]
    NoneSameTuples,

    [Meaning("With SO_REUSEADDR on both listeners: the new process binds over TIME_WAIT.")]
    Reuseaddr,

    [Meaning("The new process listens in the same SO_REUSEPORT group before the old one stops.")]
    ReuseportOverlap,

    [Meaning("The listening socket itself is passed from the old process to the new one (SCM_RIGHTS).")]
    Handoff,

    [Meaning("A supervisor holds the listening socket, and both processes inherit it (LISTEN_FDS).")]
    SocketActivation,

    [Meaning("A selector sends new connections to the new process. The old listener is emptied before it closes.")]
    ReuseportDrain,
}

/// <summary>How the old server is stopped.</summary>
public enum StopSignal
{
    [Meaning("SIGTERM: connections are drained.")]
    Graceful,

    [Meaning("SIGKILL: connections end at once.")]
    Kill,
}

/// <summary>What the restart isolates.</summary>
public enum RestartScope
{
    [Meaning("A process ends, another starts.")]
    Process,

    [Meaning("One process closes and listens again: the kernel's share, without process start-up.")]
    Thread,
}

/// <summary>What the server has in hand at the restart.</summary>
public enum RestartLoad
{
    [Meaning("Probes only, served at once.")]
    Idle,

    [Meaning("Requests that are sent by half, and so in progress.")]
    InFlight,

    [Meaning("A standing accept queue: the service time is above the arrival interval.")]
    Queued,
}

/// <summary>The settings that only cells of the experiment <c>restart</c> have.</summary>
public sealed record RestartSettings
{
    public RestartMethod Method { get; init; } = RestartMethod.Loop;

    public StopSignal Stop { get; init; } = StopSignal.Graceful;

    public RestartScope Scope { get; init; } = RestartScope.Process;

    public RestartLoad Load { get; init; } = RestartLoad.Idle;

    /// <summary>net.ipv4.tcp_migrate_req in the cell's namespace; null leaves it alone.</summary>
    public int? MigrateReq { get; init; }

    /// <summary>After this long without a listener the gap is recorded as "at least".</summary>
    public Units.Duration Timeout { get; init; } = Units.Duration.FromSeconds(5);

    /// <summary>
    /// From the start of the new server to its first bind(2): what the start of a user's own server takes. Ours is ready beforehand, so that a gap is
    /// the restart method's alone.
    /// </summary>
    public Units.Duration StartDelay { get; init; }

    /// <exception cref="UsageException">The combination does not exist, or nothing would be waited for.</exception>
    public void Validate()
    {
        if (RestartRules.WhyNot(this) is { } why)
        {
            throw new UsageException($"restart: {RestartRules.Describe(this)} does not exist, since {why}");
        }

        if (Timeout < Units.Duration.FromMilliseconds(100) || Timeout > Units.Duration.FromSeconds(3600))
        {
            throw new UsageException($"restart-timeout: {Timeout} is out of range; use 100ms to 1h");
        }

        if (StartDelay < Units.Duration.Zero || StartDelay > Units.Duration.FromSeconds(3600))
        {
            throw new UsageException($"start-delay: {StartDelay} is out of range; use 0s to 1h");
        }
    }
}

/// <summary>Which combinations of restart settings do not exist, and why: a matrix leaves them out by rule and lists them.</summary>
public static class RestartRules
{
    /// <returns>One sentence without the full stop; null where the combination exists.</returns>
    public static string? WhyNot(RestartSettings restart) => restart switch
    {
        { Method: RestartMethod.Loop } => null,
        { Scope: RestartScope.Thread, Stop: StopSignal.Kill } => "SIGKILL ends a whole process, so it does not exist within one",
        { Method: RestartMethod.ReuseportDrain, Stop: StopSignal.Kill } => "a killed server cannot drain",
        { Method: RestartMethod.SocketActivation, Scope: RestartScope.Thread } => "LISTEN_FDS is inherited through execve(2), so it does not exist "
            + "within one process",
        { Method: RestartMethod.NoneSameTuples, Load: not RestartLoad.Idle } =>
            "it is shown idle only: a queue holds the very addresses and ports, and requests in flight leave TIME_WAITs that no probe hits",
        { MigrateReq: not null } when !IsGroup(restart.Method) => "tcp_migrate_req moves connections within a SO_REUSEPORT group, and this method has none",
        { MigrateReq: 1, Stop: StopSignal.Kill } => "on SIGKILL the new process starts after the exit, so nobody is there to migrate to",
        _ => null,
    };

    /// <summary>The combination in words, such as <c>reuseport-drain, kill, process</c>.</summary>
    public static string Describe(RestartSettings restart)
    {
        string migrate = restart.MigrateReq is int on ? $", tcp_migrate_req {on}" : "";
        return $"{Names.Of(restart.Method)}, {Names.Of(restart.Stop)}, {Names.Of(restart.Scope)}{migrate}";
    }

    /// <summary>Old and new listener are members of one SO_REUSEPORT group.</summary>
    public static bool IsGroup(RestartMethod method) => method is RestartMethod.ReuseportOverlap or RestartMethod.ReuseportDrain;

    /// <summary>The listener is bound without SO_REUSEADDR, and TIME_WAIT holds the port.</summary>
    public static bool WaitsForTimeWait(RestartMethod method) => method is RestartMethod.None or RestartMethod.NoneSameTuples;

    /// <summary>The listening socket outlives the old server: the successor gets the very same one.</summary>
    public static bool KeepsListener(RestartMethod method) => method is RestartMethod.Handoff or RestartMethod.SocketActivation;

    /// <summary>What a client waits at least where <see cref="SeesQueueToItsEnd"/>; the default of the timeouts.</summary>
    public static Units.Duration QueueTimeout { get; } = Units.Duration.FromSeconds(10);

    /// <summary>
    /// What waits in a queue, or at a listener that outlives its server, is slow and not lost: no client gives it up before <see cref="QueueTimeout"/>.
    /// </summary>
    public static bool SeesQueueToItsEnd(RestartSettings restart) => restart.Load == RestartLoad.Queued || KeepsListener(restart.Method);

    /// <summary>
    /// Whether the value that a trial ran with follows from the trial itself: its probes are made for it, whatever its cell says. A label leaves it out.
    /// </summary>
    /// <param name="key">Of a setting.</param>
    /// <param name="cell">As it was run.</param>
    public static bool IsDerived(string key, Cell cell) =>
        cell is { Restart: { Method: not RestartMethod.Loop } restart, Load: var load } && load.Workload.IsConnect && key switch
        {
            "connections" or "client_threads" or "warmup" or "interval" or "duration" => true,
            "timeout" => SeesQueueToItsEnd(restart) && load.Timeout <= QueueTimeout,
            "connect_timeout" => SeesQueueToItsEnd(restart) && load.ConnectTimeout <= QueueTimeout,
            _ => false,
        };

    /// <summary>The successor listens before the old server stops. On SIGKILL nobody knows beforehand.</summary>
    public static bool StartsBeforeStop(RestartSettings restart) =>
        restart.Stop == StopSignal.Graceful && (IsGroup(restart.Method) || KeepsListener(restart.Method));

    /// <summary>Probes per second of a restart cell that names no rate.</summary>
    public const double DefaultProbeRate = 1000;

    /// <summary>
    /// The most. A gap of half a millisecond is told from none at 10,000 and more; one worker answers hardly more than 20,000 single connections a
    /// second, and a queue of its own making is no restart's.
    /// </summary>
    public const double MaxProbeRate = 20_000;

    /// <summary>
    /// How both servers of a restart listen: with the options that the method is named for, and no other. A listener that is never bound a second
    /// time has SO_REUSEADDR as servers usually do, so that its first bind does not depend on what ran before.
    /// </summary>
    public static ServerSettings ServerOf(ServerSettings server, RestartMethod method) => server with
    {
        Variant = IsGroup(method) ? Variant.Reuseport : Variant.Shared,
        ReuseAddr = !IsGroup(method) && !WaitsForTimeWait(method),
        Accept = IsGroup(method) ? server.Accept : AcceptMode.EpollExclusive,
    };
}
