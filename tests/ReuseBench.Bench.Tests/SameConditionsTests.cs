using ReuseBench.Bench.Runs;
using ReuseBench.Core;
using ReuseBench.Core.Results;

namespace ReuseBench.Bench.Tests;

public sealed class SameConditionsTests
{
    private static readonly HostFacts Host = new()
    {
        Kernel = "6.18",
        CpuGovernor = "schedutil",
        BootId = "a",
        Sysctls = new SortedDictionary<string, string> { ["net.core.somaxconn"] = "4096" },
    };

    public static TheoryData<string, HostFacts> Changes => new()
    {
        { "CPU governor schedutil and would go on with performance", Host with { CpuGovernor = "performance" } },
        { "boot a and would go on with b", Host with { BootId = "b" } },
        { "CPU quota none and would go on with 2", Host with { CpuQuota = 2 } },
        { "net.core.somaxconn 4096 and would go on with 128", Host with { Sysctls = new SortedDictionary<string, string> { ["net.core.somaxconn"] = "128" } } },
        { "net.core.somaxconn 4096 and would go on with unknown", Host with { Sysctls = [] } },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void A_run_is_not_resumed_on_a_host_that_was_changed(string said, HostFacts now) =>
        Assert.Contains(said, Assert.Throws<UsageException>(() => SameConditions.Require(Begun, now, isolation: "netns")).Message, StringComparison.Ordinal);

    [Fact]
    public void A_run_is_resumed_where_nothing_changed() => SameConditions.Require(Begun, Host with { MemoryKib = 5 }, isolation: "netns");

    private static RunManifest Begun => new()
    {
        RunId = "r",
        Status = RunStatus.Interrupted,
        StartedUtc = "",
        Matrix = "m",
        Seed = 1,
        Isolation = "netns",
        Arguments = [],
        Cells = [],
        Host = Host,
    };
}
