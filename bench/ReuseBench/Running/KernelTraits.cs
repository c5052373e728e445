using ReuseBench.Linux;

namespace ReuseBench.Bench.Running;

/// <summary>What a measurement must know of the kernel it ran on to be judged.</summary>
/// <param name="Interrupts">To whom the time of interrupts is charged.</param>
/// <param name="NanosecondPacing">Whether the swarm's waits end between two milliseconds.</param>
/// <param name="CpuQuota">CPUs' worth of time that the control group allows; null without a quota.</param>
internal sealed record KernelTraits(InterruptTime Interrupts, bool NanosecondPacing, double? CpuQuota)
{
    public static KernelTraits Read() => new(KernelConfig.ReadInterruptTime(), Epoll.CanWaitNs(), Linux.CpuQuota.Read().Cpus);
}
