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

    [Meaning("A SO_REUSEPORT group changes its size (`resize_to`). The new process takes over the listeners that stay; surplus ones close, missing ones join.")]
    Resize,

    [Meaning("A further process joins the SO_REUSEPORT group with one listener, accepts nothing and leaves (`member_stay`). The server stays.")]
    Transient,

    [Meaning("A server of somebody else reloads itself, by a reload of its adapter (`server_reload`).")]
    Reload,
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

    [Meaning("Connections that are accepted and have sent nothing. Their requests follow just after the stop.")]
    AcceptedUnsent,

    [Meaning("The workers of a server of somebody else stand still (SIGSTOP) around its reload, so that connections queue.")]
    Frozen,
}

/// <summary>The settings that only cells of the experiment <c>restart</c> have.</summary>
public sealed record RestartSettings
{
    public RestartMethod Method { get; init; } = RestartMethod.Loop;

    public StopSignal Stop { get; init; } = StopSignal.Graceful;

    public RestartScope Scope { get; init; } = RestartScope.Process;

    public RestartLoad Load { get; init; } = RestartLoad.Idle;

    /// <summary>Of <see cref="RestartMethod.Reload"/>: which reload of the server's adapter; null for the adapter's first.</summary>
    public string? ServerReload { get; init; }

    /// <summary>net.ipv4.tcp_migrate_req in the cell's namespace; null leaves it alone.</summary>
    public int? MigrateReq { get; init; }

    /// <summary>
    /// After this long without a listener the gap is recorded as "at least". A reload is over when what it replaces has gone; for that it waits as long.
    /// </summary>
    public Units.Duration Timeout { get; init; } = Units.Duration.FromSeconds(5);

    /// <summary>
    /// From the start of the new server to its first bind(2): what the start of a user's own server takes. Ours is ready beforehand, so that a gap is
    /// the restart method's alone.
    /// </summary>
    public Units.Duration StartDelay { get; init; }

    /// <summary>
    /// From when the new server has its listener to its first accept: what it still does in between. Connections wait in the listener's queue meanwhile.
    /// </summary>
    public Units.Duration AcceptDelay { get; init; }

    /// <summary>Workers, and so listeners, after a <see cref="RestartMethod.Resize"/>; null elsewhere.</summary>
    public int? ResizeTo { get; init; }

    /// <summary>
    /// Restarts one after another in each repeat; 1 to <see cref="MostRestarts"/>. Reloads are told one every <see cref="ServerSettings.RestartEvery"/>,
    /// whether or not the one before is over.
    /// </summary>
    public int Count { get; init; } = 1;

    /// <summary>The most; each takes about two seconds, and what is learnt of the tenth is what the first nine told.</summary>
    public const int MostRestarts = 10;

    /// <summary>How long the member of <see cref="RestartMethod.Transient"/> listens before it leaves.</summary>
    public Units.Duration MemberStay { get; init; } = Units.Duration.FromMilliseconds(20);

    /// <summary>Clients wait in a queue for so long at most: they would give up, and nothing be learnt of the restart.</summary>
    private static readonly Units.Duration MostAcceptDelay = Units.Duration.FromSeconds(5);

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

        if (AcceptDelay < Units.Duration.Zero || AcceptDelay > MostAcceptDelay)
        {
            throw new UsageException($"accept_delay: {AcceptDelay} is out of range; use 0s to {MostAcceptDelay}");
        }

        if (Count is < 1 or > MostRestarts)
        {
            throw new UsageException($"restart_count: {Count} is out of range; use 1 to {MostRestarts}");
        }

        if (ResizeTo is < 1 or > ServerSettings.MaxWorkers)
        {
            throw new UsageException($"resize_to: {ResizeTo} is out of range; use 1 to {ServerSettings.MaxWorkers}");
        }

        if (MemberStay < Units.Duration.FromMilliseconds(1) || MemberStay > MostAcceptDelay)
        {
            throw new UsageException($"member_stay: {MemberStay} is out of range; use 1ms to {MostAcceptDelay}");
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
        { Method: RestartMethod.Resize, Stop: StopSignal.Kill } => "a killed server passes no listeners on",
        { Method: RestartMethod.Resize, ResizeTo: null } => "resize_to does not say how many workers there are after it",
        { ResizeTo: not null, Method: not RestartMethod.Resize } => "resize_to goes with the method resize only",
        { Count: > 1, Scope: RestartScope.Thread } => "within one process it is the method loop that restarts again and again",
        {
            Count: > 1, Method: not (RestartMethod.Reuseaddr or RestartMethod.ReuseportOverlap or RestartMethod.ReuseportDrain or RestartMethod.Handoff
            or RestartMethod.SocketActivation or RestartMethod.Reload)
        } => "restart_count is for methods that leave a server as it was before",
        { Method: RestartMethod.Reload, Count: > 1, Load: RestartLoad.Frozen } => "workers stand still around one reload, and several are told without "
            + "waiting for each other; use restart_load: idle",
        { Count: > 1, Load: RestartLoad.InFlight or RestartLoad.AcceptedUnsent } => "what the server has in hand is made once, before the first of "
            + "several restarts",
        { Method: RestartMethod.Transient, Stop: StopSignal.Kill } => "the server stays, and its member leaves by itself",
        { Method: RestartMethod.Transient, Scope: RestartScope.Thread } => "the transient member is a process of its own",
        { Method: RestartMethod.Transient, Load: RestartLoad.InFlight or RestartLoad.AcceptedUnsent } => "the server stays, and so does what it has in hand",
        { Method: RestartMethod.Reload, Load: RestartLoad.AcceptedUnsent or RestartLoad.InFlight } =>
            "when a server of somebody else acts on a reload is not known closely enough to keep requests in flight until then",
        { Method: RestartMethod.Reload, Load: RestartLoad.Queued } =>
            "a queue is made by a service time, which only our own server has; use frozen",
        { Method: not RestartMethod.Reload, Load: RestartLoad.Frozen } => "only the workers of a server that reloads itself are stopped",
        { MigrateReq: not null } when !IsGroup(restart.Method) && restart.Method != RestartMethod.Reload =>
            "tcp_migrate_req moves connections within a SO_REUSEPORT group, and this method has none",
        { MigrateReq: 1, Stop: StopSignal.Kill } => "on SIGKILL the new process starts after the exit, so nobody is there to migrate to",
        _ => null,
    };

    /// <summary>As <see cref="WhyNot(RestartSettings)"/>, of all that a cell says: what its server and its clients have to do with it.</summary>
    public static string? WhyNot(Cell cell) => cell switch
    {
        { Restart: null or { Method: RestartMethod.Loop } } => null,
        { Restart.Load: RestartLoad.Queued, Load.Workload.IsConnect: false } =>
            "an accept queue is made of new connections, and clients that keep theirs make none; use workload: connect",
        { Restart.Load: RestartLoad.Queued, Server: { Program: null, Accept: AcceptMode.IoUring } } =>
            "a ring accepts whatever is queued, so that no queue stands; use epoll or epoll-exclusive",
        { Restart.Method: RestartMethod.NoneSameTuples, Load: { Workload.IsConnect: false } or { Close: not ConnectionClose.Rst } } =>
            "it probes from the very addresses and ports that TIME_WAIT holds, with single connections that leave none; use workload: connect, close: rst",
        { Restart: { Method: RestartMethod.ReuseportDrain, Count: > 1 }, Server.Workers: > 1 } =>
            "a drain leaves the listeners of a group in another order, and a second one could not tell whose they are; use restart_count: 1",
        { Restart: { Method: RestartMethod.Resize, ResizeTo: int after } } when after == cell.Server.Workers =>
            $"there are {after} workers before it, too; use another resize_to",
        _ => WhyNot(cell.Restart!),
    };

    /// <summary>Workers of the second server: all that differ in number are a resize's and a transient member's one.</summary>
    public static int WorkersAfter(Cell cell) => cell.Restart switch
    {
        { Method: RestartMethod.Resize, ResizeTo: int after } => after,
        { Method: RestartMethod.Transient } => 1,
        _ => cell.Server.Workers,
    };

    /// <summary>
    /// Workers of all servers that a repeat of the cell has, one after another or side by side: they are numbered on, and each takes the next CPU. A
    /// server that reloads itself, or listens again in a loop, is one.
    /// </summary>
    public static int WorkersOfAll(Cell cell) => cell.Restart is { } restart && IsOfOwnServers(restart.Method)
        ? cell.Server.Workers + (restart.Count * WorkersAfter(cell))
        : cell.Server.Workers;

    /// <summary>The server is not stopped: what comes and goes is another process.</summary>
    public static bool ServerStays(RestartMethod method) => method == RestartMethod.Transient;

    /// <summary>The combination in words, such as <c>reuseport-drain, kill, process</c>.</summary>
    public static string Describe(RestartSettings restart)
    {
        string migrate = restart.MigrateReq is int on ? $", tcp_migrate_req {on}" : "";
        return restart.Method == RestartMethod.Reload
            ? $"{restart.ServerReload ?? Names.Of(restart.Method)}, {Names.Of(restart.Load)}{migrate}"
            : $"{Names.Of(restart.Method)}, {Names.Of(restart.Stop)}, {Names.Of(restart.Scope)}{migrate}";
    }

    /// <summary>Several reloads without a wait for each other: they are one restart, and what they lose is one loss.</summary>
    public static bool IsBurst(RestartSettings? restart) => restart is { Method: RestartMethod.Reload, Count: > 1 };

    /// <summary>Methods of our own servers that restart once: neither the loop nor the reload of a server of somebody else.</summary>
    public static bool IsOfOwnServers(RestartMethod method) => method is not (RestartMethod.Loop or RestartMethod.Reload);

    /// <summary>Old and new listener are members of one SO_REUSEPORT group.</summary>
    public static bool IsGroup(RestartMethod method) =>
        method is RestartMethod.ReuseportOverlap or RestartMethod.ReuseportDrain or RestartMethod.Resize or RestartMethod.Transient;

    /// <summary>The listener is bound without SO_REUSEADDR, and TIME_WAIT holds the port.</summary>
    public static bool WaitsForTimeWait(RestartMethod method) => method is RestartMethod.None or RestartMethod.NoneSameTuples;

    /// <summary>The listening socket outlives the old server: the successor gets the very same one.</summary>
    public static bool KeepsListener(RestartMethod method) => method is RestartMethod.Handoff or RestartMethod.SocketActivation;

    /// <summary>What a client waits at least where <see cref="SeesQueueToItsEnd"/>; the default of the timeouts.</summary>
    public static Units.Duration QueueTimeout { get; } = Units.Duration.FromSeconds(10);

    /// <summary>
    /// What waits in a queue, or at a listener that outlives its server, is slow and not lost: no client gives it up before <see cref="QueueTimeout"/>.
    /// </summary>
    public static bool SeesQueueToItsEnd(RestartSettings restart) =>
        restart.Load == RestartLoad.Queued || restart.AcceptDelay > Units.Duration.Zero || KeepsListener(restart.Method);

    /// <summary>
    /// A queue that grows by a fifth of what arrives: about a hundred connections when the stop comes, and no more than can be served after it.
    /// </summary>
    private const double QueuedServiceOverInterval = 1.25;

    /// <summary>The least service time by which a queue stands.</summary>
    /// <param name="workers">Of the server that is stopped.</param>
    /// <param name="rate">Probes per second.</param>
    /// <param name="cpus">CPUs of the workers: no more of them work at a time.</param>
    public static Units.Duration ServiceTimeOfQueue(int workers, double rate, int cpus) =>
        Units.Duration.FromMicroseconds(QueuedServiceOverInterval * Math.Clamp(cpus, 1, workers) * 1e6 / rate);

    /// <summary>Whether a trial ran with the service time that makes its queue, and none that it was given.</summary>
    /// <param name="cell">As it was run: with its CPUs.</param>
    public static bool HasServiceTimeOfQueue(Cell cell) => cell.Restart is { Load: RestartLoad.Queued, Method: not RestartMethod.Loop }
        && cell.Server.ServiceTime.Mean == ServiceTimeOfQueue(cell.Server.Workers, cell.Load.Rate ?? DefaultProbeRate, cell.Server.Cpus.Count);

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

    /// <summary>The variant of both servers, which says whether their listeners are of one group.</summary>
    public static Variant VariantOf(RestartMethod method) => IsGroup(method) ? Variant.Reuseport : Variant.Shared;

    /// <summary>
    /// How both servers of a restart listen: with the options that the method is named for, and no other. In a group each worker has a listener of its
    /// own; otherwise all of them accept from one. A listener that is never bound a second time has SO_REUSEADDR as servers usually do, so that its
    /// first bind does not depend on what ran before.
    /// </summary>
    public static ServerSettings ServerOf(ServerSettings server, RestartMethod method) => method == RestartMethod.Reload ? server : server with
    {
        Variant = VariantOf(method),
        ReuseAddr = !IsGroup(method) && !WaitsForTimeWait(method),
    };

    /// <summary>
    /// A cell of a trial that nothing is said of but its method: single connections, and workers of which a new one wakes one, as servers of today do.
    /// </summary>
    public static Cell BlankOf(RestartMethod method) => Cell.Blank with
    {
        Server = Cell.Blank.Server with { Accept = IsGroup(method) ? Cell.Blank.Server.Accept : AcceptMode.EpollExclusive },
        Load = Cell.Blank.Load with { Workload = Workload.Connect },
    };
}
