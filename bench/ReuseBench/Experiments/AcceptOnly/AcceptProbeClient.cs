using ReuseBench.Bench.Host;
using ReuseBench.Linux;
using ReuseBench.LoadGen;

namespace ReuseBench.Bench.Experiments.AcceptOnly;

/// <summary>
/// Opens connections and nothing more. On loopback the handshake is mostly done when connect(2) returns, though a non-blocking socket says
/// −EINPROGRESS; a non-blocking one it is, so that a handshake that was dropped cannot hold the accept-only probe up.
/// </summary>
internal sealed class AcceptProbeClient(SourceWalk sources, SockAddr target)
{
    private const long NsPerSecond = 1_000_000_000;

    /// <summary>A handshake that is not through by then on this host will not be: the kernel works off its backlog when it comes to it.</summary>
    public const long PatienceNs = 10 * NsPerSecond;

    /// <summary>Connects that failed for want of a local address and port.</summary>
    public long AddressErrors { get; private set; }

    /// <summary>The socket of a new connection, from the plan's next tuple; negative where that tuple is not free, which is counted.</summary>
    /// <exception cref="RepeatFailedException">The target does not take connections.</exception>
    public int Open()
    {
        int fd = LinuxException.ThrowIfError(SocketCalls.StreamNonBlocking(target.Family), "socket", target);
        int result = Bind(fd);
        result = result < 0 ? result : SocketCalls.Connect(fd, target);
        switch (result)
        {
            case >= 0 or -ErrnoCode.EINPROGRESS:
                return fd;
            case -ErrnoCode.EADDRINUSE or -ErrnoCode.EADDRNOTAVAIL:
                AddressErrors++;
                _ = SocketCalls.Close(fd);
                return result;
            default:
                _ = SocketCalls.Close(fd);
                throw new RepeatFailedException($"connect to {target}: {Errno.FromResult(result)}");
        }
    }

    /// <summary>
    /// Returns once the handshake is through. Where another CPU works packets off (RPS), or ksoftirqd does (when it is due to run, before Linux 6.4),
    /// connect(2) returns before; a reset then would take back what no listener has got. Asked by a second connect(2), which is refused until then.
    /// </summary>
    /// <param name="fd">Of <see cref="Open"/>.</param>
    /// <exception cref="RepeatFailedException">The target does not take connections, or none in time.</exception>
    public void WaitUntilOpen(int fd)
    {
        long giveUpNs = MonotonicClock.NowNs() + PatienceNs;
        int result;
        while ((result = SocketCalls.Connect(fd, target)) == -ErrnoCode.EALREADY)
        {
            if (MonotonicClock.NowNs() > giveUpNs)
            {
                throw new RepeatFailedException($"connect to {target}: no handshake was through within {PatienceNs / NsPerSecond} s");
            }

            _ = Thread.Yield();
        }

        if (result is < 0 and not -ErrnoCode.EISCONN)
        {
            throw new RepeatFailedException($"connect to {target}: {Errno.FromResult(result)}");
        }
    }

    /// <summary>Ends a connection by a reset: no TIME_WAIT, the tuple is free at once.</summary>
    public static void Reset(int fd)
    {
        _ = SocketCalls.SetLinger(fd, true, 0);
        _ = SocketCalls.Close(fd);
    }

    private int Bind(int fd)
    {
        if (!sources.Binds)
        {
            return 0;
        }

        if (!sources.BindsPort)
        {
            _ = SocketCalls.SetOption(fd, SocketOption.IpBindAddressNoPort, 1);
        }

        return SocketCalls.Bind(fd, sources.Next());
    }
}
