using ReuseBench.Core.Results;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Host;

/// <summary>What <c>doctor</c> looks at: the facts that a run records, and what only matters before one.</summary>
internal sealed record HostExamination
{
    /// <summary>As <c>run.json</c> has them.</summary>
    public required HostFacts Host { get; init; }

    /// <summary>Hard limit of descriptors of a process.</summary>
    public required long Descriptors { get; init; }

    /// <summary>How many more processes and threads may be started; null for no limit.</summary>
    public TaskLimit? Tasks { get; init; }

    public required ConntrackCounters Conntrack { get; init; }

    public required ProcessRights Rights { get; init; }

    /// <summary>kernel.perf_event_paranoid; null where there is none.</summary>
    public string? PerfParanoid { get; init; }

    /// <summary>Whether each repeat can have a network namespace of its own.</summary>
    public required bool HasNamespaces { get; init; }

    /// <summary>Whether waits can end between two milliseconds (epoll_pwait2).</summary>
    public required bool HasNanosecondWaits { get; init; }

    /// <summary>Of each CPU that may be used.</summary>
    public required IReadOnlyList<CpuNoise> Noise { get; init; }

    /// <summary>Reads all of it, and spins on the CPUs for a while.</summary>
    /// <param name="facts">What a run records.</param>
    /// <param name="noise">How long to spin.</param>
    public static HostExamination Take(HostFacts facts, TimeSpan noise) => new()
    {
        Host = facts,
        Descriptors = FileLimit.Current().Hard,
        Tasks = TaskLimit.Read(),
        Conntrack = ConntrackCounters.Read(),
        Rights = ProcessRights.Read(),
        PerfParanoid = Sysctl.TryRead("kernel.perf_event_paranoid"),
        HasNamespaces = NetworkNamespace.CanHaveOne(out _),
        HasNanosecondWaits = Epoll.CanWaitNs(),
        Noise = CpuNoise.Measure(CpuAffinity.OfCurrentThread(), noise),
    };

    /// <summary>Of this host as it is, as <c>doctor</c> takes it.</summary>
    /// <param name="noise">How long to spin.</param>
    public static HostExamination Take(TimeSpan noise)
    {
        IReadOnlyList<CpuTopology.Place> places = CpuTopology.Read().Cpus;
        KernelTraits traits = KernelTraits.Read();
        return Take(HostFactsReader.Read(CpuPlanner.Plan(places, null, null, traits.CpuQuota), places, traits), noise);
    }
}
