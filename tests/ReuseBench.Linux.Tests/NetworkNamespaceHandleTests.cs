namespace ReuseBench.Linux.Tests;

public sealed class NetworkNamespaceHandleTests
{
    [Fact]
    public async Task An_interface_moves_into_the_namespace_that_the_handle_holds()
    {
        Assert.SkipUnless(Capabilities.HasSysAdmin() && Capabilities.HasNetAdmin(), "needs CAP_SYS_ADMIN and CAP_NET_ADMIN");
        (string[] here, string[] there) = await Task.Factory.StartNew(MoveOneEnd, TaskCreationOptions.LongRunning);
        Assert.Contains("near", here);
        Assert.DoesNotContain("far", here);
        Assert.Contains("far", there);
    }

    // On a thread of its own, which ends in the namespaces that it made.
    private static (string[] Here, string[] There) MoveOneEnd()
    {
        Assert.Equal(0, NetworkNamespace.TryUnshareCurrentThread());
        using NetworkNamespaceHandle away = NetworkNamespaceHandle.OfCurrentThread();
        Assert.Equal(0, NetworkNamespace.TryUnshareCurrentThread());
        using NetworkNamespaceHandle home = NetworkNamespaceHandle.OfCurrentThread();
        NetworkNamespace.AddVethPair("near", "far");
        NetworkNamespace.MoveInterface("far", away);
        string[] here = Interfaces();
        away.EnterCurrentThread();
        string[] there = Interfaces();
        home.EnterCurrentThread();
        return (here, there);
    }

    private static string[] Interfaces() =>
        [.. File.ReadLines("/proc/thread-self/net/dev").Skip(2).Select(line => line.Split(':')[0].Trim())];
}
