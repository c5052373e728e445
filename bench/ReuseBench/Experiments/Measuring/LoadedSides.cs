using ReuseBench.Bench.Children;
using ReuseBench.Bench.Host;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Core.Statistics;
using ReuseBench.Core.Units;
using ReuseBench.Core.Wire;

namespace ReuseBench.Bench.Experiments.Measuring;

/// <summary>The server's half of a loaded window: the server, and what its host tells of it. Here or on another host.</summary>
internal interface IServerSide : IDisposable
{
    ServerReady Ready { get; }

    /// <summary>Hears the swarm's signals on the measurement's thread: a window begins or ends now, or the load has drained.</summary>
    void Mark(LoadSignal signal);

    /// <summary>After the swarm: ends the server, and takes what is to be known after it.</summary>
    /// <exception cref="RepeatFailedException">It did not end in order, or the window was not marked.</exception>
    ServerHalf Finish();
}

/// <summary>Who starts both halves of one window.</summary>
internal interface ILoadedSides
{
    /// <summary>The swarm first: it gets ready while the server starts.</summary>
    ISwarm StartSwarm(LoadSettings load);

    IServerSide StartServer(ServerSettings server);

    /// <summary>What each host had to do with it, once both have finished; null where all ran on this one.</summary>
    HostsOfRepeat? Hosts { get; }
}

/// <summary>Measures on other hosts.</summary>
internal interface IOtherHosts
{
    /// <summary>A window whose halves run there.</summary>
    /// <exception cref="RepeatFailedException">It did not run to its end.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    Measurement Measure(RepeatContext context);

    /// <summary>A trial whose servers run on this host and whose swarm on others; again from the beginning where one of these is lost.</summary>
    /// <param name="context">Of the repeat.</param>
    /// <param name="trial">Is given the same with the address that servers listen on, and with swarms that are elsewhere, whose times are of this host.</param>
    /// <returns>What it gave, and what the hosts had to do with it.</returns>
    /// <inheritdoc cref="Measure"/>
    (T Done, HostsOfRepeat Hosts) Probe<T>(RepeatContext context, Func<RepeatContext, T> trial);
}

/// <summary>What the swarm of one client host brought, before it was put together with the others'.</summary>
internal sealed record HostSwarm(string Host, LoadDocument Document);

/// <summary>What several hosts had to do with one repeat.</summary>
internal sealed record HostsOfRepeat
{
    /// <summary>The server's first.</summary>
    public required IReadOnlyList<HostRow> Rows { get; init; }

    /// <summary>What each client host's swarm brought.</summary>
    public required IReadOnlyList<HostSwarm> Swarms { get; init; }

    public required string ServerHost { get; init; }

    /// <summary>Between server and swarms: <c>loopback</c>, <c>veth</c>, or driver and speed of the server's card.</summary>
    public required string Network { get; init; }

    /// <summary>From 1.</summary>
    public required int Attempt { get; init; }

    /// <summary>In earlier attempts.</summary>
    public required int Lost { get; init; }

    /// <summary>Client hosts that were given up, whose part the others took.</summary>
    public required int Missing { get; init; }

    /// <summary>How exactly a client's clock is known against the server's: of the client that is known worst.</summary>
    public required double ClockBoundUs { get; init; }

    /// <summary>From the first start of a swarm to the last, on the server's clock.</summary>
    public required double StartSpreadUs { get; init; }

    /// <summary>Of the client hosts: the most of each; null where none tells.</summary>
    public double? StealShare { get; init; }

    public double? BackgroundShare { get; init; }

    /// <summary>Whether the window was long enough on every client host for the two.</summary>
    public bool? CpuTimesSeen { get; init; }

    /// <summary>The least that a CPU of a client host had of its own best, before and after.</summary>
    public double? CpuSpeed { get; init; }

    /// <summary>What the client hosts tell of their part: its drops and quotas count as the server's do.</summary>
    public required IReadOnlyList<HostSight> Sights { get; init; }

    public bool NanosecondPacing { get; init; }
}

/// <summary>What the server's host brings to a window.</summary>
internal sealed record ServerHalf
{
    public required ServerReady Ready { get; init; }

    public required ServerStats Stats { get; init; }

    /// <summary>Whether <see cref="Stats"/> are counts of the server's own.</summary>
    public required bool IsCounted { get; init; }

    public required Window Window { get; init; }

    /// <summary>Over the whole life of the server.</summary>
    public required KernelCounts Kernel { get; init; }

    public required KernelTraits Traits { get; init; }

    /// <summary>Of the slowest of the watched CPUs before or after the window; null where it was not had.</summary>
    public WorkSpeed? CpuSpeed { get; init; }

    public IReadOnlyList<ServerEvent> Events { get; init; } = [];

    /// <summary>By the kernel's table when the window began; null where nobody asked.</summary>
    public StandingConnections? Standing { get; init; }
}

/// <summary>A server on this host with what is read around it: CPU speed and kernel counters before and after, samples at both ends of the window.</summary>
internal sealed class ServerSide : IServerSide
{
    private readonly KernelTraits _traits;
    private readonly CpuList _watched;
    private readonly Canary _canary;
    private readonly KernelCounts _before;
    private IServerUnderTest? _server;
    private Task<ServerStats>? _stopping;
    private WindowSample? _begin;
    private WindowSample? _end;
    private StandingConnections? _standing;

    /// <summary>Takes what is to be known before server and swarm start; a few milliseconds.</summary>
    /// <param name="traits">Of this host's kernel.</param>
    /// <param name="watched">The CPUs that are occupied here.</param>
    public ServerSide(KernelTraits traits, CpuList watched)
    {
        _traits = traits;
        _watched = watched;
        _canary = new Canary(watched);
        _canary.Take();
        _before = KernelCounts.Read();
    }

    public ServerReady Ready => Server.Ready;

    /// <summary>Done to the server when the window has begun; null for nothing.</summary>
    public Action<IServerUnderTest>? Within { get; init; }

    /// <summary>Whether the connections that stand at the beginning of the window are counted.</summary>
    public bool LooksForStanding { get; init; }

    private IServerUnderTest Server => _server ?? throw new InvalidOperationException("the server is not started");

    /// <summary>Starts it, and waits until it listens.</summary>
    public void Start(IChildren children, ServerSettings settings) => _server = children.StartServer(settings);

    public void Mark(LoadSignal signal)
    {
        if (signal.Signal == LoadSignal.Begin)
        {
            _begin = WindowSample.Take(Server, _watched);
            _standing = LooksForStanding ? StandingConnections.At(Ready.Port) : null;
            Within?.Invoke(Server);
        }
        else if (signal.Signal == LoadSignal.End)
        {
            _end = WindowSample.Take(Server, _watched);
        }
        else if (signal.Signal == LoadSignal.Drained)
        {
            // While the swarm writes its document: the server has nothing left to do.
            _stopping = Task.Factory.StartNew(Server.Stop, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
    }

    public ServerHalf Finish()
    {
        if (_begin is null || _end is null)
        {
            throw new RepeatFailedException("the swarm did not mark the beginning and the end of its window");
        }

        ServerStats stats = _stopping?.GetAwaiter().GetResult() ?? Server.Stop();
        KernelCounts kernel = KernelCounts.Read() - _before;
        _canary.Take();
        return new ServerHalf
        {
            Ready = Server.Ready,
            Stats = stats,
            IsCounted = Server.KeepsCounts,
            Window = new Window(_begin, _end),
            Kernel = kernel,
            Traits = _traits,
            CpuSpeed = _canary.Slowest,
            Events = Server.Events(),
            Standing = _standing,
        };
    }

    public void Dispose()
    {
        _server?.Dispose();
        _server = null;
    }
}

/// <summary>Both halves on this host, as children of the calling thread.</summary>
/// <param name="children">Who starts them.</param>
/// <param name="side">The server's, which is not started yet; whoever gets it started disposes it.</param>
internal sealed class LocalSides(IChildren children, ServerSide side) : ILoadedSides
{
    public HostsOfRepeat? Hosts => null;

    public ISwarm StartSwarm(LoadSettings load) => children.StartSwarm(load);

    public IServerSide StartServer(ServerSettings server)
    {
        side.Start(children, server);
        return side;
    }
}
