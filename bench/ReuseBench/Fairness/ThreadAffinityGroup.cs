using ReuseBench.Bench.Running;
using ReuseBench.Core.Cells;
using ReuseBench.Linux;
using ReuseBench.Servers.Listening;

namespace ReuseBench.Bench.Fairness;

/// <summary>Listeners of this process, which record whom they accept.</summary>
internal sealed class ThreadAffinityGroup(ServerSettings settings) : IAffinityGroup
{
    /// <summary>A handshake that is not through by then on this host will not be: the kernel works off its backlog when it comes to it.</summary>
    private const long PatienceNs = 1_000_000_000;

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
