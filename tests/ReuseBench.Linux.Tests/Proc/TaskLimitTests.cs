namespace ReuseBench.Linux.Tests;

public sealed class TaskLimitTests
{
    [Fact]
    public void The_tightest_of_all_groups_above_holds()
    {
        Dictionary<string, string> files = new()
        {
            ["/sys/fs/cgroup/a/b/pids.max"] = "max",
            ["/sys/fs/cgroup/a/b/pids.current"] = "3",
            ["/sys/fs/cgroup/a/pids.max"] = "40",
            ["/sys/fs/cgroup/a/pids.current"] = "30",
            ["/sys/fs/cgroup/pids.max"] = "20",
            ["/sys/fs/cgroup/pids.current"] = "25",
        };
        TaskLimit[] limits = [.. TaskLimit.OfControlGroups("0::/a/b\n", files.GetValueOrDefault)];
        Assert.Equal([(10, 40), (0, 20)], limits.Select(l => (l.Left, l.Limit)));
        Assert.Equal(0, TaskLimit.Tightest(limits)!.Left);
        Assert.Null(TaskLimit.Tightest([]));
    }

    [Fact]
    public void Version_1_has_a_hierarchy_of_its_own()
    {
        Dictionary<string, string> files = new() { ["/sys/fs/cgroup/pids/x/pids.max"] = "8", ["/sys/fs/cgroup/pids/x/pids.current"] = "2" };
        Assert.Equal(6, Assert.Single(TaskLimit.OfControlGroups("4:pids:/x\n", files.GetValueOrDefault)).Left);
    }

    [Theory]
    [InlineData("Name:\tx\nUid:\t5\t0\t0\t0\nThreads:\t7\n", 7)]
    [InlineData("Uid:\t6\t5\t5\t5\nThreads:\t7\n", 0)]
    [InlineData("Uid:\t5\n", 0)]
    [InlineData(null, 0)]
    public void Threads_count_for_the_user_that_they_run_as(string? status, long threads) => Assert.Equal(threads, TaskLimit.ThreadsOf(status, 5));

    [Theory]
    [InlineData("CapPrm:\t0000000001000000\nCapEff:\t0000000000000000\n", false)]
    [InlineData("CapEff:\t0000000000200000\n", true)]
    [InlineData("CapEff:\t0000000001000000\n", true)]
    [InlineData("CapEff:\t000001ffffffffff\n", true)]
    [InlineData("CapEff:\t0000000000001000\n", false)]
    [InlineData("Name:\tx\n", false)]
    [InlineData(null, false)]
    public void Two_capabilities_free_from_the_limit_of_a_user(string? status, bool isExempt) => Assert.Equal(isExempt, TaskLimit.IsExempt(status));
}
