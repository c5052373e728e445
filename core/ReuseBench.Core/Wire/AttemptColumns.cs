namespace ReuseBench.Core.Wire;

/// <summary>How one attempt of an open loop ended; the classes are those of the error columns.</summary>
public enum AttemptOutcome
{
    Served,
    Refused,
    Reset,
    Timeout,

    /// <summary>No local address and port was free.</summary>
    Address,

    /// <summary>An answer, but none with status 2xx, or none that is HTTP.</summary>
    BadAnswer,
    Other,
}

/// <summary>
/// Every attempt of an open loop, whole life, as columns of equal length; in the order in which they ended, thread after thread. Times are
/// CLOCK_MONOTONIC in nanoseconds.
/// </summary>
public sealed record AttemptColumns
{
    /// <summary>When the schedule wanted it to start.</summary>
    public long[] IntendedNs { get; init; } = [];

    /// <summary>When connect(2) was called; 0 where it never was.</summary>
    public long[] ConnectNs { get; init; } = [];

    /// <summary>When the connection stood and the request was sent; 0 where it never did.</summary>
    public long[] SendNs { get; init; } = [];

    public long[] EndNs { get; init; } = [];

    /// <summary><see cref="AttemptOutcome"/>.</summary>
    public int[] Outcome { get; init; } = [];

    /// <summary>Attempts that no longer fitted; they are in no column.</summary>
    public long Dropped { get; init; }
}
