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

    /// <summary>Takes a page into use: a blank one becomes one for <paramref name="workers"/> workers, another must be that already.</summary>
    /// <exception cref="ArgumentException">The mapping is too small, or a page for another number of workers.</exception>
    public static ServerPageWriter Use(SharedMapping mapping, int workers)
    {
        if (mapping.Length < ServerPage.Size(workers))
        {
            throw new ArgumentException($"a page for {workers} workers has {ServerPage.Size(workers)} bytes, this one {mapping.Length}", nameof(mapping));
        }

        ref ServerPageHeader header = ref mapping.At<ServerPageHeader>(0);
        if (Volatile.Read(ref header.Magic) == ServerPage.Magic)
        {
            return header.Workers == workers
                ? new ServerPageWriter(mapping, workers)
                : throw new ArgumentException($"the page is laid out for {header.Workers} workers, not {workers}", nameof(mapping));
        }

        header.Workers = workers;
        // Last: a reader that sees the magic sees the layout too.
        Volatile.Write(ref header.Magic, ServerPage.Magic);
        return new ServerPageWriter(mapping, workers);
    }

    public ref WorkerCounters Worker(int worker) => ref _mapping.At<WorkerCounters>(ServerPage.WorkerOffset(worker));

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
