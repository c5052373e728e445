using ReuseBench.Core.Wire;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Running;

/// <summary>Reads the counters and events that a server keeps in shared memory; owns the mapping.</summary>
internal sealed class ServerPageReader(SharedMapping mapping, int workers) : IDisposable
{
    public WorkerCounters Worker(int worker) => mapping.At<WorkerCounters>(ServerPage.WorkerOffset(worker));

    /// <summary>Of every thread that touches connections: the workers, their acceptors, and the acceptor of <c>single</c>.</summary>
    public (long Voluntary, long Involuntary) ContextSwitches()
    {
        ServerPageHeader header = mapping.At<ServerPageHeader>(0);
        long voluntary = header.BesideVoluntarySwitches;
        long involuntary = header.BesideInvoluntarySwitches;
        for (int worker = 0; worker < workers; worker++)
        {
            WorkerCounters counters = Worker(worker);
            voluntary += counters.VoluntarySwitches;
            involuntary += counters.InvoluntarySwitches;
        }

        return (voluntary, involuntary);
    }

    /// <summary>The events that are written whole, in the order of their slots.</summary>
    public IReadOnlyList<ServerEvent> Events()
    {
        long logged = Math.Min(mapping.At<ServerPageHeader>(0).Events, ServerPage.EventCapacity);
        List<ServerEvent> events = [];
        for (int index = 0; index < logged; index++)
        {
            ServerEvent entry = mapping.At<ServerEvent>(ServerPage.EventOffset(workers, index));
            if (entry.TimeNs != 0)
            {
                events.Add(entry);
            }
        }

        return events;
    }

    public void Dispose() => mapping.Dispose();
}
