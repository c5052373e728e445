using ReuseBench.Core.Units;
using ReuseBench.LoadGen.Sources;

namespace ReuseBench.LoadGen.Pacing;

/// <summary>
/// Arrivals whose rate grows evenly from nothing to that of an even schedule, which they are from then on: what is due after the ramp is due
/// at the same times as without one, and in the ramp half as much as without. Only time is changed, so a Poisson process stays one, of a
/// growing rate.
/// </summary>
internal sealed class RampedSchedule : ArrivalSchedule
{
    private readonly ArrivalSchedule _even;
    private readonly long _rampNs;
    private readonly long _halfNs;
    private long _nextEvenNs;

    private RampedSchedule(ArrivalSchedule even, Duration ramp)
    {
        _even = even;
        _rampNs = ramp.Nanoseconds;
        _halfNs = _rampNs / 2;

        // A ramp carries what half its time does at the full rate. What the even schedule has in the first half is left out, rather than all of
        // it put off by half a ramp: so arrivals keep their times after the ramp, and a window holds exactly those that it holds without one.
        do
        {
            _nextEvenNs = even.NextNs();
        }
        while (_nextEvenNs < _halfNs);
    }

    /// <param name="even">Not yet used.</param>
    /// <param name="ramp">From the schedule's beginning; 0 for none.</param>
    public static ArrivalSchedule Over(ArrivalSchedule even, Duration ramp) => ramp > Duration.Zero ? new RampedSchedule(even, ramp) : even;

    public override long NextNs()
    {
        long dueNs = DueNs(_rampNs, _nextEvenNs - _halfNs);
        _nextEvenNs = _even.NextNs();
        return dueNs;
    }

    /// <summary>
    /// When an arrival is due that an even schedule from 0 has at <paramref name="evenNs"/>. While the rate grows from 0 to R within T, t²·R/2T
    /// arrivals are due by t, which an even schedule has by t²/2T: the inverse is √(2·T·u) up to u = T/2, and u + T/2 from there on.
    /// </summary>
    /// <param name="rampNs">T; 0 or more.</param>
    /// <param name="evenNs">u; 0 or more.</param>
    public static long DueNs(long rampNs, long evenNs) =>
        evenNs <= rampNs - evenNs ? (long)Math.Sqrt(2.0 * rampNs * evenNs) : evenNs + (rampNs / 2);
}

/// <summary>
/// When the clients of one thread begin in a closed loop whose load grows evenly: number i of all C at T·i/C. Threads take turns, so that each
/// grows from nothing to its share.
/// </summary>
/// <param name="ramp">T.</param>
/// <param name="connections">C, over all threads.</param>
/// <param name="thread">0 to <paramref name="threads"/> − 1.</param>
/// <param name="threads">At most C.</param>
internal sealed class SlotRamp(Duration ramp, int connections, int thread, int threads)
{
    private readonly int _each = connections / threads;
    private readonly int _extrasBefore = (int)TupleSlice.Of(connections, thread, threads).First - (connections / threads * thread);

    /// <summary>From the beginning of the ramp, in nanoseconds; never less than that of the slot before.</summary>
    /// <param name="slot">Of this thread, from 0.</param>
    public long BeginNs(int slot) => (long)((Int128)ramp.Nanoseconds * NumberOf(slot) / connections);

    /// <summary>A slot's place among all clients, from 0. Where some threads have a slot more than others, these slots come last.</summary>
    public int NumberOf(int slot) => (slot * threads) + (slot < _each ? thread : _extrasBefore);
}
