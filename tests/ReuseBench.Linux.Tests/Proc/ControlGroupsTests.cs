namespace ReuseBench.Linux.Tests;

public sealed class ControlGroupsTests
{
    [Fact]
    public void A_group_is_looked_for_where_its_controller_may_be_mounted_and_upwards() => Assert.Equal(
        [
            "/sys/fs/cgroup/cpu/a/b", "/sys/fs/cgroup/cpu/a", "/sys/fs/cgroup/cpu",
            "/sys/fs/cgroup/cpu,cpuacct/a/b", "/sys/fs/cgroup/cpu,cpuacct/a", "/sys/fs/cgroup/cpu,cpuacct",
            "/sys/fs/cgroup/c", "/sys/fs/cgroup", "/sys/fs/cgroup/unified/c", "/sys/fs/cgroup/unified",
        ],
        ControlGroups.Directories("3:cpu,cpuacct:/a/b\n2:pids:/x\n0::/c\n", "cpu"));

    /// <summary>Each is a file to be read: a text twice as long must not make four times the work.</summary>
    [Theory]
    [InlineData(10_000, 1)]
    [InlineData(10, 5_000)]
    public void However_long_a_text_is_few_directories_come_of_it(int levels, int lines)
    {
        string path = string.Concat(Enumerable.Range(0, levels).Select(i => $"/{i}"));
        string[] directories =
            [.. ControlGroups.Directories(string.Concat(Enumerable.Range(0, lines).Select(i => $"0::{path}\n{i}:pids,x{i}:{path}\n")), "pids")];
        Assert.InRange(directories.Length, 4, 4 * 64);
        Assert.Contains("/sys/fs/cgroup" + path, directories);
    }
}
