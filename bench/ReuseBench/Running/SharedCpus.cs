using ReuseBench.Bench.Planning;
using ReuseBench.Core.Cells;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Running;

/// <summary>The CPUs of a cell whose swarm may run on the server's: a load so light that a host with few CPUs can show what many workers do.</summary>
internal static class SharedCpus
{
    /// <exception cref="RepeatSkippedException">The swarm could not hold its schedule there; the message says why.</exception>
    public static CpuPlan For(Cell cell, CpuPlan cpus)
    {
        if (!cell.Load.ShareCpus)
        {
            return cpus;
        }

        // On a thread of its own, which keeps what it was given to its end.
        int result = 0;
        Thread asking = new(() => result = RealTimePriority.TrySetCurrentThread());
        asking.Start();
        asking.Join();
        return result == 0
            ? cpus.WithRoomFor(cell.Server.Workers)
            : throw new RepeatSkippedException(
                $"the swarm shares the server's CPUs in this cell, and only real-time priority lets it hold its schedule there ({Errno.FromResult(result).Name}); run as root");
    }
}
