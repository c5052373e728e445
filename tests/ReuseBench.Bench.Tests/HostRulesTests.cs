using ReuseBench.Bench.Host;
using ReuseBench.Bench.Runs;
using ReuseBench.Core.Results;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Tests;

public sealed class HostRulesTests
{
    private static readonly ProcessRights Root = new(NetAdmin: true, SysAdmin: true, SysNice: true, PerfMon: true);

    /// <summary>A quiet lab machine, with everything as it should be.</summary>
    private static HostExamination Lab => new()
    {
        Host = new HostFacts
        {
            Kernel = "6.12.48",
            CpusAllowed = 16,
            PhysicalCores = 16,
            NumaNodes = 1,
            CpuGovernor = "performance",
            CpuTurbo = false,
            CpuFrequencyDriver = "intel_pstate",
            CpuEnergyPreference = "performance",
            CpuIdleStates = "POLL, C1 (2 µs), C6 (170 µs, disabled)",
            Smt = false,
            ClockSource = "tsc",
            Sysctls = Sysctls(),
        },
        Descriptors = 1_048_576,
        Tasks = new TaskLimit(512_000, 513_000, "ulimit -u"),
        Conntrack = new ConntrackCounters(null, null, null),
        Rights = Root,
        PerfParanoid = "2",
        HasNamespaces = true,
        HasNanosecondWaits = true,
        Noise = [new CpuNoise(0, 0.001, 40_000), new CpuNoise(1, 0.0005, 20_000)],
    };

    [Fact]
    public void A_quiet_lab_machine_is_fit_and_has_nothing_to_change()
    {
        HostDiagnosis diagnosis = HostRules.Judge(Lab);
        Assert.Equal(Fitness.Fit, diagnosis.Fitness);
        Assert.All(diagnosis.Findings, finding => Assert.Equal((Fitness.Fit, null), (finding.Fitness, finding.Change)));
        Assert.Empty(DiagnosisText.Worst(diagnosis.Findings));
    }

    /// <summary>An AMD virtual machine with two CPUs, 2026-11-27.</summary>
    [Fact]
    public void A_small_virtual_machine_limits_what_scales_and_nothing_else()
    {
        HostDiagnosis diagnosis = HostRules.Judge(Lab with
        {
            Host = Lab.Host with
            {
                Kernel = "6.18.5",
                CpusAllowed = 2,
                PhysicalCores = 2,
                CpuGovernor = null,
                CpuTurbo = null,
                CpuFrequencyDriver = null,
                CpuEnergyPreference = null,
                CpuIdleStates = null,
                ClockSource = "kvm-clock",
                Hypervisor = "kvm",
                StealSeen = true,
            },
            Noise = [new CpuNoise(0, 0.012, 900_000), new CpuNoise(1, 0.02, 1_200_000)],
        });
        Assert.Equal(["cpus"], NotFit(diagnosis));
        Assert.Equal(Fitness.Limits, diagnosis.Fitness);
    }

    [Theory]
    [InlineData("ulimit -u", "echo '* hard nproc 65536' | sudo tee /etc/security/limits.d/reusebench-nproc.conf")]
    [InlineData("pids.max of the control group", "echo max | sudo tee /sys/fs/cgroup$(sed -n 's/^0:://p' /proc/self/cgroup)/pids.max")]
    public void Few_processes_are_said_with_the_limit_that_leaves_them(string limit, string change)
    {
        HostFinding finding = Find(HostRules.Judge(Lab with { Tasks = new TaskLimit(300, 5_000, limit) }), "processes");
        Assert.Equal((Fitness.Limits, $"300 left of 5000 ({limit})", change), (finding.Fitness, finding.Value, finding.Change));
    }

    /// <summary>A laptop as it is sold, with a browser open.</summary>
    [Fact]
    public void A_laptop_is_told_all_that_moves_its_clock_with_the_commands_of_its_driver()
    {
        HostDiagnosis diagnosis = HostRules.Judge(Lab with
        {
            Host = Lab.Host with
            {
                CpusAllowed = 8,
                PhysicalCores = 4,
                CpuGovernor = "powersave",
                CpuTurbo = true,
                CpuEnergyPreference = "balance_performance",
                CpuIdleStates = "POLL, C1 (2 µs), C6 (170 µs), C10 (890 µs)",
                Smt = true,
            },
            Noise = [new CpuNoise(0, 0.002, 30_000), new CpuNoise(3, 0.11, 4_000_000)],
        });
        Assert.Equal(["noise", "governor", "epp", "turbo", "idle-states", "smt"], NotFit(diagnosis));
        Assert.Equal("sudo cpupower frequency-set -g performance", Find(diagnosis, "governor").Change);
        Assert.Equal("echo 1 | sudo tee /sys/devices/system/cpu/intel_pstate/no_turbo", Find(diagnosis, "turbo").Change);
        Assert.Equal("11.0 % of CPU 3 lost, longest interruption 4.00 ms", Find(diagnosis, "noise").Value);
    }

    /// <summary>A container with half a CPU on a host of another team, whose table of connections is full.</summary>
    [Fact]
    public void A_starved_container_is_unfit_and_its_worst_comes_first()
    {
        HostDiagnosis diagnosis = HostRules.Judge(Lab with
        {
            Host = Lab.Host with { Kernel = "4.14.336", CpuQuota = 0.5, ClockSource = "hpet", Hypervisor = "kvm", StealSeen = false, Sysctls = [] },
            Descriptors = 1024,
            Conntrack = new ConntrackCounters(64_000, 65_536, 12),
            Rights = new ProcessRights(false, false, false, false),
            HasNamespaces = false,
            HasNanosecondWaits = false,
            Noise = [new CpuNoise(0, 0.6, 60_000_000)],
        });
        Assert.Equal(Fitness.Unfit, diagnosis.Fitness);
        Assert.Equal(["noise", "cpu-quota", "clock", "descriptors", "conntrack"], Of(diagnosis, Fitness.Unfit));
        Assert.Equal(["steal", "ports", "rights", "kernel"], Of(diagnosis, Fitness.Limits));
        Assert.Equal(diagnosis.Findings.OrderByDescending(f => f.Fitness), diagnosis.Findings);
        Assert.StartsWith("host: unfit: noise", DiagnosisText.Worst(diagnosis.Findings).First(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("net.core.somaxconn", "128", "somaxconn")]
    [InlineData("net.ipv4.tcp_max_syn_backlog", "256", "syn-backlog")]
    [InlineData("net.ipv4.ip_local_port_range", "32768\t40000", "ports")]
    [InlineData("net.ipv4.tcp_syncookies", "2", "syn-cookies")]
    [InlineData("net.ipv4.tcp_tw_reuse", "0", "tw-reuse")]
    [InlineData("net.ipv4.tcp_timestamps", "0", "tcp-timestamps")]
    [InlineData("net.ipv4.tcp_abort_on_overflow", "1", "abort-on-overflow")]
    public void A_setting_that_common_hosts_have_otherwise_limits_and_is_set_by_its_command(string sysctl, string value, string name)
    {
        SortedDictionary<string, string> changed = Sysctls();
        changed[sysctl] = value;
        HostDiagnosis diagnosis = HostRules.Judge(Lab with { Host = Lab.Host with { Sysctls = changed } });
        Assert.Equal([name], NotFit(diagnosis));
        Assert.StartsWith($"sudo sysctl -w {sysctl}=", Find(diagnosis, name).Change, StringComparison.Ordinal);
    }

    [Fact]
    public void One_CPU_is_unfit_and_no_noise_is_no_proof_of_quiet()
    {
        Assert.Equal(Fitness.Unfit, Find(HostRules.Judge(Lab with { Host = Lab.Host with { CpusAllowed = 1 } }), "cpus").Fitness);
        Assert.Equal(Fitness.Limits, Find(HostRules.Judge(Lab with { Noise = [] }), "noise").Fitness);
        Assert.Equal(Fitness.Limits, Find(HostRules.Judge(Lab with { Noise = [new CpuNoise(0, 0.01, 30_000_000)] }), "noise").Fitness);
    }

    [Theory]
    [InlineData("on", Fitness.Fit)]
    [InlineData("off (2)", Fitness.Limits)]
    [InlineData("no", Fitness.Limits)]
    [InlineData(null, Fitness.Fit)] // A run of before it was asked.
    public void A_host_without_io_uring_lacks_its_cells(string? state, Fitness fitness)
    {
        HostFinding kernel = Find(HostRules.Judge(Lab with { Host = Lab.Host with { IoUring = state } }), "kernel");
        Assert.Equal(fitness, kernel.Fitness);
        Assert.Equal(fitness == Fitness.Limits, kernel.Meaning.Contains($"accept by io_uring (5.19; here: {state})", StringComparison.Ordinal));
    }

    private static SortedDictionary<string, string> Sysctls() => new(StringComparer.Ordinal)
    {
        ["net.core.somaxconn"] = "4096",
        ["net.ipv4.ip_local_port_range"] = "32768\t60999",
        ["net.ipv4.tcp_abort_on_overflow"] = "0",
        ["net.ipv4.tcp_max_syn_backlog"] = "4096",
        ["net.ipv4.tcp_migrate_req"] = "0",
        ["net.ipv4.tcp_syncookies"] = "1",
        ["net.ipv4.tcp_timestamps"] = "1",
        ["net.ipv4.tcp_tw_reuse"] = "2",
    };

    private static string[] NotFit(HostDiagnosis diagnosis) => [.. diagnosis.Findings.Where(f => f.Fitness != Fitness.Fit).Select(f => f.Name)];

    private static string[] Of(HostDiagnosis diagnosis, Fitness fitness) => [.. diagnosis.Findings.Where(f => f.Fitness == fitness).Select(f => f.Name)];

    private static HostFinding Find(HostDiagnosis diagnosis, string name) => Assert.Single(diagnosis.Findings, f => f.Name == name);
}
