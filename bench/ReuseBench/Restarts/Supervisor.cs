using System.Text.Json;
using ReuseBench.Bench.Running;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Wire;
using ReuseBench.Linux;
using ReuseBench.Servers.Restarts;

namespace ReuseBench.Bench.Restarts;

/// <summary>
/// Starts, stops and replaces a server the way a plan says, and holds the listener where the way wants a supervisor to. Used by one thread,
/// which lives as long as the servers shall.
/// </summary>
internal sealed class Supervisor(MethodPlan plan, string pagePath, ServerPageReader page, RepeatLog log, CancellationToken cancel) : IDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(20);

    private ServerLife? _old;
    private ServerLife? _new;
    private HeldListener? _held;
    private ListenerGiver? _giver;

    /// <summary>Where the old server listens; after <see cref="StartOld"/>.</summary>
    public ServerReady Ready { get; private set; } = null!;

    /// <exception cref="RepeatFailedException">It did not come up.</exception>
    public void StartOld()
    {
        if (plan.Holder == ListenerHolder.SupervisorFromTheStart)
        {
            Hold(HeldListener.Open(plan.Server));
        }

        _old = Start(plan.Old, plan.Server, firstWorker: 0);
        Ready = _old.WaitReady(StartLimit, cancel) ?? throw new RepeatFailedException($"the server did not come up: {_old.Complaint()}");
        if (plan.Holder == ListenerHolder.SupervisorAsKeeper)
        {
            Hold(HeldListener.TakeFrom(plan.ServerDoor, plan.Server));
        }
    }

    /// <summary>Starts the successor's process, without waiting for it.</summary>
    /// <returns>CLOCK_MONOTONIC just before.</returns>
    public long StartNew()
    {
        long spawnNs = MonotonicClock.NowNs();
        _new = Start(plan.New, plan.Server with { Port = Ready.Port }, firstWorker: plan.Server.Workers);
        return spawnNs;
    }

    /// <summary>Waits for the successor, in whichever process it is.</summary>
    /// <param name="giveUp">How long it may wait for the port, beside the time that a start takes.</param>
    /// <returns>Null where it listens; otherwise what it said when it gave up the wait for a port that stayed taken.</returns>
    /// <exception cref="RepeatFailedException">It ended, or said nothing in time, for another reason: that is no wait, and no gap can be told from it.</exception>
    public string? WaitNew(TimeSpan giveUp)
    {
        ServerLife successor = _new ?? _old!;
        TimeSpan limit = giveUp + StartLimit;
        if (successor.WaitReady(limit, cancel) is not null)
        {
            return null;
        }

        string complaint = successor.Complaint();
        if (HasGivenUp())
        {
            return complaint;
        }

        throw new RepeatFailedException(successor.End() is { } end
            ? $"the successor ended ({end}) before it listened, though not for want of the port: {complaint}"
            : $"the successor did not listen within {limit.TotalSeconds:0.#} s and was killed: {complaint}");
    }

    /// <summary>Asks the old server to stop, or kills it, or asks it for its next life.</summary>
    /// <returns>CLOCK_MONOTONIC just before.</returns>
    public long StopOld(StopSignal stop)
    {
        long stopNs = MonotonicClock.NowNs();
        if (plan.WithinOneProcess)
        {
            _old!.AskToSucceed();
        }
        else if (stop == StopSignal.Kill)
        {
            _old!.Kill();
        }
        else
        {
            _old!.AskToStop();
        }

        return stopNs;
    }

    /// <returns>When the old process was seen to be gone.</returns>
    public long WaitOldGone() => _old!.WaitGone(StopLimit);

    /// <summary>Stops what still serves, in order, so that its counters are final.</summary>
    public void StopNew()
    {
        ServerLife last = _new ?? _old!;
        last.AskToStop();
        last.WaitGone(StopLimit);
    }

    public void Dispose()
    {
        _giver?.Dispose();
        _held?.Dispose();
        _new?.Dispose();
        _old?.Dispose();
    }

    private bool HasGivenUp() => page.Events().Any(e => e.Kind == (int)ServerEventKind.GaveUp && e.Generation == plan.New.Generation);

    private void Hold(HeldListener listener)
    {
        _held = listener;
        _giver = new ListenerGiver(plan.SupervisorDoor, listener.Fd);
    }

    private ServerLife Start(Succession part, ServerSettings settings, int firstWorker)
    {
        string[] serve =
        [
            .. CellSettings.ToArguments(settings),
            "--page", pagePath, "--worker-base", $"{firstWorker}",
            "--succession", JsonSerializer.Serialize(part, WireJson.Default.Succession),
        ];
        // A child begins on the CPUs of the thread that starts it: a start-up on the swarm's CPUs would hold up the probes.
        using ThreadPin pin = ThreadPin.To(settings.Cpus);
        return part.Origin == ListenerOrigin.Inherited
            ? ServerLife.Start("activate", ["--take-from", plan.SupervisorDoor.Name, "--", "serve", .. serve], log)
            : ServerLife.Start("serve", serve, log);
    }
}
