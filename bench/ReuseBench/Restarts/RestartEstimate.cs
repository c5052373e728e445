using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;

namespace ReuseBench.Bench.Restarts;

/// <summary>How long one repeat of a restart cell takes, for the plan.</summary>
internal static class RestartEstimate
{
    /// <summary>Three processes, lead and tail; measured on a two-core machine.</summary>
    private static readonly Duration Usual = Duration.FromMilliseconds(2000);

    /// <summary>TCP_TIMEWAIT_LEN of include/net/tcp.h, fixed when the kernel is built.</summary>
    private static readonly Duration TimeWait = Duration.FromSeconds(60);

    public static Duration Of(Cell cell)
    {
        RestartSettings restart = cell.Restart!;
        Duration wait = restart.GiveUp < TimeWait ? restart.GiveUp : TimeWait;
        return RestartLoadSettings.Warmup + Usual + (RestartRules.WaitsForTimeWait(restart.Way) ? wait : Duration.Zero);
    }
}
