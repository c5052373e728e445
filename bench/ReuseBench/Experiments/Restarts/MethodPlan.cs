using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;
using ReuseBench.Core.Wire;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Experiments.Restarts;

/// <summary>Who holds the listening socket beside the server.</summary>
internal enum ListenerHolder
{
    /// <summary>Nobody: it goes with its server.</summary>
    Nobody,

    /// <summary>The supervisor makes it and leaves it to both servers (LISTEN_FDS).</summary>
    SupervisorFromTheStart,

    /// <summary>The supervisor takes it from the old server at its start and gives it to the new one after a kill.</summary>
    SupervisorAsKeeper,
}

/// <summary>How a restart method is carried out: what the two generations are told, in which order, and who holds the listener.</summary>
internal sealed record MethodPlan
{
    /// <summary>
    /// A queue that grows by a fifth of what arrives: about a hundred connections when the stop comes, and no more than can be served after it.
    /// </summary>
    private const double QueuedServiceOverInterval = 1.25;

    public required ServerSettings Server { get; init; }

    public required Succession Old { get; init; }

    public required Succession New { get; init; }

    public required ListenerHolder Holder { get; init; }

    /// <summary>Where a server gives its listener away.</summary>
    public required UnixEndpoint ServerDoor { get; init; }

    /// <summary>Where the supervisor gives the listener away.</summary>
    public required UnixEndpoint SupervisorDoor { get; init; }

    public required bool WithinOneProcess { get; init; }

    /// <param name="cell">Of the experiment restart, with a method other than the loop.</param>
    /// <param name="rate">Probes per second.</param>
    public static MethodPlan Of(Cell cell, double rate)
    {
        RestartSettings restart = cell.Restart!;
        UnixEndpoint serverDoor = UnixEndpoint.Fresh("server");
        UnixEndpoint supervisorDoor = UnixEndpoint.Fresh("supervisor");
        ListenerHolder holder = HolderOf(restart);
        bool thread = restart.Scope == RestartScope.Thread;
        Succession successor = new()
        {
            Origin = OriginOf(restart.Method),
            TakeFrom = (holder == ListenerHolder.Nobody ? serverDoor : supervisorDoor).Name,
            RestartTimeoutMs = restart.Timeout.Milliseconds,
            Generation = 1,
            Waits = !thread,
            StartDelayMs = thread ? 0 : restart.StartDelay.Milliseconds,
        };
        return new MethodPlan
        {
            Server = ServerOf(cell, restart, rate),
            Old = new Succession
            {
                Origin = holder == ListenerHolder.SupervisorFromTheStart ? ListenerOrigin.Inherited : ListenerOrigin.Bind,
                Release = restart.Method == RestartMethod.ReuseportDrain ? ListenerRelease.Drain : ListenerRelease.Close,
                GiveAt = restart.Method == RestartMethod.Handoff ? serverDoor.Name : null,
                RestartTimeoutMs = restart.Timeout.Milliseconds,
                Next = thread ? successor : null,
                NextStartsFirst = RestartRules.StartsBeforeStop(restart),
            },
            New = successor,
            Holder = holder,
            ServerDoor = serverDoor,
            SupervisorDoor = supervisorDoor,
            WithinOneProcess = thread,
        };
    }

    private static ListenerHolder HolderOf(RestartSettings restart) => restart switch
    {
        { Method: RestartMethod.SocketActivation } => ListenerHolder.SupervisorFromTheStart,
        { Method: RestartMethod.Handoff, Stop: StopSignal.Kill } => ListenerHolder.SupervisorAsKeeper,
        _ => ListenerHolder.Nobody,
    };

    private static ListenerOrigin OriginOf(RestartMethod method) => method switch
    {
        RestartMethod.Handoff => ListenerOrigin.Received,
        RestartMethod.SocketActivation => ListenerOrigin.Inherited,
        _ => ListenerOrigin.Bind,
    };

    /// <summary>With a service time that makes a queue where one is wanted.</summary>
    private static ServerSettings ServerOf(Cell cell, RestartSettings restart, double rate)
    {
        ServerSettings server = RestartRules.ServerOf(cell.Server, restart.Method);
        double overloadUs = QueuedServiceOverInterval * server.Workers * 1e6 / rate;
        return restart.Load == RestartLoad.Queued && server.ServiceTime.Mean.Microseconds < overloadUs
            ? server with { ServiceTime = server.ServiceTime with { Mean = Duration.FromMicroseconds(overloadUs) } }
            : server;
    }
}
