namespace ReuseBench.Linux.Tests;

/// <summary>
/// Runs a test on a thread in a new network namespace, loopback down: for what would change the host, and for ports that
/// nobody else may take in between.
/// </summary>
internal static class OwnNamespace
{
    internal static void Run(Action action)
    {
        Assert.SkipUnless(NetworkNamespace.CanHaveOne(out LinuxException? problem), problem?.Message ?? "");
        OwnThread.Run(() =>
        {
            Assert.Equal(0, NetworkNamespace.TryUnshareCurrentThread());
            action();
        });
    }

    internal static void RunWithLoopback(Action action) => Run(() =>
    {
        NetworkNamespace.BringUpLoopback();
        action();
    });
}
