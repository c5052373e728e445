using System.Globalization;
using System.Text.Json;
using ReuseBench.Bench.Children;
using ReuseBench.Bench.Host;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Wire;
using ReuseBench.Linux;
using ReuseBench.Servers.Restarts;

namespace ReuseBench.Bench.Experiments.Restarts;

/// <summary>
/// Starts, stops and replaces a server the way a plan says, and holds the listener where the method wants a supervisor to. Used by one thread,
/// which lives as long as the servers shall.
/// </summary>
internal sealed class Supervisor(MethodPlan plan, string pagePath, ServerPageReader page, RepeatLog log, CancellationToken cancel) : IDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(20);

    /// <summary>Longer than all that a server may wait for as it ends: handshakes, its queue, and the answers to what it has accepted.</summary>
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(30);

    private int _generation = 1;
    private Child? _old;
    private Child? _new;
    private HeldListener? _held;
    private ListenerGiver? _giver;

    /// <summary>Where the old server listens; after <see cref="Start()"/>.</summary>
    public ServerReady Ready { get; private set; } = null!;

    /// <summary>Starts the old server until it listens, and beside it its successor until it waits.</summary>
    /// <exception cref="RepeatFailedException">One of them did not come up.</exception>
    /// <exception cref="RepeatSkippedException">They need what there is not here.</exception>
    public void Start()
    {
        ServerNeeds.Require(plan.Server);
        if (plan.Holder == ListenerHolder.SupervisorFromTheStart)
        {
            Hold(HeldListener.Open(plan.Server));
        }

        _old = Start(plan.Old, plan.Server, firstWorker: 0);
        _new = plan.WithinOneProcess ? null : StartNext();
        Ready = WaitReady(_old, StartLimit) ?? throw new RepeatFailedException($"the server did not come up: {_old.LastWord()}");
        if (plan.Holder == ListenerHolder.SupervisorAsKeeper)
        {
            Hold(HeldListener.TakeFrom(plan.ServerDoor, plan.Server));
        }

        AwaitNext();
    }

    /// <summary>The server that came is the old one from now on: starts the next beside it until it waits.</summary>
    /// <exception cref="RepeatFailedException">It did not come up.</exception>
    public void Advance()
    {
        _old!.Dispose();
        _old = _new;
        _generation++;
        _new = StartNext();
        AwaitNext();
    }

    /// <summary>Lets the successor begin, which is ready but for its listener, without waiting for it.</summary>
    /// <returns>CLOCK_MONOTONIC just before.</returns>
    public long StartNew()
    {
        long spawnNs = MonotonicClock.NowNs();
        _new!.Tell(Ready.Port.ToString(CultureInfo.InvariantCulture));
        return spawnNs;
    }

    /// <summary>Waits for the successor, in whichever process it is.</summary>
    /// <param name="giveUp">How long it may wait for the port, beside the time that a start takes.</param>
    /// <returns>Null where it listens; otherwise what it said when it gave up the wait for a port that stayed taken.</returns>
    /// <exception cref="RepeatFailedException">
    /// It ended, or said nothing in time, for another reason: that is no wait, and no gap can be told from it.
    /// </exception>
    public string? WaitNew(TimeSpan giveUp)
    {
        Child successor = _new ?? _old!;
        TimeSpan limit = giveUp + TimeSpan.FromMilliseconds(plan.New.StartDelayMs + plan.New.AcceptDelayMs) + StartLimit;
        if (WaitReady(successor, limit) is not null)
        {
            return null;
        }

        string complaint = successor.LastWord();
        if (HasGivenUp())
        {
            return complaint;
        }

        throw NeverListened(successor, limit);
    }

    /// <summary>Waits, but not for longer than the limit, until the successor has answered a request.</summary>
    public void WaitFirstAnswer(TimeSpan limit)
    {
        long untilNs = MonotonicClock.NowNs() + (long)limit.TotalNanoseconds;
        while (!HasSeen(ServerEventKind.FirstAnswer) && !HasGivenUp() && MonotonicClock.NowNs() < untilNs)
        {
            cancel.WaitHandle.WaitOne(1);
            cancel.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Asks the old server to stop, or kills it, or asks it for its next generation.</summary>
    /// <returns>CLOCK_MONOTONIC just before.</returns>
    public long StopOld(StopSignal stop)
    {
        long stopNs = MonotonicClock.NowNs();
        if (plan.WithinOneProcess)
        {
            _old!.HangUp();
        }
        else if (stop == StopSignal.Kill)
        {
            _old!.Kill();
        }
        else
        {
            _old!.Terminate();
        }

        return stopNs;
    }

    /// <summary>Waits until the member that came beside the server has gone.</summary>
    public void WaitMemberGone() => _new!.WaitForExit(StopLimit);

    /// <returns>When the old process was seen to be gone.</returns>
    public long WaitOldGone()
    {
        _old!.WaitForExit(StopLimit);
        return MonotonicClock.NowNs();
    }

    /// <summary>Stops what still serves, in order, so that its counters are final.</summary>
    public void StopNew()
    {
        Child last = plan.ServerStays ? _old! : _new ?? _old!;
        last.Terminate();
        last.WaitForExit(StopLimit);
    }

    public void Dispose()
    {
        _giver?.Dispose();
        _held?.Dispose();
        _new?.Dispose();
        _old?.Dispose();
    }

    private bool HasGivenUp() => HasSeen(ServerEventKind.GaveUp);

    private bool HasSeen(ServerEventKind kind) => page.Events().Any(e => e.Kind == (int)kind && e.Generation == _generation);

    private Child StartNext() => Start(plan.NewOf(_generation), plan.NewServer, plan.FirstWorkerOf(_generation));

    private void AwaitNext()
    {
        if (_new is not null && _new.WaitLine(Succession.WaitingLine, StartLimit, cancel) is null)
        {
            throw NeverListened(_new, StartLimit);
        }
    }

    private static RepeatFailedException NeverListened(Child successor, TimeSpan limit) => new(successor.End() is { } end
        ? $"the new process ended ({end}) before it listened, though not for want of the port: {successor.LastWord()}"
        : $"the new process did not listen within {limit.TotalSeconds:0.#} s and was killed: {successor.LastWord()}");

    private void Hold(HeldListener listener)
    {
        _held = listener;
        _giver = new ListenerGiver(plan.SupervisorDoor, listener.Fd);
    }

    /// <summary>Waits for the next generation of a process to listen; null where it ended, or the time passed, before.</summary>
    private ServerReady? WaitReady(Child server, TimeSpan limit) =>
        server.WaitLine(ServerReady.Prefix, limit, cancel) is { } json ? JsonSerializer.Deserialize(json, WireJson.Default.ServerReady) : null;

    private Child Start(Succession part, ServerSettings settings, int firstWorker)
    {
        string[] serve =
        [
            .. ServerChild.Arguments(settings, pagePath, firstWorker), "--succession", part.ToText(),
        ];
        // A child begins on the CPUs of the thread that starts it: a start-up on the swarm's CPUs would hold up the probes.
        using ThreadPin pin = ThreadPin.To(settings.Cpus);
        Child server = part.Origin == ListenerOrigin.Inherited
            ? Child.InRole("activate", ["--take-from", plan.SupervisorDoor.Name, "--", "serve", .. serve], log)
            : Child.InRole("serve", serve, log);
        server.Follow(keepsInput: part.Waits);
        return server;
    }
}
