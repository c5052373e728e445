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
    public long AcceptedIpv6;
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
        block.AcceptedIpv6 = AcceptedIpv6;
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

/// <summary>
/// Logs the first accept and the first answer of each life of the listener. Asked for every connection and request, so the usual case
/// is one read of a word that no longer changes.
/// </summary>
internal sealed class Milestones(ServerPageWriter page, int firstGeneration = 0)
{
    private int _generation = firstGeneration;
    private int _accepted;
    private int _answered;

    /// <summary>Which life of the listener, from 0.</summary>
    public int Generation => Volatile.Read(ref _generation);

    /// <summary>Called while no worker accepts or answers.</summary>
    public void BeginGeneration()
    {
        Volatile.Write(ref _generation, _generation + 1);
        Volatile.Write(ref _accepted, 0);
        Volatile.Write(ref _answered, 0);
    }

    public void Accepted()
    {
        if (_accepted == 0 && Interlocked.Exchange(ref _accepted, 1) == 0)
        {
            page.Log(ServerEventKind.FirstAccept, _generation);
        }
    }

    public void Answered()
    {
        if (_answered == 0 && Interlocked.Exchange(ref _answered, 1) == 0)
        {
            page.Log(ServerEventKind.FirstAnswer, _generation);
        }
    }
}
