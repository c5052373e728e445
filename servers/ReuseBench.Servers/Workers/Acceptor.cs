using ReuseBench.Linux;
using ReuseBench.Servers.Counters;

namespace ReuseBench.Servers.Workers;

/// <summary>
/// A thread that blocks in accept4(2) on a listener and deals the connections in turn to its workers: to all of them for
/// <c>single</c>, to one for each acceptor of <c>shared</c> with blocking accept. It ends when the listener is shut down: shutdown(2)
/// wakes it, which close(2) would not.
/// </summary>
internal sealed class Acceptor
{
    /// <summary>As often as a worker publishes its own.</summary>
    private const int UsageEveryNs = 50_000_000;

    private readonly int _listenerFd;
    private readonly Worker[] _workers;
    private readonly Milestones _milestones;
    private readonly AcceptFailures _failures;
    private readonly Action<ThreadUsage> _publish;
    private readonly Thread _thread;
    private readonly ThreadLaunch _launch = new();
    private long _lastAcceptNs;
    private int _next;

    /// <param name="listenerFd">A blocking listener.</param>
    /// <param name="workers">Those it deals to.</param>
    /// <param name="cpus">The CPUs it may run on; empty leaves it where it is.</param>
    /// <param name="name">The thread's name, at most 15 characters.</param>
    /// <param name="milestones">Of the server.</param>
    /// <param name="failures">Of the server.</param>
    /// <param name="publish">Takes CPU time and context switches, on this thread, a few times a second and at the end.</param>
    public Acceptor(
        int listenerFd,
        Worker[] workers,
        IReadOnlyList<int> cpus,
        string name,
        Milestones milestones,
        AcceptFailures failures,
        Action<ThreadUsage> publish)
    {
        _listenerFd = listenerFd;
        _workers = workers;
        _milestones = milestones;
        _failures = failures;
        _publish = publish;
        _thread = new Thread(() => _launch.Run(name, cpus, Loop)) { Name = name, IsBackground = true };
    }

    /// <summary>CLOCK_MONOTONIC of the last accept, 0 before the first.</summary>
    public long LastAcceptNs => Volatile.Read(ref _lastAcceptNs);

    public void Start()
    {
        _thread.Start();
        _launch.Wait();
    }

    /// <summary>Waits for the thread to end, after the listener was shut down.</summary>
    public void Join() => _thread.Join();

    private void Loop()
    {
        _launch.Succeeded();
        long nextUsageNs = 0;
        while (true)
        {
            int result = SocketCalls.Accept4(_listenerFd);
            long now = MonotonicClock.NowNs();
            if (result >= 0)
            {
                Volatile.Write(ref _lastAcceptNs, now);
                _milestones.Accepted();
                Deal(result);
            }
            else if (AcceptFailures.IsShortage(result))
            {
                _failures.Add(result);
                Thread.Sleep(AcceptFailures.PauseMs);
            }
            else if (result is -ErrnoCode.EINVAL or -ErrnoCode.EBADF)
            {
                break;
            }

            if (now >= nextUsageNs)
            {
                _publish(ThreadInfo.Usage());
                nextUsageNs = now + UsageEveryNs;
            }
        }

        _publish(ThreadInfo.Usage());
    }

    private void Deal(int fd)
    {
        Worker worker = _workers[_next];
        _next = _next + 1 == _workers.Length ? 0 : _next + 1;
        while (!worker.HandOver.TryGive(fd))
        {
            // The worker is far behind: connections wait in the kernel's queue instead, as they would for any acceptor that stalls.
            Thread.Sleep(1);
        }
    }
}

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

    /// <summary>
    /// Whether accept4(2) will fail again if tried at once (EMFILE, ENFILE, ENOBUFS, ENOMEM). Other errors belong to the one connection that is then
    /// gone from the queue: see <see href="https://man7.org/linux/man-pages/man2/accept.2.html">accept(2)</see>.
    /// </summary>
    public static bool IsShortage(int result) =>
        result is -ErrnoCode.EMFILE or -ErrnoCode.ENFILE or -ErrnoCode.ENOBUFS or -ErrnoCode.ENOMEM;

    public void Add(int result)
    {
        if (Interlocked.Increment(ref _count) == 1)
        {
            log.WriteLine(
                $"accept4: {Errno.FromResult(result)}; connections wait in the queue meanwhile; "
                + "raise the limit (ulimit -n) or use fewer connections");
        }
    }
}
