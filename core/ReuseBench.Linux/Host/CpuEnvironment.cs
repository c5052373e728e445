using System.Globalization;

namespace ReuseBench.Linux;

/// <summary>What decides how fast the CPUs are at a given moment, and what each system call costs. What the host does not say is null.</summary>
/// <param name="Turbo">Whether the clock may rise above its base.</param>
/// <param name="FrequencyDriver">Who sets the clock: intel_pstate, amd-pstate-epp, acpi-cpufreq, …</param>
/// <param name="EnergyPreference">Between performance and power, as the driver is told (EPP).</param>
/// <param name="IdleStates">Those of the first CPU with the time that each takes to leave, such as <c>POLL, C1 (2 µs), C6 (170 µs, disabled)</c>.</param>
/// <param name="Microcode">Revision.</param>
/// <param name="Mitigations">Against CPU vulnerabilities, those that this CPU has, in one line.</param>
/// <param name="Smt">Whether cores run several threads at once.</param>
/// <param name="L3Domains">Lists of allowed CPUs that share a last-level cache, such as <c>0-3; 4-7</c>.</param>
/// <param name="Isolated">CPUs that the scheduler leaves alone (isolcpus); empty for none.</param>
public sealed record CpuEnvironment(
    bool? Turbo,
    string? FrequencyDriver,
    string? EnergyPreference,
    string? IdleStates,
    string? Microcode,
    string? Mitigations,
    bool? Smt,
    string? L3Domains,
    string? Isolated)
{
    private const string Cpus = "/sys/devices/system/cpu";
    private const string FirstCpu = Cpus + "/cpu0";
    private const string NotAffected = "Not affected";

    /// <summary>CPUs whose tick stops while one thread runs there (nohz_full); empty for none, null where the kernel has no such thing.</summary>
    public string? NohzFull { get; init; }

    /// <summary>Of each CPU that the calling thread may use.</summary>
    public static CpuEnvironment Read() => Read(CpuAffinity.OfCurrentThread(), SysText.TryRead, SysText.NamesIn);

    /// <param name="allowed">CPUs that may be used.</param>
    /// <param name="read">The text of a file of /sys or /proc; null where there is none.</param>
    /// <param name="list">Names in a directory; empty where there is none.</param>
    public static CpuEnvironment Read(IReadOnlyCollection<int> allowed, Func<string, string?> read, Func<string, IEnumerable<string>> list) => new(
        Switch(read($"{Cpus}/intel_pstate/no_turbo")) is bool off ? !off : Switch(read($"{Cpus}/cpufreq/boost")),
        read($"{FirstCpu}/cpufreq/scaling_driver"),
        read($"{FirstCpu}/cpufreq/energy_performance_preference"),
        Joined(", ", States(read, list)),
        ProcLines.Value(read("/proc/cpuinfo") ?? "", "microcode"),
        Joined("; ", Vulnerabilities(read, list)),
        Switch(read($"{Cpus}/smt/active")),
        Joined("; ", Domains(allowed, read)),
        read($"{Cpus}/isolated"))
    {
        // Without any the kernel writes "(null)".
        NohzFull = read($"{Cpus}/nohz_full") is { } text ? CpuList.Format(CpuList.TryParse(text)) : null,
    };

    private static IEnumerable<string> States(Func<string, string?> read, Func<string, IEnumerable<string>> list) =>
        from state in list($"{FirstCpu}/cpuidle")
        where state.StartsWith("state", StringComparison.Ordinal)
        orderby state.Length, state
        let folder = $"{FirstCpu}/cpuidle/{state}"
        let name = read($"{folder}/name")
        where name is not null
        let latency = read($"{folder}/latency") is { Length: > 0 } us && us != "0" ? $"{us} µs" : null
        let disabled = Switch(read($"{folder}/disable")) == true ? "disabled" : null
        let details = string.Join(", ", new[] { latency, disabled }.OfType<string>())
        select details.Length == 0 ? name : $"{name} ({details})";

    private static IEnumerable<string> Vulnerabilities(Func<string, string?> read, Func<string, IEnumerable<string>> list) =>
        from name in list($"{Cpus}/vulnerabilities")
        orderby name
        let text = read($"{Cpus}/vulnerabilities/{name}")
        where text is not null && !text.StartsWith(NotAffected, StringComparison.Ordinal)
        select $"{name}: {text.Replace("Mitigation: ", "", StringComparison.Ordinal)}";

    private static IEnumerable<string> Domains(IReadOnlyCollection<int> allowed, Func<string, string?> read) =>
        from cpu in allowed
        let shared = read(string.Create(CultureInfo.InvariantCulture, $"{Cpus}/cpu{cpu}/cache/index3/shared_cpu_list"))
        where shared is not null
        group cpu by shared into domain
        orderby domain.Min()
        select CpuList.Format(domain.Order().ToArray());

    private static string? Joined(string separator, IEnumerable<string> parts) => string.Join(separator, parts) is { Length: > 0 } text ? text : null;

    private static bool? Switch(string? text) => text switch
    {
        "1" => true,
        "0" => false,
        _ => null,
    };
}
