using System.Globalization;

namespace ReuseBench.Core.Results;

/// <summary>
/// What must be equal of a host before figures of two measurements are compared, one with the other: the one list, for a run that goes on and for two
/// runs.
/// </summary>
public static class RunConditions
{
    /// <summary>Named in <see cref="Of"/> as the last that is not a setting of the kernel: another start of the same host.</summary>
    public const string Boot = "boot";

    /// <param name="host">Of a run.</param>
    /// <param name="isolation">How its repeats are kept apart, as in <c>run.json</c>.</param>
    /// <returns>Names in words with their values; null for what is not known.</returns>
    public static IReadOnlyList<(string What, string? Value)> Of(HostFacts host, string isolation) =>
    [
        ("kernel", host.Kernel),
        ("CPU model", host.CpuModel),
        ("server CPUs", host.ServerCpus),
        ("client CPUs", host.ClientCpus),
        ("NUMA placement", host.NumaPlacement),
        ("isolated CPUs", string.IsNullOrEmpty(host.IsolatedCpus) ? "none" : host.IsolatedCpus),
        ("CPUs of the measurement", host.MeasurementCpus),
        ("isolation", isolation),
        ("commit", host.Commit),
        ("compilation ahead of time", OnOff(host.CompiledAhead)),
        ("CPU governor", host.CpuGovernor),
        ("turbo", OnOff(host.CpuTurbo)),
        ("CPU energy preference", host.CpuEnergyPreference),
        ("CPU idle states", host.CpuIdleStates),
        ("CPU mitigations", host.CpuMitigations),
        ("simultaneous multithreading", OnOff(host.Smt)),
        ("clock source", host.ClockSource),
        ("CPU quota", host.CpuQuota?.ToString(CultureInfo.InvariantCulture) ?? "none"),
        (Boot, host.BootId),
        .. host.Sysctls.Select(s => (s.Key, (string?)s.Value)),
    ];

    /// <summary>
    /// What of a host is the machine and how it is used: equal for all runs of one host, whose kernel, program version and settings may change from run to
    /// run. No name of a host is recorded, so two alike machines are one.
    /// </summary>
    /// <param name="host">Of a run.</param>
    /// <param name="isolation">As in <see cref="Of"/>.</param>
    public static IReadOnlyList<(string What, string? Value)> OfMachine(HostFacts host, string isolation) =>
    [
        ("machine", host.Machine),
        ("CPUs", host.CpusAllowed.ToString(CultureInfo.InvariantCulture)),
        ("physical cores", host.PhysicalCores?.ToString(CultureInfo.InvariantCulture)),
        ("hypervisor", host.Hypervisor),
        .. Of(host, isolation).Where(c => MachineNames.Contains(c.What)),
    ];

    private static readonly string[] MachineNames =
    [
        "CPU model", "server CPUs", "client CPUs", "NUMA placement", "isolated CPUs", "CPUs of the measurement", "isolation", "simultaneous multithreading",
        "CPU quota",
    ];

    /// <summary>Those that differ, with both values; null for what one of them does not know.</summary>
    public static IEnumerable<(string What, string? First, string? Second)> Differences(
        IReadOnlyList<(string What, string? Value)> first, IReadOnlyList<(string What, string? Value)> second) =>
        first.Concat(second).Select(c => c.What).Distinct()
            .Select(what => (what, first.FirstOrDefault(c => c.What == what).Value, second.FirstOrDefault(c => c.What == what).Value))
            .Where(c => c.Item2 != c.Item3);

    private static string? OnOff(bool? value) => value is bool known ? known ? "on" : "off" : null;
}
