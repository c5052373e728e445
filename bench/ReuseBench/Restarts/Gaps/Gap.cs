namespace ReuseBench.Bench.Restarts.Gaps;

/// <summary>What the clients saw of one restart. Times are CLOCK_MONOTONIC in nanoseconds.</summary>
internal sealed record Gap
{
    /// <summary>Intended start of the last success before; null where there was none.</summary>
    public required long? LastSuccessNs { get; init; }

    /// <summary>Intended start of the first success after; null where the server did not come back in time.</summary>
    public required long? FirstSuccessNs { get; init; }

    /// <summary>From the last success to the first one after, or to the last attempt where none came: then it lasted at least this long.</summary>
    public required long? LengthNs { get; init; }

    /// <summary>The wait was given up: <see cref="LengthNs"/> is a lower bound.</summary>
    public bool IsCensored => FirstSuccessNs is null;

    /// <summary>
    /// How much later than intended the attempts at the two ends of the gap were started, the larger of both: a swarm that lags sees the
    /// server as it was that much later. Adds to the uncertainty of one probe interval.
    /// </summary>
    public required long LagNs { get; init; }

    /// <summary>
    /// The same of the attempts outside the gap, between the stop and the end of the restart: a second gap could hide there for as long, since
    /// nobody knocked.
    /// </summary>
    public required long UnseenNs { get; init; }

    /// <summary>Longest time between the ends of two answers that reaches beyond the stop: also what a queue hid from the connects; null where it did not end.</summary>
    public required long? SilenceNs { get; init; }

    /// <summary>The attempts that were under way at the stop, or began before the gap was over, or that the restart made fail.</summary>
    public required GapCounts Touched { get; init; }
}

/// <summary>Attempts by what became of them; each is in one count.</summary>
internal readonly record struct GapCounts(long Served, long Late, long Refused, long Reset, long TimedOut, long Other)
{
    public long Attempts => Served + Late + Failed;

    public long Failed => Refused + Reset + TimedOut + Other;
}
