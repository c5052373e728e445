using System.Collections.Immutable;
using ReuseBench.Core.Cells;
using ReuseBench.Linux;
using ReuseBench.Servers.Counters;
using ReuseBench.Servers.Http;
using ReuseBench.Servers.Selectors;

namespace ReuseBench.Servers.Workers;

/// <summary>The workers of this process, and the orders that go to all of them at once.</summary>
internal sealed class WorkerGroup : IDisposable
{
    private readonly Worker[] _workers;

    /// <param name="settings">Of the server.</param>
    /// <param name="firstIndex">Number of the first worker among those of all processes.</param>
    /// <param name="page">Of the server.</param>
    /// <param name="milestones">Of the server.</param>
    /// <param name="failures">Of the server.</param>
    public WorkerGroup(ServerSettings settings, int firstIndex, ServerPageWriter page, Milestones milestones, AcceptFailures failures)
    {
        ImmutableArray<int> cpus = PinningOrder.Of(settings.Cpus.Cpus);
        byte[] body = ResponseTemplate.Body(settings.ResponseBytes);
        _workers = [.. Enumerable.Range(firstIndex, settings.Workers).Select(index => new Worker(new WorkerParts
        {
            Index = index,
            Cpus = cpus.IsEmpty ? [] : [cpus[index % cpus.Length]],
            CountsRxCpu = settings.RxCpuMatch && !settings.Cpus.IsEmpty,
            CountsFamilies = settings.TakesBothFamilies,
            AcceptBatch = settings.AcceptBatch,
            Tally = new WorkerTally(page, index),
            Milestones = milestones,
            Failures = failures,
            Answers = new ResponseTemplate(index, body),
            Service = new ServiceBurn(settings.ServiceTime, settings.RoundsPerUs, index),
            Close = settings.Close,
        }))];
    }

    public int Count => _workers.Length;

    public Worker this[int position] => _workers[position];

    public IEnumerable<Worker> All => _workers;

    /// <summary>The CPUs that the workers are pinned to, each once; none where they are not pinned.</summary>
    public IReadOnlyList<int> Cpus => [.. _workers.SelectMany(worker => worker.Cpus).Distinct()];

    /// <summary>CLOCK_MONOTONIC of the last accept of any worker, 0 for none.</summary>
    public long LastAcceptNs => _workers.Max(worker => worker.LastAcceptNs);

    public void Start()
    {
        foreach (Worker worker in _workers)
        {
            worker.Start();
        }
    }

    /// <summary>
    /// Every worker accepts from the listener that <paramref name="watchOf"/> gives for its position; returns once all do. By io_uring one begins after
    /// the other: of several rings on one listener the first in line gets everything, and so it is known that this is the first worker's.
    /// </summary>
    public void Listen(Func<int, ListenerWatch> watchOf)
    {
        ListenerWatch[] watches = [.. Enumerable.Range(0, Count).Select(watchOf)];
        if (watches[0].Accept != AcceptMode.IoUring)
        {
            Order(WorkerTask.Listen, position => watches[position]);
            return;
        }

        for (int position = 0; position < Count; position++)
        {
            CountdownEvent done = new(1);
            _workers[position].Post(new WorkerOrder(WorkerTask.Listen, done, watches[position]));
            done.Wait();
        }
    }

    /// <summary>Returns once no worker touches a listener any more: it may be closed then.</summary>
    public void StopListening() => Order(WorkerTask.StopListening, _ => default);

    /// <summary>As <see cref="StopListening"/>, once nothing is queued any more: nothing may be arriving.</summary>
    /// <param name="untilNs">CLOCK_MONOTONIC; what is queued then stays so.</param>
    /// <returns>False where the time was up first.</returns>
    public bool TryEmptyListener(long untilNs)
    {
        Order(WorkerTask.EmptyListener, _ => default, untilNs);
        return _workers.All(worker => worker.HasEmptiedListener);
    }

    /// <summary>The same of one worker, which has a listener of its own; the others go on.</summary>
    /// <param name="position">Of the worker in this group.</param>
    /// <param name="untilNs">Likewise.</param>
    /// <returns>Likewise.</returns>
    public bool TryEmptyListener(int position, long untilNs)
    {
        using CountdownEvent done = new(1);
        _workers[position].Post(new WorkerOrder(WorkerTask.EmptyListener, done, UntilNs: untilNs));
        done.Wait();
        return _workers[position].HasEmptiedListener;
    }

    /// <summary>
    /// As <see cref="StopListening"/>; what is queued is accepted before and reset, as closing the listener would: the clients see the same,
    /// but the counts say that the kernel had taken these connections.
    /// </summary>
    public void TurnAwayQueued() => Order(WorkerTask.TurnAwayQueued, _ => default);

    /// <summary>Returns once every connection is closed.</summary>
    /// <returns>How many were open.</returns>
    public int CloseConnections()
    {
        Order(WorkerTask.CloseConnections, _ => default);
        return _workers.Sum(worker => worker.ClosedByOrder);
    }

    /// <summary>Returns once every worker has drained and its thread has ended.</summary>
    /// <returns>Connections that were closed although their clients still waited for an answer.</returns>
    public int Finish()
    {
        Order(WorkerTask.Finish, _ => default);
        foreach (Worker worker in _workers)
        {
            worker.Join();
        }

        return _workers.Sum(worker => worker.ClosedUnanswered);
    }

    public void Dispose()
    {
        foreach (Worker worker in _workers)
        {
            worker.Dispose();
        }
    }

    private void Order(WorkerTask task, Func<int, ListenerWatch> watchOf, long untilNs = long.MaxValue)
    {
        CountdownEvent done = new(_workers.Length);
        for (int position = 0; position < _workers.Length; position++)
        {
            _workers[position].Post(new WorkerOrder(task, done, watchOf(position), untilNs));
        }

        done.Wait();
    }
}

/// <summary>What the thread that runs the variant can tell a worker.</summary>
internal enum WorkerTask
{
    /// <summary>Accept from the listener of the order.</summary>
    Listen,

    /// <summary>Take over what the acceptor has given, then leave the listener alone: once done, it may be closed.</summary>
    StopListening,

    /// <summary>Accept from the listener until its queue is empty or the order's time is up, then as <see cref="StopListening"/>.</summary>
    EmptyListener,

    /// <summary>Accept what is queued on the listener and reset it, so that it counts as accepted, then as <see cref="StopListening"/>.</summary>
    TurnAwayQueued,

    /// <summary>Close every connection at once.</summary>
    CloseConnections,

    /// <summary>Answer what is in progress, close, and end the thread.</summary>
    Finish,
}

/// <summary>One order, carried out by the worker's own thread; who gave it waits for <see cref="Done"/>.</summary>
/// <param name="Task">What to do.</param>
/// <param name="Done">One signal from each worker that was given the order.</param>
/// <param name="Watch">For <see cref="WorkerTask.Listen"/> only.</param>
/// <param name="UntilNs">CLOCK_MONOTONIC; for <see cref="WorkerTask.EmptyListener"/> only.</param>
internal sealed record WorkerOrder(WorkerTask Task, CountdownEvent Done, ListenerWatch Watch = default, long UntilNs = long.MaxValue);

/// <summary>How a worker waits on a listener.</summary>
/// <param name="ListenerFd">A non-blocking listener, owned by the variant.</param>
/// <param name="Accept">By epoll, with or without EPOLLEXCLUSIVE, or by a ring of the worker's own.</param>
internal readonly record struct ListenerWatch(int ListenerFd, AcceptMode Accept)
{
    /// <summary>Where the worker says that it lives, as long as it listens; null where nobody asks.</summary>
    public Pulse? Pulse { get; init; }
}

/// <summary>What a worker is made of.</summary>
internal sealed record WorkerParts
{
    /// <summary>Its number among the workers of all processes.</summary>
    public required int Index { get; init; }

    /// <summary>The one CPU that it is pinned to, or none.</summary>
    public required IReadOnlyList<int> Cpus { get; init; }

    /// <summary>Whether the worker, which is pinned, compares its CPU with the one that received each connection.</summary>
    public required bool CountsRxCpu { get; init; }

    /// <summary>Whether it counts connections over IPv6 apart, since its listener takes both families.</summary>
    public required bool CountsFamilies { get; init; }

    /// <summary>New connections that it takes on in a row, accepted by itself or dealt by an acceptor; at least 1.</summary>
    public required int AcceptBatch { get; init; }

    public required WorkerTally Tally { get; init; }

    public required Milestones Milestones { get; init; }

    public required AcceptFailures Failures { get; init; }

    public required ResponseTemplate Answers { get; init; }

    public required ServiceBurn Service { get; init; }

    public required ServerClose Close { get; init; }
}
