using System.Runtime.ExceptionServices;

namespace ReuseBench.Linux.Tests.Selectors;

/// <summary>Runs a test on a thread of its own in a new network namespace; skips it where there is no right to one.</summary>
internal static class FreshNamespace
{
    public static void Run(Action test)
    {
        int outcome = 0;
        ExceptionDispatchInfo? failure = null;
        Thread thread = new(() =>
        {
            outcome = NetworkNamespace.TryUnshareCurrentThread();
            if (outcome < 0)
            {
                return;
            }

            try
            {
                NetworkNamespace.BringUpLoopback();
                test();
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
        });
        thread.Start();
        Assert.True(thread.Join(TimeSpan.FromSeconds(120)), "the test did not end within two minutes");
        if (outcome < 0)
        {
            Assert.Skip($"no network namespace can be made here ({Errno.FromResult(outcome)})");
        }

        failure?.Throw();
    }
}
