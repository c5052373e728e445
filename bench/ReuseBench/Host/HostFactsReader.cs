using System.Reflection;
using System.Reflection.PortableExecutable;
using System.Runtime.InteropServices;
using ReuseBench.Core.Results;
using ReuseBench.Core.Units;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Host;

/// <summary>Reads what a reader of the report must know of the host.</summary>
internal static class HostFactsReader
{
    /// <summary>The version of this program, with the commit that it was built from.</summary>
    public static string VersionText => InformationalVersion() ?? "unknown";

    public static HostFacts Read(CpuPlan cpus, IReadOnlyList<CpuTopology.Place> allowed, KernelTraits traits) =>
        With(CpuEnvironment.Read(), Read(cpus, allowed, traits, CpuInfo.Read()));

    private static HostFacts With(CpuEnvironment environment, HostFacts facts) => facts with
    {
        CpuTurbo = environment.Turbo,
        CpuFrequencyDriver = environment.FrequencyDriver,
        CpuEnergyPreference = environment.EnergyPreference,
        CpuIdleStates = environment.IdleStates,
        CpuMicrocode = environment.Microcode,
        CpuMitigations = environment.Mitigations,
        Smt = environment.Smt,
        L3Domains = environment.L3Domains,
        IsolatedCpus = environment.Isolated,
        NohzFullCpus = environment.NohzFull,
    };

    private static HostFacts Read(CpuPlan cpus, IReadOnlyList<CpuTopology.Place> allowed, KernelTraits traits, CpuInfo cpu) => new()
    {
        Kernel = KernelInfo.Read().Release,
        BootId = KernelInfo.Read().BootId,
        Hypervisor = Hypervisor.Read(),
        PhysicalCores = allowed.Select(c => c.Siblings.Min()).Distinct().Count(),
        NumaNodes = allowed.Select(c => c.NumaNode).OfType<int>().Distinct().Count() is > 0 and int nodes ? nodes : null,
        CpuQuota = traits.CpuQuota,
        InterruptTime = Names.Of(traits.Interrupts),
        Pacing = traits.NanosecondPacing ? "nanoseconds" : "milliseconds",
        IoUring = AcceptRing.State(),
        Machine = KernelInfo.Read().Machine,
        CpuModel = cpu.ModelName,
        CpusAllowed = allowed.Count,
        ServerCpus = cpus.Server.ToString(),
        ClientCpus = cpus.Client.ToString(),
        MeasurementCpus = cpus.Measurement.ToString(),
        CpuGovernor = cpu.Governor,
        ClockSource = cpu.ClockSource,
        AllowedCpus = new CpuList(allowed.Select(c => c.Cpu)).ToString(),
        NumaPlacement = cpus.NumaName,
        StealSeen = traits.Steal.Seen,
        StealUnseenWhy = traits.Steal.WhyNot,
        Container = traits.Container.Kind,
        LxcfsFiles = traits.Container.LxcfsFiles.Count == 0 ? null : string.Join(", ", traits.Container.LxcfsFiles),
        MemoryKib = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1024,
        OperatingSystem = RuntimeInformation.OSDescription,
        Runtime = RuntimeInformation.FrameworkDescription,
        CompiledAhead = AheadOfTime.IsCompiled(Assembly.GetExecutingAssembly()),
        ReuseBenchVersion = InformationalVersion()?.Split('+')[0],
        Commit = Commit(),
        Sysctls = HostSysctls.Read(),
    };

    /// <summary>The commit that the build recorded: the SDK appends it to the informational version.</summary>
    private static string? Commit()
    {
        string? version = InformationalVersion();
        int plus = version?.IndexOf('+', StringComparison.Ordinal) ?? -1;
        return plus < 0 ? null : version![(plus + 1)..];
    }

    /// <summary>The version, by the last tag of the tree that it was built from, and the commit.</summary>
    private static string? InformationalVersion() =>
        Assembly.GetExecutingAssembly().GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
}

/// <summary>
/// Whether this program's command line and settings were compiled when it was built: every repeat starts two processes.
/// </summary>
internal static class AheadOfTime
{
    /// <returns>Null where it cannot be told.</returns>
    public static bool? IsCompiled(Assembly assembly)
    {
        try
        {
            if (ProgramFile.PathOf(assembly) is not { } path)
            {
                return null;
            }

            using PEReader file = new(File.OpenRead(path));
            return file.PEHeaders.CorHeader?.ManagedNativeHeaderDirectory.Size > 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or BadImageFormatException)
        {
            return null;
        }
    }
}

/// <summary>What a measurement must know of the kernel it ran on to be judged.</summary>
/// <param name="Interrupts">To whom the time of interrupts is charged.</param>
/// <param name="NanosecondPacing">Whether the swarm's waits end between two milliseconds.</param>
/// <param name="CpuQuota">CPUs' worth of time that the control group allows; null without a quota.</param>
internal sealed record KernelTraits(InterruptTime Interrupts, bool NanosecondPacing, double? CpuQuota)
{
    /// <summary>What the time is read from; null where the kernel does not say.</summary>
    public string? ClockSource { get; init; }

    /// <summary>Whether CPU steal can be seen here, and why not.</summary>
    public StealCounter Steal { get; init; } = new(null, null);

    /// <summary>Whether this is a container, and what is made up for it.</summary>
    public ContainerView Container { get; init; } = new(null, []);

    /// <summary>What cannot be told of who else had CPU time, as its column says it; null where all can.</summary>
    public string? CpuTimesUnseen => Container.HidesCpuTimes ? $"CPU steal and background load cannot be seen here: {Steal.WhyNot}"
        : Steal.Seen == false ? $"CPU steal cannot be seen here: {Steal.WhyNot}"
        : null;

    /// <summary>A share that the counters of this host cannot tell is none.</summary>
    public double? Steals(double? share) => Steal.Seen == false ? null : share;

    /// <summary>Likewise.</summary>
    public double? Backgrounds(double? share) => Container.HidesCpuTimes ? null : share;

    public static KernelTraits Read()
    {
        ContainerView container = ContainerView.Read();
        return new KernelTraits(KernelConfig.ReadInterruptTime(), Epoll.CanWaitNs(), Linux.CpuQuota.Read().Cpus)
        {
            ClockSource = CpuInfo.Read().ClockSource,
            Steal = StealCounter.Of(Hypervisor.Read(), KernelInfo.Read().Release, container),
            Container = container,
        };
    }
}
