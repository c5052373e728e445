using ReuseBench.Linux;

namespace ReuseBench.Servers.Listening;

/// <summary>A bound TCP socket, listening or about to.</summary>
internal sealed class Listener(Descriptor socket, SockAddr address, IReadOnlyDictionary<string, int> options, BindTimes times) : IDisposable
{
    public int Fd { get; } = socket.Value;

    /// <summary>With the port that the kernel chose, where it was asked to.</summary>
    public SockAddr Address { get; } = address;

    /// <summary>Its options as getsockopt(2) gives them back, by name.</summary>
    public IReadOnlyDictionary<string, int> Options { get; } = options;

    /// <summary>When it came to be.</summary>
    public BindTimes Times { get; } = times;

    /// <summary>Wakes threads that block in accept4(2) on it, and resets what is queued.</summary>
    public void Shutdown() => SocketCalls.Shutdown(Fd, ShutdownHow.Both);

    public void Dispose() => socket.Dispose();
}

/// <summary>When a listener came to be, CLOCK_MONOTONIC in nanoseconds.</summary>
/// <param name="BindNs">Before bind(2); 0 where another process has bound it.</param>
/// <param name="ListeningNs">After listen(2), or after taking over a socket that listens; 0 for one that does not listen.</param>
internal readonly record struct BindTimes(long BindNs, long ListeningNs = 0);
