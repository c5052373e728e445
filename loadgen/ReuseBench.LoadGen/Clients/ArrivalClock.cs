using ReuseBench.Linux;
using ReuseBench.LoadGen.Recording;

namespace ReuseBench.LoadGen.Clients;

/// <summary>
/// When the responses of one thread came to this host, so that what they wait to be read is not the server's. The kernel tells of each (its
/// CLOCK_REALTIME, SO_TIMESTAMPNS); where it does not, a response came after the thread last looked and had none. All times but the stamp are
/// CLOCK_MONOTONIC in nanoseconds.
/// </summary>
internal sealed class ArrivalClock
{
    /// <summary>How long an offset between the two clocks is used: it changes only where the time of day is set.</summary>
    private const long OffsetKeepsNs = 5_000_000;

    private long _earliestNs;
    private long _lookedNs;
    private long _offsetNs;
    private long _offsetFromNs = long.MinValue / 2;

    /// <summary>A turn of the loop begins: what is read in it was reported together.</summary>
    /// <param name="earliestNs">What had come by then has been reported before, for certain.</param>
    /// <param name="lookedNs">What came before the last look has been; or, where the thread slept, it was woken then by the first to come.</param>
    /// <param name="nowNs">Now.</param>
    /// <param name="readsOffset">Whether there may be stamps.</param>
    public void BeginTurn(long earliestNs, long lookedNs, long nowNs, bool readsOffset)
    {
        _earliestNs = earliestNs;
        _lookedNs = lookedNs;
        if (readsOffset && nowNs - _offsetFromNs > OffsetKeepsNs)
        {
            _offsetNs = MonotonicClock.RealtimeOffsetNs();
            _offsetFromNs = nowNs;
        }
    }

    /// <summary>What of a latency is the swarm's own. A response cannot have come before its request was sent.</summary>
    /// <param name="startLagNs">How much later it was started than it could be.</param>
    /// <param name="sentNs">When its request was sent.</param>
    /// <param name="readNs">When its last byte was read.</param>
    /// <param name="stampNs">The kernel's stamp of these bytes; 0 for none.</param>
    public GeneratorLagNs LagOf(long startLagNs, long sentNs, long readNs, long stampNs)
    {
        // The clamp holds where the time of day was set between the stamp and the offset.
        long cameNs = stampNs != 0 ? Math.Max(stampNs - _offsetNs, _earliestNs) : _lookedNs;
        return new GeneratorLagNs(startLagNs, Math.Max(0, readNs - Math.Max(cameNs, sentNs)), stampNs != 0);
    }
}
