namespace ReuseBench.Bench.Runs;

/// <summary>What the program tells its caller: the one list of its exit codes, which help and docs/CI.md repeat.</summary>
internal static class ExitCodes
{
    public const int Success = 0;

    /// <summary>Something went wrong that no argument could have prevented.</summary>
    public const int Failure = 1;

    /// <summary>What was asked for cannot be done; one line on standard error says why.</summary>
    public const int Usage = 2;

    /// <summary>Everything was measured, and a threshold of the user's is not met.</summary>
    public const int Threshold = 3;

    /// <summary>Everything was measured, and none of it counts.</summary>
    public const int NothingValid = 4;

    /// <summary>Ended by Ctrl-C or SIGTERM; what was measured is kept.</summary>
    public const int Interrupted = 130;

    /// <summary>Each with its meaning, in a line.</summary>
    public static IReadOnlyList<(int Code, string Meaning)> All { get; } =
    [
        (Success, "done"),
        (Failure, "failed: a port is taken, a server is not up, a right or a package is missing, a repeat did not run to its end"),
        (Usage, "wrong usage or input; nothing was measured"),
        (Threshold, "measured, and a threshold was hit: --expect, --fail-on, --fail-on-regression"),
        (NothingValid, "measured, and nothing of it is valid, or too little to say whether a threshold holds; the verdict says why"),
        (Interrupted, "ended by Ctrl-C or SIGTERM; what was measured is kept"),
    ];

    /// <summary>
    /// Where several hold, the first of these: what was ended is not whole, what failed is not measured, and of what is invalid no threshold can be
    /// said to hold or not.
    /// </summary>
    public static int Worst(bool isInterrupted, bool hasFailed, bool isNothingValid, bool isThresholdHit, bool isUndecided) =>
        isInterrupted ? Interrupted : hasFailed ? Failure : isNothingValid ? NothingValid : isThresholdHit ? Threshold
        : isUndecided ? NothingValid : Success;
}
