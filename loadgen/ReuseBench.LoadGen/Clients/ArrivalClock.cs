using ReuseBench.Linux;
using ReuseBench.LoadGen.Recording;

namespace ReuseBench.LoadGen.Clients;

/// <summary>
/// When the responses of one thread came to this host, so that what they wait to be read is not taken for the server's. The kernel tells of each
/// (its CLOCK_REALTIME, SO_TIMESTAMPNS); where it does not, a response came after the thread last looked and had none. All times but the stamp are
/// CLOCK_MONOTONIC in nanoseconds.
/// </summary>
internal sealed class ArrivalClock
{
    /// <summary>
    /// An idle thread is woken within this: the CPU leaves its idle state, and a hypervisor may have to be asked. 20 to 40 µs is usual in a virtual
    /// machine, 5 without. What takes longer had no CPU, and waited for one.
    /// </summary>
    public const long LongestWakeUpNs = 100_000;

    /// <summary>How long an offset between the two clocks is used: it changes only where the time of day is set.</summary>
    private const long OffsetKeepsNs = 5_000_000;

    private long _earliestNs;
    private long _lookedNs;
    private long _sleptFromNs;
    private long _wokenNs;
    private long _offsetNs;
    private long _offsetFromNs = long.MinValue / 2;

    /// <summary>A turn of the loop begins: what is read in it was reported together.</summary>
    /// <param name="earliestNs">What had come by then has been reported before, for certain.</param>
    /// <param name="lookedNs">What came before the last look has been; or, where the thread slept, it was woken then by the first to come.</param>
    /// <param name="sleptFromNs">Since when the thread had slept.</param>
    /// <param name="wokenNs">When it woke; 0 where it had not slept.</param>
    public void BeginTurn(long earliestNs, long lookedNs, long sleptFromNs, long wokenNs)
    {
        _earliestNs = earliestNs;
        _lookedNs = lookedNs;
        _sleptFromNs = sleptFromNs;
        _wokenNs = wokenNs;
    }

    /// <summary>Holds the kernel's clock for stamps against the monotonic one, where that has not been done for a while.</summary>
    public void ReadOffset(long nowNs)
    {
        if (nowNs - _offsetFromNs > OffsetKeepsNs)
        {
            SetOffset(MonotonicClock.RealtimeOffsetNs(), nowNs);
        }
    }

    /// <param name="offsetNs">CLOCK_REALTIME less CLOCK_MONOTONIC.</param>
    /// <param name="nowNs">When that was found.</param>
    public void SetOffset(long offsetNs, long nowNs)
    {
        _offsetNs = offsetNs;
        _offsetFromNs = nowNs;
    }

    /// <summary>How much of a wait that began at <paramref name="sinceNs"/> was no more than the waking of an idle thread.</summary>
    public long WakeUpOf(long sinceNs) => sinceNs < _sleptFromNs ? 0 : Math.Clamp(_wokenNs - sinceNs, 0, LongestWakeUpNs);

    /// <summary>How long a response had waited to be read. It cannot have come before its request was sent.</summary>
    /// <param name="sentNs">When its request was sent.</param>
    /// <param name="readNs">When its last byte was read.</param>
    /// <param name="stampNs">The kernel's stamp of these bytes; 0 for none.</param>
    public ReadLag LagOf(long sentNs, long readNs, long stampNs)
    {
        // The clamp holds where the time of day was set between the stamp and the offset.
        long cameNs = Math.Max(sentNs, stampNs != 0 ? Math.Max(stampNs - _offsetNs, _earliestNs) : _lookedNs);
        long lagNs = Math.Max(0, readNs - cameNs);
        return new ReadLag(lagNs, Math.Min(lagNs, WakeUpOf(cameNs)), stampNs != 0);
    }
}
