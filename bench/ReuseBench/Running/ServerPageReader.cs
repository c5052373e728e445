using ReuseBench.Core.Wire;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Running;

/// <summary>Reads the counters and events that a server keeps in shared memory; owns the mapping.</summary>
internal sealed class ServerPageReader(SharedMapping mapping, int workers) : IDisposable
{
    public WorkerCounters Worker(int worker) => mapping.At<WorkerCounters>(ServerPage.WorkerOffset(worker));

    public (long Voluntary, long Involuntary) ContextSwitches()
    {
        long voluntary = 0;
        long involuntary = 0;
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
