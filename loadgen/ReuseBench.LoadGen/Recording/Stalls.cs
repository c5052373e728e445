namespace ReuseBench.LoadGen.Recording;

/// <summary>
/// When one client thread did not run though it should have, by its own clock: between two points of its loop where it certainly ran, or after
/// the time at which a wait was to end. Whether it was stopped, not scheduled, paused by the runtime or held up in a call is all one to the
/// requests of that time. One thread uses it.
/// </summary>
internal sealed class Stalls
{
    /// <summary>
    /// Shorter gaps are the scheduler's ordinary business (a time slice is 3 to 4 ms), and seen in the lag of an open loop; a busy turn of the
    /// loop looks at the clock far more often.
    /// </summary>
    public const long ShortestNs = 10_000_000;

    private long _ranNs;
    private long _beginNs = long.MaxValue;
    private long _endNs = long.MaxValue;

    /// <summary>Within the window.</summary>
    public int Count { get; private set; }

    /// <summary>The longest, as far as it lay in the window.</summary>
    public long LongestNs { get; private set; }

    public long TotalNs { get; private set; }

    public void SetWindow(long beginNs, long endNs)
    {
        _beginNs = beginNs;
        _endNs = endNs;
    }

    /// <summary>The thread runs.</summary>
    /// <param name="nowNs">A reading of CLOCK_MONOTONIC; one older than the last is of no interest.</param>
    /// <param name="sinceNs">Where it did not run before: since when.</param>
    /// <returns>Whether it had stood still.</returns>
    public bool Runs(long nowNs, out long sinceNs)
    {
        sinceNs = _ranNs;
        if (nowNs <= sinceNs)
        {
            return false;
        }

        _ranNs = nowNs;
        if (nowNs - sinceNs < ShortestNs || sinceNs == 0)
        {
            return false;
        }

        Record(sinceNs, nowNs);
        return true;
    }

    /// <summary>The thread waited, and was meant to until <paramref name="untilNs"/>.</summary>
    public void Waited(long untilNs) => _ranNs = untilNs;

    private void Record(long fromNs, long toNs)
    {
        long ns = Math.Min(toNs, _endNs) - Math.Max(fromNs, _beginNs);
        if (ns > 0)
        {
            Count++;
            TotalNs += ns;
            LongestNs = Math.Max(LongestNs, ns);
        }
    }
}
