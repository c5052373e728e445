using ReuseBench.Core.Wire;

namespace ReuseBench.Bench.Experiments.Restarts;

/// <summary>
/// Finds the gap of a restart among the attempts of an open loop: a pure function of the attempts and of the moment of the stop. Connections
/// are lost from some moment between the last success and the first failure to some moment between the last failure and the first success: the
/// true gap lies between the time that the failures span and the time from success to success, two intervals longer.
/// </summary>
internal static class GapFinder
{
    /// <param name="attempts">Of one window that begins before the stop, in any order.</param>
    /// <param name="stopNs">When the old server was asked to stop, or was killed.</param>
    /// <param name="overNs">When the last thing happened that belongs to the restart, as far as the servers know.</param>
    public static Gap Find(IEnumerable<Attempt> attempts, long stopNs, long overNs)
    {
        Attempt[] byStart = [.. attempts.OrderBy(a => a.IntendedNs)];
        (long? last, long? first) = Longest(Holes(byStart, stopNs), byStart.Length == 0 ? stopNs : byStart[^1].IntendedNs);
        long restoredNs = RestoredNs(byStart, first, stopNs);
        long? leastNs = LeastNs(byStart, last, first, stopNs);
        return new Gap
        {
            LastSuccessNs = last,
            FirstSuccessNs = first,
            LeastNs = leastNs,
            LengthNs = first is null ? leastNs : StartOf(byStart, first) - StartOf(byStart, last),
            LagNs = LagNs(byStart, last, first),
            UnseenNs = UnseenNs(byStart, last, first, stopNs, overNs),
            // One that has not ended is as long as the gap, and no shorter one before it stands for it.
            SilenceNs = first is null ? null : SilenceNs(byStart, stopNs),
            Touched = Count(byStart.Where(a => a.EndNs >= stopNs && a.IntendedNs < restoredNs)),
        };
    }

    /// <summary>
    /// Pairs of successes, one after the other by their start, between which the restart lies: the stop itself, or a failure that was seen
    /// after the stop (a connection that had queued before it and was reset).
    /// </summary>
    private static IEnumerable<(long? Last, long? First)> Holes(Attempt[] byStart, long stopNs)
    {
        long? last = null;
        bool failed = false;
        foreach (Attempt attempt in byStart)
        {
            if (!attempt.IsTaken)
            {
                failed |= attempt.EndNs >= stopNs;
                continue;
            }

            bool spansStop = (last is null || last < stopNs) && attempt.IntendedNs >= stopNs;
            if (failed || spansStop)
            {
                yield return (last, attempt.IntendedNs);
            }

            last = attempt.IntendedNs;
            failed = false;
        }

        if (failed || last is null || last < stopNs)
        {
            yield return (last, null);
        }
    }

    /// <summary>
    /// Among equals the first. One that does not end lasts to the last attempt: where service came back after the stop, a single failure at
    /// the end of the window is not the gap, unless what is seen of it is already longer.
    /// </summary>
    private static (long? Last, long? First) Longest(IEnumerable<(long? Last, long? First)> holes, long lastAttemptNs) =>
        holes.Aggregate((longest, hole) => Length(hole, lastAttemptNs) > Length(longest, lastAttemptNs) ? hole : longest);

    private static long Length((long? Last, long? First) hole, long lastAttemptNs) =>
        hole.Last is long last ? (hole.First ?? lastAttemptNs) - last : long.MaxValue;

    /// <summary>The end of the gap, or of the last failure where failures are spread over more than one gap.</summary>
    private static long RestoredNs(Attempt[] byStart, long? firstSuccessNs, long stopNs)
    {
        if (firstSuccessNs is not long first)
        {
            return long.MaxValue;
        }

        long afterLastFailure = byStart
            .Where(a => !a.IsAnswered && a.EndNs >= stopNs)
            .Select(a => a.IntendedNs + 1)
            .DefaultIfEmpty(first)
            .Max();
        return Math.Max(first, afterLastFailure);
    }

    /// <summary>
    /// From the first attempt of the gap to the last one, as they were really started; 0 where there is none or one, null where no success was seen
    /// before it.
    /// </summary>
    private static long? LeastNs(Attempt[] byStart, long? last, long? first, long stopNs)
    {
        if (last is null)
        {
            return null;
        }

        Attempt[] within = [.. byStart.Where(a => a.IntendedNs > last && a.IntendedNs < (first ?? long.MaxValue) && !a.IsTaken && a.EndNs >= stopNs)];
        return within.Length == 0 ? 0 : Math.Max(0, within.Max(a => a.StartNs) - within.Min(a => a.StartNs));
    }

    /// <summary>When the success was really started that the schedule had at that time; of several the last.</summary>
    private static long? StartOf(Attempt[] byStart, long? intendedNs) =>
        byStart.Where(a => a.IsTaken && a.IntendedNs == intendedNs).Select(a => (long?)a.StartNs).Max();

    /// <summary>Of the two successes that bound the gap, and of the attempts next to them within it.</summary>
    private static long LagNs(Attempt[] byStart, long? last, long? first)
    {
        long lag = 0;
        for (int index = 0; index < byStart.Length; index++)
        {
            bool begins = byStart[index].IntendedNs == last || (index > 0 && byStart[index - 1].IntendedNs == last);
            bool ends = byStart[index].IntendedNs == first || (index + 1 < byStart.Length && byStart[index + 1].IntendedNs == first);
            lag = begins || ends ? Math.Max(lag, byStart[index].LagNs) : lag;
        }

        return lag;
    }

    private static long UnseenNs(Attempt[] byStart, long? last, long? first, long stopNs, long overNs) => byStart
        .Where(a => a.IntendedNs + a.LagNs >= stopNs && a.IntendedNs <= overNs)
        .Where(a => a.IntendedNs <= (last ?? long.MinValue) || a.IntendedNs >= (first ?? long.MaxValue))
        .Select(a => a.LagNs).DefaultIfEmpty(0).Max();

    private static long? SilenceNs(Attempt[] attempts, long stopNs)
    {
        long[] answers = [.. attempts.Where(a => a.Outcome == AttemptOutcome.Served).Select(a => a.EndNs).Order()];
        long? longest = null;
        for (int index = 1; index < answers.Length; index++)
        {
            if (answers[index] >= stopNs && !(answers[index] - answers[index - 1] <= longest))
            {
                longest = answers[index] - answers[index - 1];
            }
        }

        return longest;
    }

    private static GapCounts Count(IEnumerable<Attempt> attempts)
    {
        GapCounts counts = default;
        foreach (Attempt attempt in attempts)
        {
            counts = attempt.Outcome switch
            {
                AttemptOutcome.Served when attempt.IsLate => counts with { Late = counts.Late + 1 },
                AttemptOutcome.Served => counts with { Served = counts.Served + 1 },
                AttemptOutcome.Refused => counts with { Refused = counts.Refused + 1 },
                AttemptOutcome.Reset => counts with { Reset = counts.Reset + 1 },
                AttemptOutcome.Timeout when attempt.Stood => counts with { TimedOutQueued = counts.TimedOutQueued + 1 },
                AttemptOutcome.Timeout => counts with { TimedOut = counts.TimedOut + 1 },
                _ => counts with { Other = counts.Other + 1 },
            };
        }

        return counts;
    }
}

/// <summary>What the clients saw of one restart. Times are CLOCK_MONOTONIC in nanoseconds.</summary>
internal sealed record Gap
{
    /// <summary>Intended start of the last success before; null where there was none.</summary>
    public required long? LastSuccessNs { get; init; }

    /// <summary>Intended start of the first success after; null where the server did not come back in time.</summary>
    public required long? FirstSuccessNs { get; init; }

    /// <summary>
    /// The most that it can have lasted: from the start of the last success to that of the first one after, as they were really started. Where none
    /// came, the least.
    /// </summary>
    public required long? LengthNs { get; init; }

    /// <summary>
    /// The least that it can have lasted: from the start of the first attempt that was lost to that of the last; 0 where at most one was.
    /// </summary>
    public required long? LeastNs { get; init; }

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

    /// <summary>
    /// Longest time between the ends of two answers that reaches beyond the stop: also what a queue hid from the connects; null where it did not end.
    /// </summary>
    public required long? SilenceNs { get; init; }

    /// <summary>The attempts that were in progress at the stop, or began before the gap was over, or that the restart made fail.</summary>
    public required GapCounts Touched { get; init; }
}

/// <summary>Attempts by what became of them; each is in one count.</summary>
/// <param name="Served">Answered.</param>
/// <param name="Late">Answered, after a SYN retransmit.</param>
/// <param name="Refused">Nobody listened.</param>
/// <param name="Reset">Taken by the kernel, and ended before an answer.</param>
/// <param name="TimedOut">No connection came about in time.</param>
/// <param name="TimedOutQueued">The connection stood, and no answer came in time.</param>
/// <param name="Other">Any other end.</param>
internal readonly record struct GapCounts(long Served, long Late, long Refused, long Reset, long TimedOut, long TimedOutQueued, long Other)
{
    public long Attempts => Served + Late + TimedOutQueued + Failed;

    public long Failed => Refused + Reset + TimedOut + Other;
}

/// <summary>One connection attempt of the probing swarm. Times are CLOCK_MONOTONIC in nanoseconds.</summary>
/// <param name="IntendedNs">When the schedule wanted it to start.</param>
/// <param name="EndNs">When its answer was complete, or its failure was seen.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="IsLate">Answered, but only after its SYN had to be sent again (1 s and more after it began).</param>
/// <param name="LagNs">How much later than intended it did start.</param>
/// <param name="Stood">Its connection came about: the kernel had taken it.</param>
internal readonly record struct Attempt(
    long IntendedNs, long EndNs, AttemptOutcome Outcome, bool IsLate = false, long LagNs = 0, bool Stood = false)
{
    /// <summary>When it did start.</summary>
    public long StartNs => IntendedNs + LagNs;

    /// <summary>
    /// Taken at the first SYN, and not lost: served; or nobody ended it, and it was the client whose patience did while it waited for its turn.
    /// A late one was lost when it began, and so bounds no gap.
    /// </summary>
    public bool IsTaken => IsAnswered || (Outcome == AttemptOutcome.Timeout && Stood && !IsLate);

    /// <summary>Served at the first SYN.</summary>
    public bool IsAnswered => Outcome == AttemptOutcome.Served && !IsLate;

    /// <summary>
    /// The first retransmit of a SYN comes after 1 s (<see href="https://www.rfc-editor.org/rfc/rfc6298">RFC 6298</see>); nothing else keeps
    /// a handshake on loopback waiting for nearly as long, since the kernel answers it without the server.
    /// </summary>
    private const long RetransmittedNs = 900_000_000;

    /// <param name="columns">Of the swarm.</param>
    /// <param name="isServedAgain">
    /// Whether the server came back: to connections that stand in the queue of one that never does, a timeout is their loss.
    /// </param>
    public static IEnumerable<Attempt> Of(AttemptColumns columns, bool isServedAgain)
    {
        for (int index = 0; index < columns.IntendedNs.Length; index++)
        {
            if (columns.ConnectNs[index] == 0)
            {
                // It waited in vain for a free connection of the client's own: nobody knocked.
                continue;
            }

            bool isLate = columns.SendNs[index] - columns.ConnectNs[index] >= RetransmittedNs;
            long lagNs = Math.Max(0, columns.ConnectNs[index] - columns.IntendedNs[index]);
            bool isKept = index < columns.Path.Length && (AttemptPath)columns.Path[index] == AttemptPath.Kept;
            bool stood = isServedAgain && columns.SendNs[index] > 0 && !isKept;
            yield return new Attempt(columns.IntendedNs[index], columns.EndNs[index], (AttemptOutcome)columns.Outcome[index], isLate, lagNs, stood);
        }
    }
}
