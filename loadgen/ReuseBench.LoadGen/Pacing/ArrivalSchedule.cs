using ReuseBench.Core.Cells;

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
