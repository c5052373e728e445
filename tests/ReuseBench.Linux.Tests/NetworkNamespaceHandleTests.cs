namespace ReuseBench.Linux.Tests;

public sealed class NetworkNamespaceHandleTests
{
    [Fact]
    public void An_interface_moves_into_the_namespace_that_the_handle_holds() => OwnNamespace.Run(() =>
    {
        // Not by awaiting a task of that thread: what follows the await, the next tests included, would run on in its namespace.
        using NetworkNamespaceHandle away = NetworkNamespaceHandle.OfCurrentThread();
        Assert.Equal(0, NetworkNamespace.TryUnshareCurrentThread());
        using NetworkNamespaceHandle home = NetworkNamespaceHandle.OfCurrentThread();
        NetworkNamespace.AddVethPair("near", "far");
        NetworkNamespace.MoveInterface("far", away);
        string[] here = Interfaces();
        away.EnterCurrentThread();
        string[] there = Interfaces();
        home.EnterCurrentThread();
        Assert.Contains("near", here);
        Assert.DoesNotContain("far", here);
        Assert.Contains("far", there);
    });

    private static string[] Interfaces() =>
        [.. File.ReadLines("/proc/thread-self/net/dev").Skip(2).Select(line => line.Split(':')[0].Trim())];
}
