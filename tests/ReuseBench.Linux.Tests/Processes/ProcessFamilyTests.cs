using System.Diagnostics;

namespace ReuseBench.Linux.Tests;

public sealed class ProcessFamilyTests
{
    private const long HalfASecondNs = 500_000_000;

    [Fact]
    public void What_a_child_burned_is_counted_while_it_lives_and_after_it_was_waited_for()
    {
        long before = ProcessFamily.CpuNs();
        using Process child = Process.Start("sh", ["-c", "while :; do :; done"]);
        Wait(() => ProcessFamily.CpuNs() - before > HalfASecondNs, "half a second of the living child");
        Assert.Contains(child.Id, ProcessFamily.ChildrenOf(Environment.ProcessId));
        long burned = MonotonicClock.ProcessCpuNs(child.Id);
        child.Kill();
        child.WaitForExit();
        Wait(() => !ProcessFamily.ChildrenOf(Environment.ProcessId).Contains(child.Id), "the child to be waited for");
        Assert.True(ProcessFamily.CpuNs() - before >= burned, "what the child burned is lost with it");
    }

    [Fact]
    public void The_parent_is_found_behind_any_name()
    {
        Assert.Equal(12824, ProcessFamily.ParseParent("12838 (a) b (c) R 12824 12824 3910"));
        Assert.Null(ProcessFamily.ParseParent("12838 (a)"));
    }

    private static void Wait(Func<bool> holds, string what)
    {
        Stopwatch waited = Stopwatch.StartNew();
        while (!holds())
        {
            Assert.True(waited.Elapsed < TimeSpan.FromSeconds(90), $"not within 90 s: {what}");
            Thread.Sleep(5);
        }
    }
}
