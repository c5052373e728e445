using ReuseBench.Bench.Host;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;
using ReuseBench.Core.Wire;

namespace ReuseBench.Bench.Children;

/// <summary>
/// A server that listens and is being measured: one of ours in a process of its own, or another program behind an adapter, here or on another host.
/// Disposing it ends it, however it stands.
/// </summary>
internal interface IServerUnderTest : IDisposable
{
    /// <summary>Where it listens and which processes serve.</summary>
    ServerReady Ready { get; }

    /// <summary>Whether it counts its connections and answers itself, so that those of the swarm can be held against them.</summary>
    bool KeepsCounts { get; }

    /// <summary>CPU time of all its processes so far, in nanoseconds; null where one of them could not be read.</summary>
    long? CpuNs();

    /// <summary>Of it, that of threads that are pinned to one CPU: nanoseconds by CPU.</summary>
    IReadOnlyDictionary<int, long> PinnedCpuNs();

    /// <summary>So far, of every thread that touches connections.</summary>
    (long Voluntary, long Involuntary) ContextSwitches();

    /// <summary>What it logged so far, in the order of its log; empty where it logs nothing.</summary>
    IReadOnlyList<ServerEvent> Events();

    /// <summary>Asks it to reload itself, and waits until it has; only a server of somebody else can.</summary>
    /// <param name="order">Which, how often, what its workers do meanwhile, and how long what it replaces may take to go.</param>
    /// <exception cref="RepeatFailedException">It ended, or said nothing in time.</exception>
    ServerReloaded Reload(ReloadOrder order) => throw new NotSupportedException("only a server of somebody else reloads itself");

    /// <summary>Stops it in order.</summary>
    /// <returns>Its whole-life counts; without any workers where it <see cref="KeepsCounts"/> not.</returns>
    /// <exception cref="RepeatFailedException">It did not end in time, or not with its counts.</exception>
    ServerStats Stop();
}

/// <summary>
/// What loads a server: a swarm of ours or another driver, in a process of its own, here or on another host. It starts beside the server and waits
/// for its target. Disposing it ends it, however it stands.
/// </summary>
internal interface ISwarm : IDisposable
{
    /// <summary>Names its target: it begins.</summary>
    void Aim(ServerReady server);

    /// <summary>Calls back for every signal, on the calling thread, until the swarm has ended.</summary>
    /// <exception cref="RepeatFailedException">It did not end in time, or not with a document.</exception>
    LoadDocument Follow(Action<LoadSignal> onSignal);

    /// <summary>Ends the window early.</summary>
    void Terminate();
}

/// <summary>Who starts servers and swarms for one repeat. Both die with the thread that starts them.</summary>
internal interface IChildren
{
    /// <summary>Starts a server and waits until it listens.</summary>
    /// <param name="settings">What to serve.</param>
    /// <param name="workerBase">Number of its first worker.</param>
    /// <exception cref="RepeatFailedException">It ended or said nothing in time.</exception>
    /// <exception cref="RepeatSkippedException">It needs what there is not here.</exception>
    IServerUnderTest StartServer(ServerSettings settings, int workerBase = 0);

    /// <summary>Starts a swarm, which waits for its target.</summary>
    ISwarm StartSwarm(LoadSettings settings);
}

/// <summary>Our own server variants and swarm, each in a process of its own on this host.</summary>
/// <param name="driver">What drives the load instead of the native swarm; null for that.</param>
/// <param name="log">Takes what they say.</param>
/// <param name="startOn">CPUs that they begin on; none for those of the thread that starts them.</param>
/// <param name="measurement">
/// CPUs of the measurement's own threads. Where there are some, threads of a child that are pinned to no CPU (compiler, collector, signals) stay on
/// these and on the child's own: they disturb no thread of the other side.
/// </param>
internal sealed class OwnChildren(DriverPlugin? driver, RepeatLog log, CpuList startOn, CpuList measurement) : IChildren
{
    /// <summary>Where the files of a server of somebody else go and stay; null for a folder that goes with it.</summary>
    public string? ServerFiles { get; init; }

    public IServerUnderTest StartServer(ServerSettings settings, int workerBase = 0)
    {
        ServerNeeds.Require(settings);
        using ThreadPin pin = ThreadPin.To(CpusFor(settings.Cpus));
        return ServerChild.Start(settings, log, workerBase, ServerFiles);
    }

    public ISwarm StartSwarm(LoadSettings settings)
    {
        using ThreadPin pin = ThreadPin.To(CpusFor(settings.Cpus));
        return SwarmChild.Start(settings, driver, log);
    }

    private CpuList CpusFor(CpuList own) => measurement.IsEmpty || own.IsEmpty ? startOn : new CpuList(own.Cpus.Concat(measurement.Cpus));
}
