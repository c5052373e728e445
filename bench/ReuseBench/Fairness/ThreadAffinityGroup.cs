using ReuseBench.Bench.Running;
using ReuseBench.Core.Cells;
using ReuseBench.Linux;
using ReuseBench.Servers.Listening;

namespace ReuseBench.Bench.Fairness;

/// <summary>Listeners of this process, which record whom they accept.</summary>
internal sealed class ThreadAffinityGroup(ServerSettings settings) : IAffinityGroup
{
    private const int Rounds = 1000;

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

    public int[] Observe(IReadOnlyList<SockAddr> tuples) => [.. tuples.Select(Observe)];

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
            for (int round = 0; round < Rounds; round++)
            {
                for (int listener = 0; listener < listeners.Count; listener++)
                {
                    int accepted = listeners.IsOpen(listener) ? SocketCalls.Accept4(listeners.Fd(listener), out SockAddr peer) : -1;
                    if (accepted >= 0)
                    {
                        _ = SocketCalls.Close(accepted);
                        return listener;
                    }
                }
            }

            throw new RepeatFailedException($"a connection from {tuple} reached no listener");
        }
        finally
        {
            CensusClient.Reset(fd);
        }
    }
}
