namespace ReuseBench.LoadGen.Pacing;

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
