using System.Globalization;
using ReuseBench.Core.Wire;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Adapters;

/// <summary>
/// Counts what a server of somebody else accepts: in all, by the process that was started with everything that comes of it, and from when it is ready by
/// each of its workers.
/// </summary>
internal sealed class AcceptCount : IDisposable
{
    private readonly AcceptCounters? _all;
    private readonly AcceptCounters? _each;
    private readonly Dictionary<int, int> _workerOf = [];
    private int _workers;
    private string? _untold;

    public AcceptCount()
    {
        _all = AcceptCounters.TryOpen(out _untold);
        _each = _all is null ? null : AcceptCounters.TryOpen(out _untold);
    }

    /// <summary>Counts a process, which has accepted nothing yet, and all that it starts.</summary>
    public void Follow(int pid) => Note(_all?.TryAdd(pid, withDescendants: true) ?? 0, pid);

    /// <summary>Counts the threads that there are one by one.</summary>
    /// <param name="byProcess">Whether a process is a worker; otherwise a thread is.</param>
    /// <param name="pids">Processes of the server.</param>
    /// <param name="workers">That it was told to have: so many share the connections, also where fewer accept any.</param>
    public void Watch(bool byProcess, IReadOnlyList<int> pids, int workers)
    {
        _workers = workers;
        if (_each is null)
        {
            return;
        }

        foreach ((int pid, int thread) in pids.SelectMany(ThreadsOf, (pid, thread) => (pid, thread)))
        {
            int result = _each.TryAdd(thread, withDescendants: false);
            if (result >= 0)
            {
                _workerOf[thread] = byProcess ? pid : thread;
            }
            else if (result != -ErrnoCode.ESRCH)
            {
                Note(result, thread);
            }
        }
    }

    /// <summary>Others take their place: who accepted what is no longer the whole truth.</summary>
    public void ForgetWorkers() => _workers = 0;

    /// <param name="own">Connections that were not a client's, all of them before it was ready or in a restart.</param>
    public AcceptedOutside Read(int own)
    {
        if (_untold is not null || _all is null || _each is null)
        {
            return new AcceptedOutside { Untold = _untold };
        }

        long accepted = _all.Read().Sum(t => t.Accepted);
        long[] seen = [.. _each.Read().GroupBy(t => _workerOf[t.Thread]).Select(g => g.Sum(t => t.Accepted)).Where(count => count > 0)];
        if (accepted == 0)
        {
            return new AcceptedOutside { Untold = "no accept4(2) and no accept(2) of it was seen: it takes connections in another way, such as io_uring" };
        }

        AcceptedOutside counted = new() { Accepted = accepted - own };
        return _workers == 0 ? counted : Dealt(counted, seen, _workers);
    }

    /// <summary>Adds who had which, where that can be told.</summary>
    /// <param name="counted">In all.</param>
    /// <param name="seen">By those that accepted any; each over 0.</param>
    /// <param name="workers">That share the connections; 1 or more.</param>
    internal static AcceptedOutside Dealt(AcceptedOutside counted, long[] seen, int workers) =>
        seen.Sum() != counted.Accepted ? counted with { Untold = "threads that it started after it was ready accepted some: who had which is not known" }
        : seen.Length > workers ? counted with { Untold = $"{seen.Length} threads accepted, and it has {workers} workers: a share by worker is not known" }
        : counted with { ByWorker = [.. seen, .. Enumerable.Repeat(0L, workers - seen.Length)] };

    public void Dispose()
    {
        _all?.Dispose();
        _each?.Dispose();
    }

    private void Note(int result, int thread) =>
        _untold ??= result < 0 ? $"perf_event_open of thread {thread}: {Errno.FromResult(result)}" : null;

    private static IEnumerable<int> ThreadsOf(int pid)
    {
        try
        {
            return Directory.GetDirectories($"/proc/{pid}/task").Select(folder => int.Parse(Path.GetFileName(folder), CultureInfo.InvariantCulture));
        }
        catch (DirectoryNotFoundException)
        {
            // It has ended meanwhile.
            return [];
        }
    }
}
