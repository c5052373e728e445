using ReuseBench.Bench.Experiments.AcceptOnly;
using ReuseBench.Bench.Host;
using ReuseBench.Core.Cells;
using ReuseBench.Linux;
using ReuseBench.Servers.Listening;

namespace ReuseBench.Bench.Experiments.Affinity;

/// <summary>A real group of listeners that can be changed, and asked who gets whom.</summary>
internal interface IAffinityGroup : IDisposable
{
    /// <summary>How a tuple is joined to its listener, as in <c>affinity.csv</c>.</summary>
    string JoinedBy { get; }

    /// <summary>A fresh group of listeners 0 … n − 1, opened in this order, on the same port as any before.</summary>
    void Build(int listeners);

    /// <summary>
    /// A group that treats every tuple as one fresh from <see cref="Build"/> would, by the kernel's rule, and has the numbers 0 … n − 1
    /// again. The caller sees whether it does.
    /// </summary>
    void Restore(int listeners);

    void Add();

    void Close(int listener);

    /// <summary>Connects once from each tuple and gives the number of the listener that got it, −1 where the tuple was not free.</summary>
    int[] Observe(IReadOnlyList<SockAddr> tuples);
}

/// <summary>One thing that happens to a group.</summary>
internal enum GroupStepKind
{
    /// <summary>A new listener joins; it takes the next number.</summary>
    Add,

    /// <summary>A listener is closed.</summary>
    Close,

    /// <summary>All are closed and opened again in the same order, under the same numbers.</summary>
    Rebuild,
}

/// <param name="Kind">What happens.</param>
/// <param name="Listener">Which listener is closed; not used otherwise.</param>
internal readonly record struct GroupStep(GroupStepKind Kind, int Listener = 0);

/// <summary>A change of a group of listeners 0 … n − 1 whose effect on the clients' affinity is measured.</summary>
/// <param name="Name">As in <c>affinity.csv</c>.</param>
/// <param name="Steps">In this order.</param>
internal sealed record GroupChange(string Name, IReadOnlyList<GroupStep> Steps)
{
    /// <summary>Every change that makes sense for a group of that size.</summary>
    public static IEnumerable<GroupChange> For(int listeners)
    {
        int last = listeners - 1;
        int middle = listeners / 2;
        yield return new("unchanged", []);
        yield return new("rebuilt", [new(GroupStepKind.Rebuild)]);
        yield return new("added", [new(GroupStepKind.Add)]);
        yield return new("first-closed", [new(GroupStepKind.Close, 0)]);
        if (middle != 0 && middle != last)
        {
            yield return new("middle-closed", [new(GroupStepKind.Close, middle)]);
        }

        yield return new("last-closed", [new(GroupStepKind.Close, last)]);

        // The two ways of a rolling restart: the successor joins before the old one leaves, or after.
        yield return new("first-replaced-add-close", [new(GroupStepKind.Add), new(GroupStepKind.Close, 0)]);
        yield return new("first-replaced-close-add", [new(GroupStepKind.Close, 0), new(GroupStepKind.Add)]);
    }

    /// <summary>What the kernel's rule makes of a group.</summary>
    public ReuseportGroup Predict(ReuseportGroup group)
    {
        int next = group.Places.Count;
        foreach (GroupStep step in Steps)
        {
            group = step.Kind switch
            {
                GroupStepKind.Add => group.Add(next++),
                GroupStepKind.Close => group.Close(step.Listener),
                _ => group,
            };
        }

        return group;
    }
}

/// <summary>Listeners of this process, which record whom they accept.</summary>
internal sealed class ThreadAffinityGroup(ServerSettings settings) : IAffinityGroup
{
    /// <summary>A handshake that is not through by then on this host will not be: the kernel works off its backlog when it comes to it.</summary>
    private const long PatienceNs = 10_000_000_000;

    private ReuseportListeners? _listeners;
    private int _port = settings.Port;

    public string JoinedBy => "accept";

    public void Build(int listeners)
    {
        _listeners?.Dispose();
        _listeners = ReuseportListeners.Open(settings with { Workers = listeners, Port = _port });
        _port = _listeners.Address.Port;
    }

    /// <summary>A socket costs nothing: all are opened anew.</summary>
    public void Restore(int listeners) => Build(listeners);

    public void Add() => _listeners!.Add();

    public void Close(int listener) => _listeners!.Close(listener);

    public int[] Observe(IReadOnlyList<SockAddr> tuples)
    {
        using StayOnCpu stay = StayOnCpu.Begin();
        return [.. tuples.Select(Observe)];
    }

    public void Dispose() => _listeners?.Dispose();

    private int Observe(SockAddr tuple)
    {
        ReuseportListeners listeners = _listeners!;
        int fd = LinuxException.ThrowIfError(SocketCalls.StreamNonBlocking(tuple.Family), "socket", tuple);
        try
        {
            if (SocketCalls.Bind(fd, tuple) < 0)
            {
                return -1;
            }

            _ = SocketCalls.Connect(fd, listeners.Address);
            long giveUpNs = MonotonicClock.NowNs() + PatienceNs;
            do
            {
                for (int listener = 0; listener < listeners.Count; listener++)
                {
                    SockAddr peer = default;
                    int accepted = listeners.IsOpen(listener) ? SocketCalls.Accept4(listeners.Fd(listener), out peer) : -1;
                    if (accepted >= 0)
                    {
                        _ = SocketCalls.Close(accepted);
                        return peer == tuple
                            ? listener
                            : throw new RepeatFailedException($"listener {listener} accepted {peer}, and only {tuple} had connected");
                    }
                }
            }
            while (MonotonicClock.NowNs() < giveUpNs);

            throw new RepeatFailedException($"a connection from {tuple} reached no listener");
        }
        finally
        {
            AcceptProbeClient.Reset(fd);
        }
    }
}
