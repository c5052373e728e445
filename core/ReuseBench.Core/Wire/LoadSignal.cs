namespace ReuseBench.Core.Wire;

/// <summary>
/// One line of JSON that <c>load</c> prints on standard error while it runs: <c>progress</c> once a second, <c>begin</c> and
/// <c>end</c> when the measured window begins and ends, <c>warning</c> before the load begins.
/// </summary>
public sealed record LoadSignal
{
    public const string Progress = "progress";
    public const string Begin = "begin";
    public const string End = "end";
    public const string Warning = "warning";

    public required string Signal { get; init; }

    /// <summary>CLOCK_MONOTONIC, nanoseconds.</summary>
    public required long TimeNs { get; init; }

    /// <summary>Answers so far, whole life.</summary>
    public long Requests { get; init; }

    /// <summary>Errors so far, whole life.</summary>
    public long Errors { get; init; }

    /// <summary>Answers per second since the last progress line.</summary>
    public double RateNowRps { get; init; }

    /// <summary>Of a warning: one sentence for the user.</summary>
    public string? Text { get; init; }
}
