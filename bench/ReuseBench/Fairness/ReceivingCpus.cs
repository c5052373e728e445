using ReuseBench.Bench.Planning;
using ReuseBench.Bench.Running;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Fairness;

/// <summary>
/// Sees to it that the server's CPUs receive the packets of cells in which that matters: on loopback it would be the client's CPU. To be
/// called on the thread that is in the repeat's namespace.
/// </summary>
internal static class ReceivingCpus
{
    private const string Loopback = "lo";

    /// <summary>Steers, where the cell needs it.</summary>
    /// <returns>The CPUs as they are to be used: with fewer server CPUs than listeners the swarm's are shared, which the verdict says.</returns>
    /// <exception cref="RepeatSkippedException">It cannot be had here; the message says why.</exception>
    public static CpuPlan Steer(ServerSettings server, CpuPlan cpus, bool isolated)
    {
        if (!server.RxCpuMatch && !SelectorShares.GoesByCpu(server.Selector))
        {
            return cpus;
        }

        if (!isolated)
        {
            throw new RepeatSkippedException("the receiving CPU can only be set in a network namespace of its own; run as root");
        }

        CpuPlan plan = cpus.WithRoomFor(server.Workers);
        if (SelectorShares.GoesByCpu(server.Selector) && server.Workers > plan.Server.Count)
        {
            throw new RepeatSkippedException(
                $"{Names.Of(server.Selector)} needs a CPU for each listener, and {server.Workers} listeners have {plan.Server.Count} ({plan.Server})");
        }

        try
        {
            ReceiveSteering.Set(Loopback, [.. PinningOrder.Of(plan.Server.Cpus).Take(server.Workers)]);
        }
        catch (LinuxException e) when (e.Errno.Code is ErrnoCode.EPERM or ErrnoCode.EACCES or ErrnoCode.ENOENT or ErrnoCode.ENOSYS)
        {
            throw new RepeatSkippedException($"the receiving CPU cannot be set here: {e.Message}");
        }

        return plan;
    }
}
