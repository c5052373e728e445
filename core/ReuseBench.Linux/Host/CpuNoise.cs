namespace ReuseBench.Linux;

/// <summary>What took a CPU from a thread that wanted nothing but to run on it.</summary>
/// <param name="Cpu">The CPU.</param>
/// <param name="LostShare">Share of the time in which it did not run, 0 to 1: other processes, interrupts, the hypervisor.</param>
/// <param name="LongestNs">The longest time in a row.</param>
public sealed record CpuNoise(int Cpu, double LostShare, long LongestNs)
{
    /// <summary>
    /// Between two readings of the clock nothing else happens: the fastest clocks take 25 ns, the slowest a few microseconds. Longer than so many of
    /// the usual distance, and than the least below, something else ran.
    /// </summary>
    private const int Readings = 20;

    private const long LeastNs = 2_000;

    /// <summary>Spins on each CPU, on all at once as a measurement does.</summary>
    /// <param name="cpus">The CPUs.</param>
    /// <param name="length">For so long.</param>
    /// <returns>Of each CPU in the order given; without those that no thread could be pinned to.</returns>
    public static IReadOnlyList<CpuNoise> Measure(IReadOnlyList<int> cpus, TimeSpan length) =>
    [
        .. CpuAffinity.OnEach(cpus, "cpu-noise", cpu => Spin(cpu, (long)length.TotalNanoseconds, Math.Max(LeastNs, Readings * UsualDistanceNs())))
            .OfType<CpuNoise>(),
    ];

    private static CpuNoise Spin(int cpu, long lengthNs, long fromNs)
    {
        long beginNs = MonotonicClock.NowNs();
        long lastNs = beginNs;
        long lostNs = 0;
        long longestNs = 0;
        while (lastNs - beginNs < lengthNs)
        {
            long nowNs = MonotonicClock.NowNs();
            long awayNs = nowNs - lastNs;
            if (awayNs >= fromNs)
            {
                lostNs += awayNs;
                longestNs = Math.Max(longestNs, awayNs);
            }

            lastNs = nowNs;
        }

        return new CpuNoise(cpu, (double)lostNs / (lastNs - beginNs), longestNs);
    }

    /// <summary>The median of a few.</summary>
    private static long UsualDistanceNs()
    {
        long[] distances = new long[101];
        for (int index = 0; index < distances.Length; index++)
        {
            long before = MonotonicClock.NowNs();
            distances[index] = MonotonicClock.NowNs() - before;
        }

        Array.Sort(distances);
        return distances[distances.Length / 2];
    }
}

/// <summary>
/// What a process may do. <see href="https://man7.org/linux/man-pages/man7/capabilities.7.html">capabilities(7)</see>
/// </summary>
/// <param name="NetAdmin">CAP_NET_ADMIN: sysctls of a namespace, RPS.</param>
/// <param name="SysAdmin">CAP_SYS_ADMIN: namespaces.</param>
/// <param name="SysNice">CAP_SYS_NICE: real-time priority.</param>
/// <param name="PerfMon">CAP_PERFMON or CAP_SYS_ADMIN: hardware counters whatever kernel.perf_event_paranoid says.</param>
public sealed record ProcessRights(bool NetAdmin, bool SysAdmin, bool SysNice, bool PerfMon)
{
    private const int CapNetAdmin = 12;
    private const int CapSysAdmin = 21;
    private const int CapSysNice = 23;
    private const int CapSysResource = 24;
    private const int CapPerfMon = 38;

    /// <summary>CAP_SYS_RESOURCE: limits of resources may be passed.</summary>
    public bool SysResource { get; init; }

    /// <summary>Of this process.</summary>
    public static ProcessRights Read() => Parse(SysText.TryRead("/proc/self/status") ?? "");

    /// <param name="text">The content of /proc/PID/status.</param>
    public static ProcessRights Parse(string text)
    {
        _ = ulong.TryParse(
            ProcLines.Value(text, "CapEff"), System.Globalization.NumberStyles.HexNumber, System.Globalization.CultureInfo.InvariantCulture, out ulong held);
        return new ProcessRights(Has(CapNetAdmin), Has(CapSysAdmin), Has(CapSysNice), Has(CapPerfMon) || Has(CapSysAdmin))
        {
            SysResource = Has(CapSysResource),
        };

        bool Has(int capability) => (held >> capability & 1) != 0;
    }
}
