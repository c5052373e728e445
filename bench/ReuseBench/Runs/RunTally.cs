using ReuseBench.Bench.Experiments.Measuring;
using ReuseBench.Core.Results;

namespace ReuseBench.Bench.Runs;

/// <summary>What became of the repeats that were taken.</summary>
/// <param name="Measured">Have figures, whatever their verdict.</param>
/// <param name="LeftOut">Could not be had on this host, by rule.</param>
/// <param name="Failed">Should have figures and have none, or counts that disagree.</param>
internal sealed record RunTally(int Measured, int LeftOut, int Failed)
{
    private int Taken => Measured + LeftOut + Failed;

    public RunTally With(MeasuredRows rows) => rows switch
    {
        { IsLeftOut: true } => this with { LeftOut = LeftOut + 1 },
        { Result.Failure: not null } => this with { Failed = Failed + 1 },
        _ => this with { Measured = Measured + 1 },
    };

    /// <summary>One line where the run did not do what it was started for; null where it did.</summary>
    /// <param name="logs">Where the reasons are.</param>
    public string? Problem(string logs) => this switch
    {
        { Failed: > 0 } => $"{Failed} of {Taken} measurements failed; see {logs}",
        { Measured: 0, LeftOut: > 0 } => $"nothing was measured: all {LeftOut} measurements were left out; the report says why",
        _ => null,
    };
}

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
