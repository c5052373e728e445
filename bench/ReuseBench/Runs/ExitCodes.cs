namespace ReuseBench.Bench.Runs;

/// <summary>What the program tells its caller.</summary>
internal static class ExitCodes
{
    public const int Success = 0;

    /// <summary>Something went wrong that no argument could have prevented.</summary>
    public const int Failure = 1;

    /// <summary>What was asked for cannot be done; one line on standard error says why.</summary>
    public const int Usage = 2;

    /// <summary>Ended by Ctrl-C or SIGTERM; what was measured is kept.</summary>
    public const int Interrupted = 130;
}
