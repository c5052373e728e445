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

/// <summary>
/// A 64-bit generator whose streams depend on seed and stream number alone, on every machine and runtime.
/// <see href="https://doi.org/10.1145/2714064.2660195">Steele, Lea, Flood: Fast splittable pseudorandom number generators (2014)</see>.
/// </summary>
public struct SplitMix64
{
    private const ulong GoldenGamma = 0x9E37_79B9_7F4A_7C15;

    private ulong _state;

    public SplitMix64(ulong seed, ulong stream) => _state = Mix(seed + GoldenGamma) ^ Mix((stream + 1) * GoldenGamma);

    public ulong Next() => Mix(_state += GoldenGamma);

    /// <summary>Uniform over (0, 1], in steps of 2⁻⁵³: fit for a logarithm.</summary>
    public double NextOpenUnit() => ((Next() >> 11) + 1) * (1.0 / (1UL << 53));

    /// <summary>The finalizer: a bijection in which every input bit reaches every output bit.</summary>
    public static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58_476D_1CE4_E5B9;
        value = (value ^ (value >> 27)) * 0x94D0_49BB_1331_11EB;
        return value ^ (value >> 31);
    }
}
