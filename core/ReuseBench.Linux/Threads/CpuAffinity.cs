using System.Numerics;

namespace ReuseBench.Linux;

/// <summary>
/// Which CPUs a thread may run on.
/// <see href="https://man7.org/linux/man-pages/man2/sched_setaffinity.2.html">sched_setaffinity(2)</see>
/// </summary>
public static unsafe class CpuAffinity
{
    private const int BitsPerWord = 64;

    // cpu_set_t of the C library: 1024 CPUs. Larger kernels answer EINVAL until the mask is large enough.
    private const int FirstGuessWords = 1024 / BitsPerWord;
    private const int MostWords = 1 << 20;

    /// <summary>The allowed CPUs of the calling thread, ascending.</summary>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public static int[] OfCurrentThread()
    {
        for (int words = FirstGuessWords; ; words *= 2)
        {
            ulong[] mask = new ulong[words];
            int result;
            fixed (ulong* pointer = mask)
            {
                result = LibC.Result(LibC.sched_getaffinity(0, (nuint)(words * sizeof(ulong)), pointer));
            }

            if (result != -ErrnoCode.EINVAL || words >= MostWords)
            {
                LinuxException.ThrowIfError(result, "sched_getaffinity", "the calling thread");
                return FromMask(mask);
            }
        }
    }

    /// <summary>Binds the calling thread to these CPUs.</summary>
    /// <exception cref="LinuxException">None of them is there or allowed (EINVAL).</exception>
    public static void SetCurrentThread(ReadOnlySpan<int> cpus) => SetThread(0, cpus);

    /// <summary>Does the same on each CPU at once, on threads of their own that are pinned and begin together.</summary>
    /// <param name="cpus">At least one.</param>
    /// <param name="name">Of the threads.</param>
    /// <param name="work">Given the CPU.</param>
    /// <returns>By the place of the CPU in the list; the default where a thread could not be pinned.</returns>
    internal static T?[] OnEach<T>(IReadOnlyList<int> cpus, string name, Func<int, T> work)
    {
        T?[] results = new T?[cpus.Count];
        using Barrier together = new(cpus.Count);
        Thread[] threads = [.. cpus.Select((cpu, place) => new Thread(() => Run(cpu, place)) { Name = name })];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        return results;

        void Run(int cpu, int place)
        {
            bool isPinned = true;
            try
            {
                SetCurrentThread([cpu]);
            }
            catch (LinuxException)
            {
                // Gone offline, or taken from this control group.
                isPinned = false;
            }

            together.SignalAndWait();
            if (isPinned)
            {
                results[place] = work(cpu);
            }
        }
    }

    /// <summary>Binds a thread to these CPUs.</summary>
    /// <param name="tid">A kernel thread id of <see cref="ThreadInfo.Tid"/>; 0 the calling thread.</param>
    /// <param name="cpus">At least one that is there and allowed.</param>
    /// <exception cref="LinuxException">None of them is there or allowed (EINVAL), or no such thread (ESRCH).</exception>
    public static void SetThread(int tid, ReadOnlySpan<int> cpus)
    {
        ulong[] mask = ToMask(cpus);
        int result;
        fixed (ulong* pointer = mask)
        {
            result = LibC.Result(LibC.sched_setaffinity(tid, (nuint)(mask.Length * sizeof(ulong)), pointer));
        }

        if (result < 0)
        {
            LinuxException.Throw(
                result,
                "sched_setaffinity",
                $"CPUs {CpuList.Format(cpus)}",
                "use CPUs of `grep Cpus_allowed_list /proc/self/status`");
        }
    }

    internal static ulong[] ToMask(ReadOnlySpan<int> cpus)
    {
        int highest = 0;
        foreach (int cpu in cpus)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(cpu, nameof(cpus));
            highest = Math.Max(highest, cpu);
        }

        ulong[] mask = new ulong[Math.Max(FirstGuessWords, (highest / BitsPerWord) + 1)];
        foreach (int cpu in cpus)
        {
            mask[cpu / BitsPerWord] |= 1UL << (cpu % BitsPerWord);
        }

        return mask;
    }

    internal static int[] FromMask(ReadOnlySpan<ulong> mask)
    {
        List<int> cpus = [];
        for (int word = 0; word < mask.Length; word++)
        {
            for (ulong rest = mask[word]; rest != 0; rest &= rest - 1)
            {
                cpus.Add((word * BitsPerWord) + BitOperations.TrailingZeroCount(rest));
            }
        }

        return [.. cpus];
    }
}

/// <summary>
/// Keeps the calling thread on the CPU that it runs on, until it is disposed by the same thread.
/// </summary>
/// <remarks>
/// On loopback a packet goes through the backlog of the CPU that sends it. Where a thread moves between the end of a handshake and a reset
/// that follows at once, the reset can overtake the last ACK: the kernel then drops a connection that the client saw established, and
/// which no listener will ever get.
/// </remarks>
public readonly struct StayOnCpu : IDisposable
{
    private readonly int[] _allowed;

    private StayOnCpu(int[] allowed) => _allowed = allowed;

    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public static StayOnCpu Begin()
    {
        StayOnCpu stay = new(CpuAffinity.OfCurrentThread());
        CpuAffinity.SetCurrentThread([ThreadInfo.CurrentCpu()]);
        return stay;
    }

    public void Dispose() => CpuAffinity.SetCurrentThread(_allowed);
}
