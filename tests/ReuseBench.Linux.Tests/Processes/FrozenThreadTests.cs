using System.Diagnostics;

namespace ReuseBench.Linux.Tests;

public sealed class FrozenThreadTests
{
    [Fact]
    public void A_thread_stands_still_until_it_is_let_go() => OwnThread.Run(() =>
    {
        using Process child = Process.Start(new ProcessStartInfo("sleep", ["30"]))!;
        try
        {
            Assert.True(SpinWait.SpinUntil(() => FrozenThread.Find(child.Id, "sleep") is not null, TimeSpan.FromSeconds(5)), "sleep has not begun");
            using (Frozen(child.Id))
            {
                Assert.Equal('t', State(child.Id));
            }

            Assert.True(SpinWait.SpinUntil(() => State(child.Id) == 'S', TimeSpan.FromSeconds(5)), $"its state is {State(child.Id)}");
        }
        finally
        {
            child.Kill();
        }
    });

    [Fact]
    public void A_thread_that_is_not_there_is_an_error_that_names_it() => OwnThread.Run(() =>
    {
        LinuxException error = Assert.Throws<LinuxException>(() => FrozenThread.Stop(int.MaxValue));
        Assert.StartsWith($"ptrace PTRACE_SEIZE of thread {int.MaxValue}: ESRCH", error.Message);
    });

    [Fact]
    public void A_name_that_no_thread_has_is_not_found() => Assert.Null(FrozenThread.Find(Environment.ProcessId, "no such thread"));

    private static FrozenThread Frozen(int tid)
    {
        try
        {
            return FrozenThread.Stop(tid);
        }
        catch (LinuxException e)
        {
            Assert.Skip($"no thread may be stopped here: {e.Message}");
            throw;
        }
    }

    /// <summary>The letter after the name: t is stopped by a tracer, S sleeps.</summary>
    private static char State(int tid)
    {
        string stat = File.ReadAllText($"/proc/{tid}/stat");
        return stat[stat.LastIndexOf(')') + 2];
    }
}
