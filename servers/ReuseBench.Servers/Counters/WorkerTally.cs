using ReuseBench.Core.Wire;
using ReuseBench.Linux;

namespace ReuseBench.Servers.Counters;

/// <summary>
/// One worker's whole-life counts, kept by its thread and copied to the page at each turn of its loop: plain additions between, and
/// the shared lines are touched once a turn. The fields mean what those of <see cref="WorkerCounters"/> do.
/// </summary>
internal sealed class WorkerTally(ServerPageWriter page, int worker)
{
    public long Accepted;
    public long AcceptedReset;
    public long AcceptedLocal;
    public long Requests;
    public long BadRequests;
    public long Closed;

    /// <summary>CLOCK_MONOTONIC of the last accept, 0 before the first.</summary>
    public long LastAcceptNs;

    /// <summary>The counts, at each turn.</summary>
    public void PublishCounts()
    {
        ref WorkerCounters block = ref page.Worker(worker);
        block.Accepted = Accepted;
        block.AcceptedReset = AcceptedReset;
        block.AcceptedLocal = AcceptedLocal;
        block.Requests = Requests;
        block.BadRequests = BadRequests;
        block.Closed = Closed;
        block.LastAcceptNs = LastAcceptNs;
    }

    /// <summary>CPU time and context switches of the worker's threads, a few times a second: it takes system calls.</summary>
    public void PublishUsage(ThreadUsage usage)
    {
        ref WorkerCounters block = ref page.Worker(worker);
        block.CpuNs = usage.CpuNs;
        block.VoluntarySwitches = usage.VoluntarySwitches;
        block.InvoluntarySwitches = usage.InvoluntarySwitches;
    }

    public void PublishIdentity()
    {
        ref WorkerCounters block = ref page.Worker(worker);
        block.Pid = Environment.ProcessId;
        block.Tid = ThreadInfo.Tid();
    }
}
