using System.Globalization;
using ReuseBench.Core.Results;
using ReuseBench.Core.Verdicts;
using ReuseBench.Linux;
using static ReuseBench.Core.Results.Fitness;

namespace ReuseBench.Bench.Host;

/// <summary>
/// Judges whether a host is fit to measure on: a pure function of what was read of it. One method for each thing that is looked at, in
/// <see cref="All"/>.
/// </summary>
internal static class HostRules
{
    /// <summary>A tail that is measured in milliseconds does not survive longer ones.</summary>
    private const long LongestLimitedNs = 10_000_000;

    /// <summary>An idle state that takes longer to leave is in the latency of each request that finds the CPU asleep.</summary>
    private const int SlowIdleUs = 20;

    /// <summary>What is said of a host that has it.</summary>
    private const string HasIoUring = "on";

    private const int LeastQueue = 1024;
    private const int FewPorts = 20_000;
    private const int FewDescriptors = 65_536;
    private const int TooFewDescriptors = 4_096;
    private const int FewProcesses = 4_096;
    private const string EnoughProcesses = "Enough processes and threads for every matrix.";
    private const int FewTracked = 262_144;

    private static readonly Func<HostExamination, HostFinding>[] All =
    [
        Noise, Cpus, Quota, Clock, Steal, Descriptors, Conntrack, Ports, Rights, Kernel, Governor, EnergyPreference, Turbo, IdleStates, Smt, Numa,
        Processes, Backlog, SynBacklog, SynCookies, TimeWaitReuse, Timestamps, Abort,
    ];

    /// <returns>Every finding, the worst first; among equals in the order of what weighs more.</returns>
    public static HostDiagnosis Judge(HostExamination host)
    {
        HostFinding[] findings = [.. All.Select(rule => rule(host)).OrderByDescending(f => f.Fitness)];
        return new HostDiagnosis(findings[0].Fitness, findings);
    }

    private static HostFinding Noise(HostExamination host)
    {
        if (host.Noise.Count == 0)
        {
            return new("noise", "unknown", Limits, "No thread could be pinned, so that nothing is known of what else runs here.", null);
        }

        CpuNoise most = host.Noise.MaxBy(n => n.LostShare)!;
        long longestNs = host.Noise.Max(n => n.LongestNs);
        string value = string.Create(
            CultureInfo.InvariantCulture, $"{most.LostShare:0.0 %} of CPU {most.Cpu} lost, longest interruption {longestNs / 1e6:0.00} ms");
        const string Find = "top -b -n 1 | head -20";
        return most.LostShare > VerdictRules.TakenByOthersShare
            ? new("noise", value, Unfit, "Other work takes so much of a CPU that repeats are invalid (background-load-heavy). End it first.", Find)
            : most.LostShare > VerdictRules.BackgroundShareLimit
            ? new("noise", value, Limits, "Other work takes CPU time from server and swarm: repeats are marked background-load.", Find)
            : longestNs > LongestLimitedNs
            ? new("noise", value, Limits, "Interruptions this long are in the latency tails, whichever variant is measured.", Find)
            : Fit("noise", value, "What else runs here is too little to see in a figure.");
    }

    private static HostFinding Cpus(HostExamination host)
    {
        int cpus = host.Host.CpusAllowed;
        string value = $"{cpus}{(host.Host.PhysicalCores is int cores ? $" on {cores} core{(cores == 1 ? "" : "s")}" : "")}";
        return cpus switch
        {
            1 => new("cpus", value, Unfit, "Server and swarm share the one CPU: each figure is as much the client's as the server's. Use four and more.", null),
            < 4 => new("cpus", value, Limits, "The server has one CPU: worker counts show what they cost, not how a variant scales. Use four and more.", null),
            _ => Fit("cpus", value, "Server and swarm have CPUs of their own."),
        };
    }

    private static HostFinding Quota(HostExamination host) => host.Host.CpuQuota is double quota
        ? new(
            "cpu-quota",
            $"{quota.ToString("0.##", CultureInfo.InvariantCulture)} CPUs",
            quota < 2 ? Unfit : Limits,
            "A quota stops all threads for the rest of its period once it is used up: tails show the quota, not the server.",
            "echo max | sudo tee /sys/fs/cgroup$(cut -d: -f3 /proc/self/cgroup)/cpu.max")
        : Fit("cpu-quota", "none", "No quota stops server or swarm.");

    private static HostFinding Clock(HostExamination host) => host.Host.ClockSource switch
    {
        null => new("clock", "unknown", Limits, "The kernel does not say what it reads the time from; a slow clock takes CPU time from each request.", null),
        "hpet" or "acpi_pm" or "jiffies" or "refined-jiffies" => new(
            "clock", host.Host.ClockSource, Unfit,
            "Each reading of the time takes a microsecond and more or is too coarse: latencies are those of the clock.",
            "echo tsc | sudo tee /sys/devices/system/clocksource/clocksource0/current_clocksource"),
        { } source => Fit("clock", source, "A reading of the time takes some tens of nanoseconds."),
    };

    private static HostFinding Steal(HostExamination host) => host.Host switch
    {
        { Hypervisor: null } => Fit("steal", "bare metal", "No hypervisor takes CPU time."),
        { StealSeen: false, Hypervisor: { } by } => new(
            "steal", $"not to be seen ({by})", Limits,
            "The hypervisor may take CPU time without a trace, and a repeat that it hit looks like any other.", null),
        { Hypervisor: { } by } => Fit("steal", $"visible ({by})", "CPU time that the hypervisor takes is seen, and its repeats are marked."),
    };

    private static HostFinding Descriptors(HostExamination host)
    {
        string value = $"{host.Descriptors}";
        const string Change = "echo '* hard nofile 1048576' | sudo tee /etc/security/limits.d/reusebench.conf";
        return host.Descriptors switch
        {
            < TooFewDescriptors => new(
                "descriptors", value, Unfit, "Most matrices open more connections than this and are refused. Log in again after the change.", Change),
            < FewDescriptors => new("descriptors", value, Limits, "Matrices with many connections are refused. Log in again after the change.", Change),
            _ => Fit("descriptors", value, "Enough for every matrix."),
        };
    }

    private static HostFinding Conntrack(HostExamination host)
    {
        if (host.Conntrack.Max is not long max)
        {
            return Fit("conntrack", "not in use", "No table of connections costs time or fills up.");
        }

        string value = $"{host.Conntrack.Entries ?? 0} of {max} entries";
        const string Change = "sudo sysctl -w net.netfilter.nf_conntrack_max=1048576";
        return host.Conntrack.Entries > 0.8 * max
            ? new("conntrack", value, Unfit, "The table is nearly full: connections are dropped, which no variant is to blame for.", Change)
            : host.HasNamespaces
            ? Fit("conntrack", value, "Repeats have namespaces of their own, in which nothing is tracked.")
            : max < FewTracked
            ? new("conntrack", value, Limits, "A connection stays in the table for up to two minutes: a matrix of single connections fills it.", Change)
            : new("conntrack", value, Limits, "Each connection costs an entry: rates of single connections are lower than without.", null);
    }

    private static HostFinding Ports(HostExamination host)
    {
        string value = Sysctl(host, "net.ipv4.ip_local_port_range") ?? "unknown";
        int[] ends = [.. value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(t => int.TryParse(t, out int port) ? port : -1)];
        const string Change = "sudo sysctl -w net.ipv4.ip_local_port_range='10000 60999'";
        return ends is not [>= 0, >= 0]
            ? new("ports", value, Limits, "How many connections a client address can have is not known.", null)
            : (ends[1] - ends[0] + 1) switch
            {
                < 1000 => new("ports", value, Unfit, "A client address runs out of ports within a second of single connections.", Change),
                < FewPorts => new("ports", value, Limits, "A client address may run out of ports; matrices with sources of their own do not.", Change),
                _ => Fit("ports", value, "Enough for one client address."),
            };
    }

    private static HostFinding Rights(HostExamination host)
    {
        ProcessRights rights = host.Rights;
        string perf = rights.PerfMon ? "perf" : $"perf_event_paranoid {host.PerfParanoid ?? "unknown"}";
        string value = $"{Has("CAP_NET_ADMIN", rights.NetAdmin)}, {Has("CAP_SYS_ADMIN", rights.SysAdmin)}, {Has("CAP_SYS_NICE", rights.SysNice)}, {perf}";
        return !host.HasNamespaces
            ? new(
                "rights", value, Limits, "No network namespace: repeats share TIME_WAIT table, counters and hash seed, and kernel counts are left out.",
                "sudo $(command -v reusebench) run")
            : !rights.SysNice
            ? new(
                "rights", value, Limits, "No real-time priority: cells in which the swarm shares the server's CPUs are left out (share_cpus).",
                "sudo setcap cap_sys_nice+ep $(command -v reusebench)")
            : Fit("rights", value, "Each repeat has a network namespace of its own, with its own counters.");

        static string Has(string right, bool has) => has ? right : $"no {right}";
    }

    private static HostFinding Kernel(HostExamination host)
    {
        bool migrates = host.Host.Sysctls.ContainsKey("net.ipv4.tcp_migrate_req");
        Version? version = VersionOf(host.Host.Kernel);
        bool hasEbpf = version >= new Version(4, 19);
        string[] lacks =
        [
            .. new[]
            {
                hasEbpf ? null : "eBPF selectors (4.19)",
                host.HasNanosecondWaits ? null : "waits below a millisecond (5.11)",
                migrates ? null : "tcp_migrate_req (5.14)",
                host.Host.IoUring is null or HasIoUring ? null : $"accept by io_uring (5.19; here: {host.Host.IoUring})",
            }.OfType<string>(),
        ];
        string value = host.Host.Kernel ?? "unknown";
        return version is null
            ? new("kernel", value, Limits, "Its release is not known, so what it lacks is not, either.", null)
            : lacks.Length > 0
            ? new("kernel", value, Limits, $"Not to be had here: {string.Join(", ", lacks)}; such cells are left out, and open loops may be coarser.", null)
            : Fit("kernel", value, "eBPF selectors, tcp_migrate_req, io_uring, receive timestamps and waits below a millisecond are there.");
    }

    private static HostFinding Governor(HostExamination host) => host.Host.CpuGovernor switch
    {
        null => Fit("governor", "none", "The kernel does not set the clock here."),
        "performance" => Fit("governor", "performance", "The clock does not wait for load."),
        { } governor => new(
            "governor", governor, Limits, "The clock rises only after load came: light loads look slower, and variants with more wake-ups worse than they are.",
            "sudo cpupower frequency-set -g performance"),
    };

    private static HostFinding EnergyPreference(HostExamination host) => host.Host.CpuEnergyPreference switch
    {
        null => Fit("epp", "none", "No driver weighs performance against power."),
        "performance" or "0" => Fit("epp", "performance", "The driver is told to prefer performance."),
        { } preference => new(
            "epp", preference, Limits, "The driver trades clock for power: repeats differ by what the CPU did before.",
            "echo performance | sudo tee /sys/devices/system/cpu/cpu*/cpufreq/energy_performance_preference"),
    };

    private static HostFinding Turbo(HostExamination host) => host.Host.CpuTurbo switch
    {
        null => Fit("turbo", "unknown", "The host does not say; the canary of each repeat shows a clock that changes."),
        false => Fit("turbo", "off", "The clock stays at its base."),
        true => new(
            "turbo", "on", Limits, "The clock depends on heat and on how many cores work: more workers run at a lower clock.",
            host.Host.CpuFrequencyDriver?.StartsWith("intel", StringComparison.Ordinal) == true
                ? "echo 1 | sudo tee /sys/devices/system/cpu/intel_pstate/no_turbo"
                : "echo 0 | sudo tee /sys/devices/system/cpu/cpufreq/boost"),
    };

    private static HostFinding IdleStates(HostExamination host)
    {
        if (host.Host.CpuIdleStates is not { Length: > 0 } states)
        {
            return Fit("idle-states", "none", "The kernel knows no idle state with a price.");
        }

        bool isSlow = states.Split("), ").Any(state => !state.Contains("disabled", StringComparison.Ordinal) && LatencyUs(state) >= SlowIdleUs);
        return isSlow
            ? new(
                "idle-states", states, Limits, "Leaving a deep one takes as long as many requests: latencies at light load are those of the idle state.",
                $"sudo cpupower idle-set -D {SlowIdleUs}")
            : Fit("idle-states", states, "All of them are left within microseconds.");
    }

    private static HostFinding Smt(HostExamination host) => host.Host.Smt switch
    {
        null => Fit("smt", "unknown", "The host does not say; a virtual CPU may be a thread of a core that others use."),
        false => Fit("smt", "off", "Each CPU is a core."),
        true => new(
            "smt", "on", Limits, "Two CPUs share a core: beyond one worker a core, more workers add less than more cores would.",
            "echo off | sudo tee /sys/devices/system/cpu/smt/control"),
    };

    private static HostFinding Numa(HostExamination host) => host.Host.NumaNodes > 1
        ? new(
            "numa", $"{host.Host.NumaNodes} nodes", Limits, "Memory and caches of another node are farther: where server and swarm sit changes the figures.",
            "reusebench run --numa same")
        : Fit("numa", host.Host.NumaNodes is int nodes ? $"{nodes} node" : "unknown", "All memory is as near.");

    private static HostFinding Processes(HostExamination host) => host.Tasks switch
    {
        null => Fit("processes", "no limit", EnoughProcesses),
        { Left: < FewProcesses } few => new(
            "processes", Left(few), Limits, "Matrices with many workers, processes or client threads may find no more of them.",
            few.IsOfUser
                ? "echo '* hard nproc 65536' | sudo tee /etc/security/limits.d/reusebench-nproc.conf"
                : "echo max | sudo tee /sys/fs/cgroup$(sed -n 's/^0:://p' /proc/self/cgroup)/pids.max"),
        { } enough => Fit("processes", Left(enough), EnoughProcesses),
    };

    private static string Left(TaskLimit limit) => $"{limit.Left} left of {limit.Limit} ({limit.Name})";

    private static HostFinding Backlog(HostExamination host) => AtLeast(
        host, "somaxconn", "net.core.somaxconn", "4096", "Listeners queue fewer connections than their backlog says: bursts overflow them.");

    private static HostFinding SynBacklog(HostExamination host) => AtLeast(
        host, "syn-backlog", "net.ipv4.tcp_max_syn_backlog", "4096", "Bursts of handshakes are dropped or answered with cookies.");

    private static HostFinding SynCookies(HostExamination host) => OneOf(
        host, "syn-cookies", "net.ipv4.tcp_syncookies", ["1"], "1",
        "Common hosts send cookies only under a flood (1); otherwise handshakes are others than theirs.");

    private static HostFinding TimeWaitReuse(HostExamination host) => OneOf(
        host, "tw-reuse", "net.ipv4.tcp_tw_reuse", ["1", "2"], "2", "Client ports stay taken for 60 s: loads whose client closes by FIN run out of them.");

    private static HostFinding Timestamps(HostExamination host) => OneOf(
        host, "tcp-timestamps", "net.ipv4.tcp_timestamps", ["1", "2"], "1",
        "Without them no port in TIME_WAIT is reused, and segments are others than on common hosts.");

    private static HostFinding Abort(HostExamination host) => OneOf(
        host, "abort-on-overflow", "net.ipv4.tcp_abort_on_overflow", ["0"], "0",
        "A full listen queue resets instead of dropping: restarts and overloads look worse than usual.");

    private static HostFinding AtLeast(HostExamination host, string name, string sysctl, string usual, string meaning) =>
        Sysctl(host, sysctl) is { } text && int.TryParse(text, out int value) && value < LeastQueue
            ? new(name, text, Limits, meaning, $"sudo sysctl -w {sysctl}={usual}")
            : Fit(name, Sysctl(host, sysctl) ?? "unknown", "As common hosts have it, or more.");

    private static HostFinding OneOf(HostExamination host, string name, string sysctl, string[] usual, string change, string meaning) =>
        Sysctl(host, sysctl) is { } text && !usual.Contains(text)
            ? new(name, text, Limits, meaning, $"sudo sysctl -w {sysctl}={change}")
            : Fit(name, Sysctl(host, sysctl) ?? "unknown", "As common hosts have it.");

    private static string? Sysctl(HostExamination host, string name) => host.Host.Sysctls.GetValueOrDefault(name);

    private static HostFinding Fit(string name, string value, string meaning) => new(name, value, Fitness.Fit, meaning, Change: null);

    /// <summary>Of <c>C6 (170 µs</c>; 0 where none is said.</summary>
    private static int LatencyUs(string state)
    {
        string digits = new([.. state[(state.IndexOf('(', StringComparison.Ordinal) + 1)..].TakeWhile(char.IsAsciiDigit)]);
        return state.Contains(" µs", StringComparison.Ordinal) && int.TryParse(digits, out int us) ? us : 0;
    }

    /// <summary>Of <c>6.18.5-generic</c>.</summary>
    private static Version? VersionOf(string? release) =>
        Version.TryParse(new string([.. (release ?? "").TakeWhile(c => char.IsAsciiDigit(c) || c == '.')]).Trim('.'), out Version? version) ? version : null;
}
