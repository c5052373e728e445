using System.Runtime.CompilerServices;

namespace ReuseBench.Linux;

/// <summary>
/// Work of a known amount: rounds of a loop that touches no memory and makes no system call, so that how long it takes is the speed of the CPU. A
/// round is three multiplications that need those of the round before: it takes the time of one (four cycles), and three quarters of what a core can
/// multiply. Two threads of one core so do four thirds of the work of one, about as with real servers. Of a single chain they would do twice as much.
/// </summary>
public static class CpuWork
{
    /// <summary>Rounds between two readings of the clock while a rate is measured: a third of a millisecond or so.</summary>
    private const long RoundsOfTry = 1 << 18;

    // Of Knuth's MMIX generator; any odd ones would do.
    private const ulong Multiplier = 6_364_136_223_846_793_005;
    private const ulong Increment = 1_442_695_040_888_963_407;

    /// <summary>Does so many rounds.</summary>
    /// <param name="state">Where it begins: any number.</param>
    /// <param name="rounds">At least 0.</param>
    /// <returns>Where it ends; of use to nobody, but a loop without a result could be dropped.</returns>
    // Compiled in full at its first call, and so the same code in the program that calibrates and in each server, however long they run.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static ulong Do(ulong state, long rounds)
    {
        (ulong first, ulong second, ulong third) = (state, state + 1, state + 2);
        for (long round = 0; round < rounds; round++)
        {
            first = (first * Multiplier) + Increment;
            second = (second * Multiplier) + Increment;
            third = (third * Multiplier) + Increment;
        }

        return first ^ second ^ third;
    }

    /// <summary>
    /// Rounds per microsecond of the calling thread: the fastest of some tries, since an interrupt, a preemption and a clock that has not risen yet
    /// only ever make one slower.
    /// </summary>
    /// <param name="tries">A third of a millisecond each, or so.</param>
    public static double RoundsPerUs(int tries)
    {
        // Compiles it, which takes longer than a round.
        ulong state = Do(1, 1);
        long fastestNs = long.MaxValue;
        for (int number = 0; number < tries; number++)
        {
            long begin = MonotonicClock.ThreadCpuNs();
            state = Do(state, RoundsOfTry);
            fastestNs = Math.Min(fastestNs, MonotonicClock.ThreadCpuNs() - begin);
        }

        return RoundsOfTry * 1e3 / fastestNs;
    }

    /// <summary>As <see cref="RoundsPerUs(int)"/>, on threads of their own that are pinned to a CPU each, at the same time.</summary>
    /// <param name="cpus">The CPUs.</param>
    /// <param name="tries">For each.</param>
    /// <returns>By the place of the CPU in the list; null where a thread could not be pinned.</returns>
    public static double?[] RoundsPerUs(IReadOnlyList<int> cpus, int tries) => CpuAffinity.OnEach<double?>(cpus, "cpu-speed", _ => RoundsPerUs(tries));
}
