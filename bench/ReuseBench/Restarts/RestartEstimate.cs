using ReuseBench.Bench.Planning;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;

namespace ReuseBench.Bench.Restarts;

/// <summary>How long one repeat of a restart cell takes, for the plan.</summary>
internal static class RestartEstimate
{
    /// <summary>Three processes, lead and tail; measured on a two-core machine.</summary>
    private static readonly Duration Usual = Duration.FromMilliseconds(2000);

    /// <summary>What has queued up is answered first, and a wait for it is part of the trial.</summary>
    private static readonly Duration Queue = Duration.FromMilliseconds(1200);

    /// <summary>TCP_TIMEWAIT_LEN of include/net/tcp.h, fixed when the kernel is built.</summary>
    private static readonly Duration TimeWait = Duration.FromSeconds(60);

    /// <summary>Long waits run side by side, so that each is charged its share. (Without namespaces of their own they do not, and take as much longer.)</summary>
    public static Duration Of(Cell cell)
    {
        Duration alone = RestartLoadSettings.Warmup + Usual + WaitOf(cell.Restart!) + (cell.Restart!.Load == RestartLoad.Queued ? Queue : Duration.Zero);
        return SideBySide.IsLongWait(cell) ? new Duration(alone.Nanoseconds / SideBySide.Most) : alone;
    }

    /// <summary>Probes of the same tuples end the TIME_WAITs themselves, within a second.</summary>
    private static Duration WaitOf(RestartSettings restart) => restart.Method != RestartMethod.None
        ? Duration.Zero
        : restart.Timeout < TimeWait ? restart.Timeout : TimeWait;
}
