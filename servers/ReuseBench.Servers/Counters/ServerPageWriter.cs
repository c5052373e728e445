using ReuseBench.Core;
using ReuseBench.Core.Wire;
using ReuseBench.Linux;

namespace ReuseBench.Servers.Counters;

/// <summary>
/// The server's side of the shared page (<see cref="ServerPage"/>). A worker's block is written by that worker's thread alone; the log
/// of events by any thread, each into the slot that an atomic increment gave it.
/// </summary>
internal sealed class ServerPageWriter
{
    private readonly SharedMapping _mapping;

    private ServerPageWriter(SharedMapping mapping, int workers)
    {
        _mapping = mapping;
        Workers = workers;
    }

    /// <summary>Blocks of counters on the page: the workers of all processes.</summary>
    public int Workers { get; }

    /// <summary>What another process opens.</summary>
    public string Path => _mapping.Path;

    /// <summary>Takes a page into use: a blank one is laid out for <paramref name="workers"/> workers, another one has room for them.</summary>
    /// <param name="mapping">Stays the caller's.</param>
    /// <param name="workers">How many blocks of counters are needed.</param>
    /// <exception cref="UsageException">The mapping is too small, or laid out for fewer workers.</exception>
    public static ServerPageWriter Use(SharedMapping mapping, int workers)
    {
        ref ServerPageHeader header = ref mapping.At<ServerPageHeader>(0);
        bool isBlank = Volatile.Read(ref header.Magic) != ServerPage.Magic;
        int laidOut = isBlank ? workers : (int)header.Workers;
        if (laidOut < workers || mapping.Length < ServerPage.Size(laidOut))
        {
            throw new UsageException(
                $"page: {mapping.Length} bytes laid out for {laidOut} workers do not hold {workers}; "
                + $"give a blank page of {ServerPage.Size(workers)} bytes");
        }

        if (isBlank)
        {
            header.Workers = workers;
            // Last: a reader that sees the magic sees the layout too.
            Volatile.Write(ref header.Magic, ServerPage.Magic);
        }

        return new ServerPageWriter(mapping, laidOut);
    }

    /// <summary>Maps a page that another process made, as far as its layout reaches.</summary>
    /// <param name="path">The <see cref="SharedMapping.Path"/> of its maker.</param>
    /// <param name="workers">What it will be laid out for, should it be blank.</param>
    /// <exception cref="LinuxException">It cannot be opened, or is too small.</exception>
    public static SharedMapping Open(string path, int workers)
    {
        using SharedMapping first = SharedMapping.Open(path, ServerPage.WorkerOffset(0));
        ref ServerPageHeader header = ref first.At<ServerPageHeader>(0);
        // The magic first, as it is written last: arm64 keeps no order between two reads of its own.
        bool isLaidOut = Volatile.Read(ref header.Magic) == ServerPage.Magic;
        return SharedMapping.Open(path, ServerPage.Size(isLaidOut ? (int)header.Workers : workers));
    }

    public ref WorkerCounters Worker(int worker) => ref _mapping.At<WorkerCounters>(ServerPage.WorkerOffset(worker));

    /// <summary>Counts of the thread that belongs to no worker; by that thread alone.</summary>
    public void PublishBeside(ThreadUsage usage)
    {
        ref ServerPageHeader header = ref _mapping.At<ServerPageHeader>(0);
        Volatile.Write(ref header.BesideCpuNs, usage.CpuNs);
        Volatile.Write(ref header.BesideVoluntarySwitches, usage.VoluntarySwitches);
        Volatile.Write(ref header.BesideInvoluntarySwitches, usage.InvoluntarySwitches);
    }

    /// <summary>What <see cref="PublishBeside"/> published last.</summary>
    public long BesideCpuNs => Volatile.Read(ref _mapping.At<ServerPageHeader>(0).BesideCpuNs);

    /// <inheritdoc cref="BesideCpuNs"/>
    public long BesideVoluntarySwitches => Volatile.Read(ref _mapping.At<ServerPageHeader>(0).BesideVoluntarySwitches);

    /// <summary>Logs an event that happens now.</summary>
    /// <returns>Its slot; −1 where the log is full.</returns>
    public int Log(ServerEventKind kind, int generation, int errno = 0, int detail = 0) =>
        LogAt(MonotonicClock.NowNs(), kind, generation, errno, detail);

    /// <summary>Logs an event that happened at <paramref name="timeNs"/> (CLOCK_MONOTONIC).</summary>
    /// <returns>Its slot; −1 where the log is full.</returns>
    public int LogAt(long timeNs, ServerEventKind kind, int generation, int errno = 0, int detail = 0)
    {
        long slot = Interlocked.Increment(ref _mapping.At<ServerPageHeader>(0).Events) - 1;
        if (slot >= ServerPage.EventCapacity)
        {
            return -1;
        }

        ref ServerEvent entry = ref Event((int)slot);
        entry.Kind = (int)kind;
        entry.Generation = generation;
        entry.Errno = errno;
        entry.Detail = detail;
        // Last: a reader that sees the time sees the rest too.
        Volatile.Write(ref entry.TimeNs, timeNs);
        return (int)slot;
    }

    /// <summary>Logs when the last connection of a generation was accepted; nothing where none was.</summary>
    public void LogLastAccept(long timeNs, int generation)
    {
        if (timeNs > 0)
        {
            LogAt(timeNs, ServerEventKind.LastAccept, generation);
        }
    }

    /// <summary>Adds a count to an event already logged, for what would have held up the step itself.</summary>
    public void SetDetail(int slot, int detail)
    {
        if (slot >= 0)
        {
            Volatile.Write(ref Event(slot).Detail, detail);
        }
    }

    private ref ServerEvent Event(int slot) => ref _mapping.At<ServerEvent>(ServerPage.EventOffset(Workers, slot));
}

/// <summary>The STATS line, read off the page: what a worker published last, also of a process that is gone.</summary>
internal static class PageStats
{
    private const double NsPerSecond = 1e9;

    /// <param name="page">Whose workers have ended.</param>
    /// <param name="firstWorker">The first worker of interest.</param>
    /// <param name="workers">How many, from there on.</param>
    /// <param name="restarts">Restarts completed.</param>
    public static ServerStats Collect(ServerPageWriter page, int firstWorker, int workers, int restarts = 0)
    {
        WorkerStats[] all = [.. Enumerable.Range(firstWorker, workers).Select(worker => Of(page, worker))];
        return new ServerStats
        {
            Accepted = all.Sum(worker => worker.Accepted),
            Requests = all.Sum(worker => worker.Requests),
            BadRequests = all.Sum(worker => worker.BadRequests),
            Restarts = restarts,
            CpuS = all.Sum(worker => worker.CpuS) + (page.BesideCpuNs / NsPerSecond),
            Workers = all,
        };
    }

    private static WorkerStats Of(ServerPageWriter page, int worker)
    {
        WorkerCounters counters = page.Worker(worker);
        return new WorkerStats
        {
            Worker = worker,
            Pid = (int)counters.Pid,
            Accepted = counters.Accepted,
            AcceptedReset = counters.AcceptedReset,
            AcceptedLocal = counters.AcceptedLocal,
            AcceptedIpv6 = counters.AcceptedIpv6,
            Requests = counters.Requests,
            BadRequests = counters.BadRequests,
            CpuS = counters.CpuNs / NsPerSecond,
            VoluntarySwitches = counters.VoluntarySwitches,
            InvoluntarySwitches = counters.InvoluntarySwitches,
        };
    }
}
