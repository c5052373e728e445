namespace ReuseBench.Linux.Tests;

/// <summary>That a thread stands still and goes on is tested on the workers of a real server, in ReuseBench.System.Tests.</summary>
public sealed class FrozenThreadTests
{
    [Fact]
    public void A_thread_that_is_not_there_is_an_error_that_names_it() => OwnThread.Run(() =>
    {
        LinuxException error = Assert.Throws<LinuxException>(() => FrozenThread.Stop(int.MaxValue));
        Assert.StartsWith($"ptrace PTRACE_SEIZE of thread {int.MaxValue}: ESRCH", error.Message);
    });

    [Fact]
    public void A_name_that_no_thread_has_is_not_found() => Assert.Null(FrozenThread.Find(Environment.ProcessId, "no such thread"));
}
