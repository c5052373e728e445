using ReuseBench.Core.Cells;
using ReuseBench.Core.Wire;
using ReuseBench.Linux;
using ReuseBench.Servers.Listening;
using ReuseBench.Servers.Workers;

namespace ReuseBench.Servers.Variants;

/// <summary>
/// One listener with SO_REUSEADDR that all workers share. At a fixed interval it is closed, and then the connections, this side first, so
/// that TIME_WAIT holds the port; then it is opened again over them. Each step is an event on the page.
/// </summary>
internal sealed class RestartVariant(VariantContext context) : IListenerVariant
{
    private const int RetryMs = 1;

    private const long NsPerMs = 1_000_000;

    private readonly TaskCompletionSource _stop = new();
    private TcpSocketCounter? _timeWait;
    private Thread? _restarter;
    private ListenerFactory? _factory;
    private Listener? _listener;
    private long _listeningNs;
    private int _restarts;

    public int Restarts => Volatile.Read(ref _restarts);

    public Listener Listen()
    {
        _listener = new ListenerFactory(context.Settings, context.Settings.Port).Open();
        Listener first = _listener;
        int port = first.Address.Port;
        _factory = new ListenerFactory(context.Settings, port);
        _timeWait = new TcpSocketCounter(TcpState.TimeWait, port);
        WatchListener();
        _restarter = new Thread(RestartUntilStopped) { Name = "restarter", IsBackground = true };
        _restarter.Start();
        return first;
    }

    public void StopListening()
    {
        _stop.TrySetResult();
        _restarter?.Join();
        context.Workers.StopListening();
        Dispose();
    }

    public void Dispose() => _listener?.Dispose();

    /// <summary>The workers share the listener as with <c>shared --accept epoll-exclusive</c>: the restart is what is measured here.</summary>
    private void WatchListener()
    {
        _listeningNs = _listener!.Times.ListeningNs;
        ListenerWatch watch = new(_listener.Fd, AcceptMode.EpollExclusive);
        context.Workers.Listen(_ => watch);
    }

    private void RestartUntilStopped()
    {
        long intervalNs = context.Settings.RestartEvery.Nanoseconds;
        long dueNs = MonotonicClock.NowNs() + intervalNs;
        while (!_stop.Task.Wait(UntilMs(dueNs)))
        {
            Close();
            Reopen();
            // By the schedule, so that a slow restart does not stretch the interval; never two in a row without serving between them.
            dueNs = Math.Max(dueNs + intervalNs, MonotonicClock.NowNs() + (intervalNs / 2));
        }
    }

    private static int UntilMs(long dueNs) => (int)Math.Clamp((dueNs - MonotonicClock.NowNs()) / NsPerMs, 0, int.MaxValue);

    private void Close()
    {
        int generation = context.Milestones.Generation;
        context.Page.Log(ServerEventKind.StopAsked, generation);
        context.Workers.StopListening();
        // Only now, when no worker touches it: its number could be a new connection's a moment later.
        _listener!.Dispose();
        long closedNs = MonotonicClock.NowNs();
        LogLastAccept(generation);
        context.Page.LogAt(closedNs, ServerEventKind.ListenerClosed, generation);
        int closed = context.Workers.CloseConnections();
        context.Page.Log(ServerEventKind.ConnectionsClosed, generation, detail: closed);
        context.Milestones.BeginGeneration();
    }

    /// <summary>A generation that accepted nothing has no last accept; the workers still know that of an earlier one.</summary>
    private void LogLastAccept(int generation)
    {
        long lastAcceptNs = context.Workers.LastAcceptNs;
        if (lastAcceptNs >= _listeningNs)
        {
            context.Page.LogLastAccept(lastAcceptNs, generation);
        }
    }

    private void Reopen()
    {
        int generation = context.Milestones.Generation;
        int errno;
        int bindEvent;
        do
        {
            long attemptNs = MonotonicClock.NowNs();
            errno = _factory!.TryOpen(out _listener);
            bindEvent = context.Page.LogAt(attemptNs, ServerEventKind.BindAttempt, generation, errno);
        }
        while (errno != 0 && !_stop.Task.Wait(RetryMs));

        if (errno != 0)
        {
            return;
        }

        context.Page.LogAt(_listener!.Times.ListeningNs, ServerEventKind.Listening, generation);
        WatchListener();
        Interlocked.Increment(ref _restarts);
        // Only now: walking the kernel's table takes milliseconds, and they are not to lengthen the gap.
        context.Page.SetDetail(bindEvent, _timeWait!.Count());
    }
}
