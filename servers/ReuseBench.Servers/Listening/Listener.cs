using ReuseBench.Linux;

namespace ReuseBench.Servers.Listening;

/// <summary>A bound TCP socket, listening or about to.</summary>
internal sealed class Listener(Descriptor socket, SockAddr address, IReadOnlyDictionary<string, int> options, BindTimes times) : IDisposable
{
    private const long EmptyWithinNs = 1_000_000_000;

    public int Fd { get; } = socket.Value;

    /// <summary>With the port that the kernel chose, where it was asked to.</summary>
    public SockAddr Address { get; } = address;

    /// <summary>Its options as getsockopt(2) gives them back, by name.</summary>
    public IReadOnlyDictionary<string, int> Options { get; } = options;

    /// <summary>Connections that the kernel queues for it, as it gives it back; null for a socket that does not listen.</summary>
    public int? Backlog { get; init; }

    /// <summary>When it came to be.</summary>
    public BindTimes Times { get; } = times;

    /// <summary>
    /// Waits until those that accept have emptied the queue, or a limit has passed: what is queued at <see cref="Shutdown"/> is reset
    /// without having been counted.
    /// </summary>
    public void AwaitEmptyQueue()
    {
        using Epoll queue = Epoll.Create();
        EpollBuffer events = new(1);
        LinuxException.ThrowIfError(queue.Add(Fd, EpollEvents.In, 0), "epoll_ctl", Address);
        long limitNs = MonotonicClock.NowNs() + EmptyWithinNs;
        while (queue.Wait(events, 0) > 0 && MonotonicClock.NowNs() < limitNs)
        {
            Thread.Sleep(1);
        }
    }

    /// <summary>Wakes threads that block in accept4(2) on it, and resets what is queued.</summary>
    public void Shutdown() => SocketCalls.Shutdown(Fd, ShutdownHow.Both);

    public void Dispose() => socket.Dispose();
}

/// <summary>When a listener came to be, CLOCK_MONOTONIC in nanoseconds.</summary>
/// <param name="BindNs">Before bind(2); 0 where another process has bound it.</param>
/// <param name="ListeningNs">After listen(2), or after taking over a socket that listens; 0 for one that does not listen.</param>
internal readonly record struct BindTimes(long BindNs, long ListeningNs = 0);
