using ReuseBench.Bench.Rows;

namespace ReuseBench.Bench.Running;

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
