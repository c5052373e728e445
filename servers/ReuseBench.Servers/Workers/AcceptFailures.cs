using ReuseBench.Linux;

namespace ReuseBench.Servers.Workers;

/// <summary>
/// Counts accepts that failed for want of descriptors or memory, and logs the first: the connection stays queued, so whoever accepts
/// has to pause, or it spins.
/// </summary>
internal sealed class AcceptFailures(TextWriter log)
{
    /// <summary>How long to leave the listener alone.</summary>
    public const int PauseMs = 10;

    private long _count;

    public long Count => Volatile.Read(ref _count);

    /// <summary>Whether accept4(2) will fail again if tried at once (EMFILE, ENFILE, ENOBUFS, ENOMEM). Other errors belong to the
    /// one connection that is then gone from the queue: see <see href="https://man7.org/linux/man-pages/man2/accept.2.html">accept(2)</see>.</summary>
    public static bool IsShortage(int result) =>
        result is -ErrnoCode.EMFILE or -ErrnoCode.ENFILE or -ErrnoCode.ENOBUFS or -ErrnoCode.ENOMEM;

    public void Add(int result)
    {
        if (Interlocked.Increment(ref _count) == 1)
        {
            log.WriteLine($"accept4: {Errno.FromResult(result)}; connections wait in the queue meanwhile; raise the limit (ulimit -n) or use fewer connections");
        }
    }
}
