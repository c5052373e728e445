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
    public required ServerSettings Server { get; init; }

    /// <summary>The same of what comes after it, or beside it: differs in the number of workers where the method does.</summary>
    public required ServerSettings NewServer { get; init; }

    public required Succession Old { get; init; }

    public required Succession New { get; init; }

    public required ListenerHolder Holder { get; init; }

    /// <summary>Where a server gives its listener away.</summary>
    public required UnixEndpoint ServerDoor { get; init; }

    /// <summary>Where the supervisor gives the listener away.</summary>
    public required UnixEndpoint SupervisorDoor { get; init; }

    public required bool WithinOneProcess { get; init; }

    /// <summary>The server is not stopped: the new process is a member that comes and goes.</summary>
    public required bool ServerStays { get; init; }

    /// <summary>Restarts one after another.</summary>
    public required int Restarts { get; init; }

    /// <summary>Workers of all servers; those of the first come first.</summary>
    public int Workers => FirstWorkerOf(Restarts + 1);

    /// <summary>Number of the first worker of a generation, from 0.</summary>
    public int FirstWorkerOf(int generation) => generation == 0 ? 0 : Server.Workers + ((generation - 1) * NewServer.Workers);

    /// <summary>What the server of a generation is told that comes after the first: all but the last let go as the first does.</summary>
    /// <param name="generation">From 1.</param>
    public Succession NewOf(int generation) => New with
    {
        Generation = generation,
        TakeFrom = (Holder == ListenerHolder.Nobody ? DoorOf(generation - 1) : SupervisorDoor).Name,
        GiveAt = generation < Restarts && Holder == ListenerHolder.Nobody && Old.GiveAt is not null ? DoorOf(generation).Name : null,
        Release = generation < Restarts ? Old.Release : ListenerRelease.Close,
        Successors = NewServer.Workers,
    };

    /// <summary>Where the server of a generation gives its listener away: it may do so before the one before it has closed its door.</summary>
    private UnixEndpoint DoorOf(int generation) => generation == 0 ? ServerDoor : new UnixEndpoint($"{ServerDoor.Name}-{generation}");

    /// <param name="cell">Of the experiment restart, with a method other than the loop.</param>
    /// <param name="rate">Probes per second.</param>
    /// <param name="cpus">CPUs of the workers: no more of them work at a time.</param>
    public static MethodPlan Of(Cell cell, double rate, int cpus)
    {
        RestartSettings restart = cell.Restart!;
        UnixEndpoint serverDoor = UnixEndpoint.Fresh("server");
        UnixEndpoint supervisorDoor = UnixEndpoint.Fresh("supervisor");
        ListenerHolder holder = HolderOf(restart);
        bool thread = restart.Scope == RestartScope.Thread;
        bool resizes = restart.Method == RestartMethod.Resize;
        ServerSettings server = ServerOf(cell, restart, rate, cpus);
        int after = RestartRules.WorkersAfter(cell);
        Succession successor = new()
        {
            Origin = OriginOf(restart.Method),
            TakeFrom = (holder == ListenerHolder.Nobody ? serverDoor : supervisorDoor).Name,
            RestartTimeoutMs = restart.Timeout.Milliseconds,
            Generation = 1,
            Waits = !thread,
            StartDelayMs = thread ? 0 : restart.StartDelay.Milliseconds,
            AcceptDelayMs = restart.AcceptDelay.Milliseconds,
            Workers = after,
            Kept = resizes ? Math.Min(server.Workers, after) : 0,
            StayMs = RestartRules.ServerStays(restart.Method) ? restart.MemberStay.Milliseconds : 0,
        };
        return new MethodPlan
        {
            Server = server,
            NewServer = server with { Workers = after },
            Old = new Succession
            {
                Origin = holder == ListenerHolder.SupervisorFromTheStart ? ListenerOrigin.Inherited : ListenerOrigin.Bind,
                Release = restart.Method == RestartMethod.ReuseportDrain ? ListenerRelease.Drain : ListenerRelease.Close,
                Successors = after,
                GiveAt = restart.Method is RestartMethod.Handoff or RestartMethod.Resize ? serverDoor.Name : null,
                RestartTimeoutMs = restart.Timeout.Milliseconds,
                Next = thread ? successor : null,
                NextStartsFirst = RestartRules.StartsBeforeStop(restart),
            },
            New = successor,
            Holder = holder,
            ServerDoor = serverDoor,
            SupervisorDoor = supervisorDoor,
            WithinOneProcess = thread,
            ServerStays = RestartRules.ServerStays(restart.Method),
            Restarts = restart.Count,
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
        RestartMethod.Handoff or RestartMethod.Resize => ListenerOrigin.Received,
        RestartMethod.SocketActivation => ListenerOrigin.Inherited,
        _ => ListenerOrigin.Bind,
    };

    /// <summary>With a service time that makes a queue where one is wanted.</summary>
    private static ServerSettings ServerOf(Cell cell, RestartSettings restart, double rate, int cpus)
    {
        ServerSettings server = RestartRules.ServerOf(cell.Server, restart.Method);
        Duration overload = RestartRules.ServiceTimeOfQueue(server.Workers, rate, cpus);
        return restart.Load == RestartLoad.Queued && server.ServiceTime.Mean < overload
            ? server with { ServiceTime = server.ServiceTime with { Mean = overload } }
            : server;
    }
}
