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
    }
}
