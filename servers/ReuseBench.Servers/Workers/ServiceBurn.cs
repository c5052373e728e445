using ReuseBench.Core.Cells;
using ReuseBench.Linux;

namespace ReuseBench.Servers.Workers;

/// <summary>
/// Burns a request's service time as CPU time of the calling thread: time in which the thread was preempted does not count, as it would
/// not for real work. Arithmetic between reads of the thread's CPU clock keeps most of the time in user mode.
/// </summary>
/// <param name="time">The setting.</param>
/// <param name="seed">Of the exponential draws; a worker's own number, so that runs repeat and workers differ.</param>
internal sealed class ServiceBurn(ServiceTime time, int seed)
{
    // About 0.7 µs of dependent multiplications: bounds the overshoot, while the clock (a system call) is read once for them all.
    private const int RoundsBetweenReads = 512;

    private readonly double _meanNs = time.Mean.Nanoseconds;
    private readonly Random _random = new(seed);
    private ulong _state = (ulong)seed;

    /// <summary>Burns one request's worth; returns at once where none is asked for.</summary>
    public void Request()
    {
        if (_meanNs > 0)
        {
            Burn((long)NextNs());
        }
    }

    internal double NextNs() => time.Exponential ? -_meanNs * Math.Log(1 - _random.NextDouble()) : _meanNs;

    internal void Burn(long ns)
    {
        long end = MonotonicClock.ThreadCpuNs() + ns;
        do
        {
            Compute();
        }
        while (MonotonicClock.ThreadCpuNs() < end);
    }

    private void Compute()
    {
        ulong state = _state;
        for (int round = 0; round < RoundsBetweenReads; round++)
        {
            state = (state * 6_364_136_223_846_793_005) + 1_442_695_040_888_963_407;
        }

        // Stored, so that the loop has a result and is not dropped.
        _state = state;
    }
}
