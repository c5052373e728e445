namespace ReuseBench.Linux.Tests;

public sealed class HostTests
{
    [Fact]
    public void A_place_is_read_from_the_text_of_sysfs()
    {
        CpuTopology.Place place = CpuTopology.ParsePlace(5, "1\n", "0\n", "1,5\n", ["cache", "node1", "nodes", "topology"]);
        Assert.Equal((5, 1, 0, 1), (place.Cpu, place.Core, place.Package, place.NumaNode));
        Assert.Equal([1, 5], place.Siblings);
    }

    [Fact]
    public void What_sysfs_does_not_say_is_null_and_a_cpu_is_at_least_its_own_sibling()
    {
        CpuTopology.Place place = CpuTopology.ParsePlace(2, null, "-1", null, []);
        Assert.Equal((2, null, null, null), (place.Cpu, place.Core, place.Package, place.NumaNode));
        Assert.Equal([2], place.Siblings);
    }

    [Fact]
    public void The_topology_of_this_host_is_over_the_allowed_cpus() => OwnThread.Run(() =>
    {
        int[] allowed = CpuAffinity.OfCurrentThread();
        Assert.Equal(allowed, CpuTopology.Read().Cpus.Select(place => place.Cpu));
        CpuAffinity.SetCurrentThread([allowed[^1]]);
        CpuTopology.Place place = Assert.Single(CpuTopology.Read().Cpus);
        Assert.Equal(allowed[^1], place.Cpu);
        Assert.Contains(place.Cpu, place.Siblings);
    });

    [Fact]
    public void This_host_says_which_kernel_and_clock_it_has()
    {
        Assert.Equal(File.ReadAllText("/proc/sys/kernel/osrelease").TrimEnd(), KernelInfo.Read().Release);
        Assert.Contains(KernelInfo.Read().Machine, new[] { "x64", "arm64" });
        Assert.NotNull(CpuInfo.Read().ClockSource);
        Assert.Equal(File.ReadAllText("/proc/sys/kernel/random/boot_id").TrimEnd(), KernelInfo.Read().BootId);
    }

    [Theory]
    [InlineData("0,4|1,5|2,6|3,7", new[] { 0, 1, 4, 5 }, new[] { 0, 1, 4, 5 })]
    [InlineData("0,1|2,3|4,5|6,7", new[] { 0, 1, 2, 3 }, new[] { 0, 2, 1, 3 })]
    [InlineData("0,1|2,3|4,5|6,7", new[] { 3, 1, 4 }, new[] { 1, 3, 4 })] // only what is in the set is a thread of its core
    [InlineData("0|1|2", new[] { 2, 0, 1 }, new[] { 0, 1, 2 })]
    public void Threads_take_the_first_thread_of_each_core_before_any_second_one(string cores, int[] cpus, int[] order)
    {
        int[][] siblings = [.. cores.Split('|').Select(core => core.Split(',').Select(int.Parse).ToArray())];
        IEnumerable<CpuTopology.Place> places = cpus.Select(cpu =>
            new CpuTopology.Place(cpu, null, null, null, [.. siblings.Single(core => core.Contains(cpu))]));
        Assert.Equal(order, PinningOrder.Of(places));
    }

    [Theory]
    [InlineData("0,4|1,5|2,6|3,7", new[] { 0, 1, 4, 5 }, "0 1|4 5")]
    [InlineData("0,1|2,3|4,5|6,7", new[] { 3, 1, 4, 5 }, "1 3 4|5")]
    [InlineData("0|1|2", new[] { 2, 0, 1 }, "0 1 2")]
    [InlineData("0|1|2", new int[0], "")]
    public void No_two_threads_of_a_core_are_in_one_wave(string cores, int[] cpus, string waves)
    {
        int[][] siblings = [.. cores.Split('|').Select(core => core.Split(',').Select(int.Parse).ToArray())];
        CpuTopology.Place PlaceOf(int cpu) => new(cpu, null, null, null, [.. siblings.Single(core => core.Contains(cpu))]);
        IEnumerable<CpuTopology.Place> places = cpus.Select(PlaceOf);
        Assert.Equal(waves, string.Join('|', PinningOrder.Waves(places).Select(wave => string.Join(' ', wave))));
    }

    /// <summary>As an Intel laptop and an AMD server have it, cut down.</summary>
    [Fact]
    public void What_decides_the_speed_of_the_cpus_is_read_from_sys()
    {
        Dictionary<string, string> files = new()
        {
            ["/sys/devices/system/cpu/intel_pstate/no_turbo"] = "1",
            ["/sys/devices/system/cpu/cpufreq/boost"] = "1",
            ["/sys/devices/system/cpu/cpu0/cpufreq/scaling_driver"] = "intel_pstate",
            ["/sys/devices/system/cpu/cpu0/cpufreq/energy_performance_preference"] = "balance_performance",
            ["/sys/devices/system/cpu/cpu0/cpuidle/state0/name"] = "POLL",
            ["/sys/devices/system/cpu/cpu0/cpuidle/state0/latency"] = "0",
            ["/sys/devices/system/cpu/cpu0/cpuidle/state1/name"] = "C1",
            ["/sys/devices/system/cpu/cpu0/cpuidle/state1/latency"] = "2",
            ["/sys/devices/system/cpu/cpu0/cpuidle/state10/name"] = "C10",
            ["/sys/devices/system/cpu/cpu0/cpuidle/state10/latency"] = "890",
            ["/sys/devices/system/cpu/cpu0/cpuidle/state10/disable"] = "1",
            ["/proc/cpuinfo"] = "processor\t: 0\nmicrocode\t: 0xf4\n",
            ["/sys/devices/system/cpu/vulnerabilities/meltdown"] = "Not affected",
            ["/sys/devices/system/cpu/vulnerabilities/spectre_v2"] = "Mitigation: Enhanced IBRS",
            ["/sys/devices/system/cpu/vulnerabilities/mds"] = "Vulnerable",
            ["/sys/devices/system/cpu/smt/active"] = "0",
            ["/sys/devices/system/cpu/isolated"] = "6-7",
            ["/sys/devices/system/cpu/nohz_full"] = "6-7",
            ["/sys/devices/system/cpu/cpu0/cache/index3/shared_cpu_list"] = "0-3",
            ["/sys/devices/system/cpu/cpu1/cache/index3/shared_cpu_list"] = "0-3",
            ["/sys/devices/system/cpu/cpu4/cache/index3/shared_cpu_list"] = "4-7",
        };
        IEnumerable<string> List(string folder) => files.Keys.Where(f => f.StartsWith(folder + "/", StringComparison.Ordinal))
            .Select(f => f[(folder.Length + 1)..].Split('/')[0]).Distinct();

        Assert.Equal(
            new CpuEnvironment(
                false, "intel_pstate", "balance_performance", "POLL, C1 (2 µs), C10 (890 µs, disabled)", "0xf4", "mds: Vulnerable; spectre_v2: Enhanced IBRS",
                false, "0-1; 4", "6-7")
            { NohzFull = "6-7" },
            CpuEnvironment.Read([0, 1, 4], f => files.GetValueOrDefault(f), List));
        Assert.Equal(new CpuEnvironment(null, null, null, null, null, null, null, null, null), CpuEnvironment.Read([0], _ => null, _ => []));
        files.Remove("/sys/devices/system/cpu/intel_pstate/no_turbo");
        Assert.True(CpuEnvironment.Read([0], f => files.GetValueOrDefault(f), List).Turbo);
    }

    [Theory]
    [InlineData(null, "6.12.0-generic", null)]
    [InlineData("kvm", "6.12.0-generic", true)]
    [InlineData("xen", "6.1.0", true)]
    [InlineData("Microsoft Corporation Virtual Machine", "6.8.0-azure", false)]
    [InlineData("hyper-v", "6.8.0", false)]
    [InlineData(null, "5.15.167.4-microsoft-standard-WSL2", false)]
    public void Steal_that_no_counter_tells_is_known_to_be_unknown(string? hypervisor, string release, bool? seen) =>
        Assert.Equal((seen, seen == false), (StealOf(hypervisor, release).Seen, StealOf(hypervisor, release).WhyNot is not null));

    private static StealCounter StealOf(string? hypervisor, string release) => StealCounter.Of(hypervisor, release, new ContainerView(null, []));

    /// <summary>As LXD and Docker have it, cut down; lxcfs's own tree is on the host, and hides nothing there.</summary>
    [Theory]
    [InlineData("lxcfs /proc/cpuinfo fuse.lxcfs rw 0 0\nlxcfs /proc/stat fuse.lxcfs rw,nosuid 0 0", "", "lxc", "/proc/cpuinfo /proc/stat", false)]
    [InlineData("lxcfs /proc/meminfo fuse.lxcfs rw 0 0", "/.dockerenv", "docker", "/proc/meminfo", true)]
    [InlineData("lxcfs /var/lib/lxcfs fuse.lxcfs rw 0 0\nproc /proc proc rw 0 0", "", null, "", true)]
    [InlineData("overlay / overlay rw 0 0", "/run/.containerenv", "podman", "", true)]
    [InlineData("", "", null, "", true)]
    public void What_lxcfs_makes_up_is_told_from_the_kernels_own_files(string mounts, string file, string? kind, string served, bool seen)
    {
        ContainerView view = ContainerView.Read(path => path == "/proc/self/mounts" ? mounts : null, path => path == file);
        Assert.Equal((kind, served), (view.Kind, string.Join(' ', view.LxcfsFiles)));
        Assert.Equal((seen, seen), (!view.HidesCpuTimes, StealCounter.Of("kvm", "6.12", view).Seen));
    }

    [Theory]
    [InlineData("systemd-nspawn", null, "systemd-nspawn")]
    [InlineData(null, "PATH=/bin\0container=lxc\0TERM=x", "lxc")]
    [InlineData(null, "PATH=/bin", null)]
    public void A_container_is_known_by_what_its_engine_leaves(string? systemd, string? environment, string? kind) => Assert.Equal(
        kind, ContainerView.Read(p => p == "/run/systemd/container" ? systemd : p == "/proc/1/environ" ? environment : null, _ => false).Kind);

    [Fact]
    public void The_kernels_softirq_threads_are_found_by_their_names()
    {
        Dictionary<int, string> names = new() { [14] = "ksoftirqd/0", [22] = "ksoftirqd/1", [30] = "kworker/1:0", [31] = "ksoftirqd/x" };
        Assert.Equal(
            [KeyValuePair.Create(0, 14), KeyValuePair.Create(1, 22)],
            SoftIrqThreads.Find([.. names.Keys.Select(pid => $"{pid}"), "self", "99"], pid => names.GetValueOrDefault(pid)).OrderBy(p => p.Key));
    }

    [Theory]
    [InlineData(null, "flags\t: fpu hypervisor lahf_lm", "QEMU", "Standard PC (Q35)", "kvm-clock tsc", "QEMU Standard PC (Q35)")]
    [InlineData(null, "flags\t: fpu hypervisor", null, null, "tsc kvm-clock", "kvm")]
    [InlineData(null, "flags\t: fpu hypervisor", null, null, "tsc", "of an unnamed kind")]
    [InlineData("xen", "flags\t: fpu", null, null, null, "xen")]
    [InlineData(null, "Features\t: fp asimd", "Amazon EC2", "c7g.large", "arch_sys_counter", "Amazon EC2 c7g.large")]
    [InlineData(null, "flags\t: fpu hypervisorish", "Dell Inc.", "PowerEdge R650", "tsc hpet", null)]
    public void A_virtual_machine_is_told_from_bare_metal(string? type, string cpuinfo, string? vendor, string? product, string? clocks, string? expected) =>
        Assert.Equal(expected, Hypervisor.Parse(type, cpuinfo, vendor, product, clocks));

    [Theory]
    [InlineData("CONFIG_A=y\nCONFIG_IRQ_TIME_ACCOUNTING=y\n", InterruptTime.Apart)]
    [InlineData("# CONFIG_IRQ_TIME_ACCOUNTING is not set\nCONFIG_HAVE_IRQ_TIME_ACCOUNTING=y\n", InterruptTime.Process)]
    [InlineData("CONFIG_A=y\n", InterruptTime.Process)]
    [InlineData("", InterruptTime.Unknown)]
    [InlineData(null, InterruptTime.Unknown)]
    public void The_kernels_configuration_says_who_pays_for_interrupts(string? text, InterruptTime expected) =>
        Assert.Equal(expected, KernelConfig.ParseInterruptTime(text));

    [Theory]
    [InlineData("0::/a/b", "/sys/fs/cgroup/a/b/cpu.max=max 100000|/sys/fs/cgroup/a/cpu.max=150000 100000|/sys/fs/cgroup/a/b/cpu.stat=usage_usec "
        + "5\nnr_throttled 7", 1.5, 7L, null)]
    [InlineData("0::/a", "/sys/fs/cgroup/a/cpu.max=50000 100000|/sys/fs/cgroup/a/cpu.stat=nr_periods 40\nnr_throttled 7", 0.5, 7L, 40L)]
    [InlineData("0::/", "/sys/fs/cgroup/cpu.max=50000 100000", 0.5, null, null)]
    [InlineData("0::/", "/sys/fs/cgroup/cpu.max=max 100000|/sys/fs/cgroup/cpu.stat=nr_throttled 0", null, 0L, null)]
    [InlineData(
        "1:cpu,cpuacct:/x\n0::/",
        "/sys/fs/cgroup/cpu,cpuacct/x/cpu.cfs_quota_us=200000|/sys/fs/cgroup/cpu,cpuacct/x/cpu.cfs_period_us=100000"
            + "|/sys/fs/cgroup/cpu,cpuacct/x/cpu.stat=nr_periods 1\nnr_throttled 3",
        2.0,
        3L,
        1L)]
    [InlineData("1:cpu:/", "/sys/fs/cgroup/cpu/cpu.cfs_quota_us=-1|/sys/fs/cgroup/cpu/cpu.cfs_period_us=100000", null, null, null)]
    [InlineData("", "", null, null, null)]
    public void The_tightest_quota_of_the_control_groups_counts(string membership, string files, double? cpus, long? throttled, long? periods)
    {
        Dictionary<string, string> texts = files.Split('|', StringSplitOptions.RemoveEmptyEntries).Select(f => f.Split('=', 2))
            .ToDictionary(f => f[0], f => f[1]);
        Assert.Equal(new CpuQuota(cpus, throttled) { Periods = periods }, CpuQuota.Read(membership, path => texts.GetValueOrDefault(path)));
    }

    [Fact]
    public void The_time_of_a_pinned_thread_is_found_under_its_cpu() => OwnThread.Run(() =>
    {
        int cpu = CpuAffinity.OfCurrentThread()[0];
        long before = PinnedThreads.CpuNs(Environment.ProcessId).GetValueOrDefault(cpu);
        CpuAffinity.SetCurrentThread([cpu]);
        long begun = ThreadInfo.Usage().CpuNs;
        while (ThreadInfo.Usage().CpuNs - begun < 100_000_000)
        {
        }

        long used = PinnedThreads.CpuNs(Environment.ProcessId)[cpu] - before;
        Assert.True(used > 80_000_000, $"{used} ns"); // What runs now is known to within a tick.
    });
}
