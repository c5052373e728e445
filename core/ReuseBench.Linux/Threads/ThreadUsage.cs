namespace ReuseBench.Linux;

/// <summary>What a thread has used since it began.</summary>
/// <param name="CpuNs">CPU time, user and system, nanoseconds.</param>
/// <param name="VoluntarySwitches">Times it gave up the CPU to wait.</param>
/// <param name="InvoluntarySwitches">Times the scheduler took the CPU away.</param>
public readonly record struct ThreadUsage(long CpuNs, long VoluntarySwitches, long InvoluntarySwitches);
