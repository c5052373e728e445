using ReuseBench.Core.Results;

namespace ReuseBench.Bench.Running;

/// <summary>How much of a run's time was measured time, over all its sessions: one that is resumed has several.</summary>
internal static class RunTimes
{
    /// <param name="manifest">With the sums of earlier sessions.</param>
    /// <param name="measuredS">Warm-up and measuring of this session, in seconds.</param>
    /// <param name="wall">Wall time of this session.</param>
    public static RunManifest Add(RunManifest manifest, double measuredS, TimeSpan wall)
    {
        double measured = manifest.MeasuredS + measuredS;
        double all = manifest.WallS + wall.TotalSeconds;
        return manifest with
        {
            MeasuredS = Math.Round(measured, 3),
            WallS = Math.Round(all, 3),
            OverheadShare = Math.Round(1 - (measured / all), 4),
        };
    }
}
