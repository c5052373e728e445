using ReuseBench.Core.Cells;

namespace ReuseBench.Core.Verdicts;

/// <summary>Rules about how fast the CPUs and the clock are.</summary>
public static partial class VerdictRules
{
    /// <summary>
    /// Repeats during which the CPUs were for good slower than this share of the run's usual speed, or faster by as much, are marked; beyond the next
    /// their figures are another machine's.
    /// </summary>
    public const double CpuSpeedMarked = 0.95;
    public const double CpuSpeedInvalid = 0.85;

    private const string FixTheClock = "Fix the clock (performance governor, boost off), cool the host, or use a host of your own.";

    /// <summary>Those that a program reads by itself, through the vDSO.</summary>
    private static readonly HashSet<string> FastClockSources =
        ["tsc", "kvm-clock", "hyperv_clocksource_tsc_page", "arch_sys_counter", "riscv_clocksource"];

    public static VerdictRule CpuSpeed { get; } = new(
        "cpu-speed", Figures.Throughput | Figures.Latency | Figures.Gap, Grade.Limited,
        "Just before and just after the window the slowest CPU that the benchmark was running on was more than 15 % slower, or faster, than is usual in this "
        + "run on the same CPUs; or it was by more than 5 % there and in the two repeats before and the two after it on the same CPUs, or there alone where "
        + "the run has fewer than five repeats on them: a neighbour on the same core, or the clock (heat, power). A neighbour comes and goes within "
        + "milliseconds, so what the window had of it is not known; the spread of the repeats shows it.",
        FixTheClock,
        e => (!Within(e.CpuSpeed, CpuSpeedInvalid) || !Within(e.LastingCpuSpeed, CpuSpeedMarked)) && Within(e.LastingCpuSpeed, CpuSpeedInvalid));

    public static VerdictRule CpuSpeedChanged { get; } = new(
        "cpu-speed-changed", Figures.Throughput | Figures.Latency | Figures.Gap, Grade.Invalid,
        "In this repeat and the two before and the two after it on the same CPUs the slowest CPU that the benchmark was running on was more than 15 % "
        + "slower, or faster, than is usual in this run on these CPUs: what was measured is another machine. Where the run has fewer than five repeats on the "
        + "same CPUs, it is cpu-speed, a mark, instead.",
        FixTheClock,
        e => !Within(e.LastingCpuSpeed, CpuSpeedInvalid));

    public static VerdictRule SlowClockSource { get; } = new(
        "slow-clock-source", Figures.Latency | Figures.Gap, Grade.Limited,
        "The kernel reads the time from a clock source that takes a system call or a device to read. Each reading takes a microsecond or "
        + "more, and several are in each latency; some tick only every few milliseconds.",
        "Boot with a stable TSC (see dmesg for why it was dropped), or use another host.",
        e => e.ClockSource is not null && !FastClockSources.Contains(e.ClockSource));

    /// <summary>What is found of a repeat over the whole run, beside what its row says.</summary>
    /// <param name="cell">Of the repeat, which was judged by all else when it was measured.</param>
    /// <param name="cpuSpeed">As <see cref="Evidence.CpuSpeed"/>.</param>
    /// <param name="lasting">As <see cref="Evidence.LastingCpuSpeed"/>.</param>
    public static IReadOnlyList<VerdictRule> JudgeOverRun(Cell cell, double? cpuSpeed, double? lasting)
    {
        Evidence evidence = new()
        {
            Experiment = cell.Experiment,
            Load = cell.Load.Load,
            Driver = cell.Driver,
            Requests = 1,
            CpuSpeed = cpuSpeed,
            LastingCpuSpeed = lasting,
        };
        return [.. OverRunRules.InOrder.Where(rule => rule.Applies(evidence))];
    }

    /// <summary>Whether only a whole run shows it: no row has it while the run goes on.</summary>
    public static bool IsOverRun(VerdictRule rule) => OverRunRules.InOrder.Contains(rule);

    /// <summary>Slower and faster are alike by ratio; true where the speed is not known.</summary>
    private static bool Within(double? speed, double share) => speed is not double known || (known >= share && known <= 1 / share);

    /// <summary>Made when first asked for: the rules are there by then.</summary>
    private static class OverRunRules
    {
        public static readonly IReadOnlyList<VerdictRule> InOrder = [CpuSpeed, CpuSpeedChanged];
    }
}
