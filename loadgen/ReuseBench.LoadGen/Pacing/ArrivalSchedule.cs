using ReuseBench.Core.Cells;
using ReuseBench.Core.Statistics;

namespace ReuseBench.LoadGen.Pacing;

/// <summary>
/// The intended start times of one thread's share of an open loop. It does not know the clock and is not slowed by anything: arrival
/// after arrival it says when a request is due, so that requests which wait for a connection need no queue, only this cursor.
/// </summary>
internal abstract class ArrivalSchedule
{
    /// <summary>Due time of the next arrival in nanoseconds from the schedule's beginning; never less than the one before.</summary>
    public abstract long NextNs();

    /// <param name="arrivals">The arrival process.</param>
    /// <param name="rate">Requests per second over all threads.</param>
    /// <param name="thread">0 to <paramref name="threads"/> − 1.</param>
    /// <param name="threads">Threads that share the rate.</param>
    /// <param name="seed">Of the whole swarm; threads draw from streams of their own.</param>
    public static ArrivalSchedule Create(Arrivals arrivals, double rate, int thread, int threads, ulong seed) => arrivals switch
    {
        Arrivals.Constant => new ConstantSchedule(rate, thread, threads),
        Arrivals.Poisson => new PoissonSchedule(rate / threads, new SplitMix64(seed, (ulong)thread)),
        _ => throw new ArgumentOutOfRangeException(nameof(arrivals), arrivals, "no schedule"),
    };
}

/// <summary>
/// Arrivals at equal gaps. All threads together form one even train of the full rate: thread t of T has the arrivals t, t + T,
/// t + 2T …, so that threads never start in step.
/// </summary>
internal sealed class ConstantSchedule(double rate, int thread, int threads) : ArrivalSchedule
{
    private const double NanosecondsPerSecond = 1e9;

    private long _next;

    public override long NextNs() => DueNs(rate, thread + (_next++ * threads));

    /// <summary>
    /// When arrival number <paramref name="index"/> of the whole train is due. Computed from the number, not from the arrival before, so
    /// that rounding never adds up: exact to 1 ns for 104 days.
    /// </summary>
    public static long DueNs(double rate, long index) => (long)(index * NanosecondsPerSecond / rate);
}

/// <summary>
/// Arrivals with independent, exponentially distributed gaps. The processes of several threads add up to one Poisson process of the sum
/// of their rates, so each thread draws its own.
/// </summary>
internal sealed class PoissonSchedule(double ratePerThread, SplitMix64 random) : ArrivalSchedule
{
    private const double NanosecondsPerSecond = 1e9;

    // A mutable generator: it must not be read-only.
    private SplitMix64 _random = random;
    private double _dueNs;

    public override long NextNs()
    {
        _dueNs += GapNs(_random.NextOpenUnit(), ratePerThread);
        return (long)_dueNs;
    }

    /// <summary>The gap whose probability of being exceeded is <paramref name="unit"/>.</summary>
    /// <param name="unit">Above 0, at most 1.</param>
    /// <param name="rate">Per second.</param>
    public static double GapNs(double unit, double rate) => -Math.Log(unit) * NanosecondsPerSecond / rate;
}
