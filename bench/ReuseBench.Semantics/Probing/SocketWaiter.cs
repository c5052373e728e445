using System.Diagnostics;
using ReuseBench.Linux;

namespace ReuseBench.Semantics.Probing;

/// <summary>Waits, always within a limit, for what the kernel nearly always has done already. One thread's.</summary>
internal sealed class SocketWaiter : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    private readonly Epoll _epoll = Epoll.Create();
    private readonly EpollBuffer _events = new(4);

    /// <summary>Repeats <paramref name="attempt"/> until it succeeds, sleeping on the sockets between attempts.</summary>
    /// <returns>False when the limit was reached.</returns>
    public bool Until(Func<bool> attempt, params ReadOnlySpan<ProbeSocket> sockets)
    {
        long started = Stopwatch.GetTimestamp();
        while (!attempt())
        {
            TimeSpan left = Limit - Stopwatch.GetElapsedTime(started);
            if (left <= TimeSpan.Zero)
            {
                return false;
            }

            WaitForAny(sockets, left);
        }

        return true;
    }

    /// <summary>Repeats <paramref name="attempt"/> every millisecond until it succeeds: for states that no descriptor reports.</summary>
    /// <returns>False when the limit was reached.</returns>
    public static bool Poll(Func<bool> attempt)
    {
        long started = Stopwatch.GetTimestamp();
        while (!attempt())
        {
            if (Stopwatch.GetElapsedTime(started) > Limit)
            {
                return false;
            }

            Thread.Sleep(1);
        }

        return true;
    }

    public void Dispose() => _epoll.Dispose();

    private void WaitForAny(ReadOnlySpan<ProbeSocket> sockets, TimeSpan limit)
    {
        foreach (ProbeSocket socket in sockets)
        {
            LinuxException.ThrowIfError(_epoll.Add(socket.Fd, EpollEvents.In, 0), "epoll_ctl", socket.Name);
        }

        LinuxException.ThrowIfError(_epoll.Wait(_events, limit), "epoll_wait", "sockets of a probe");
        foreach (ProbeSocket socket in sockets)
        {
            _ = _epoll.Delete(socket.Fd);
        }
    }
}
