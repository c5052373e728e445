using System.Net;

namespace ReuseBench.Linux.Tests;

public sealed class NetworkNamespaceTests
{
    private const string SomaxConn = "net.core.somaxconn";

    [Fact]
    public void A_thread_of_its_own_namespace_has_its_own_ports_counters_and_settings()
    {
        using Descriptor outside = Loopback.Listener(Loopback.Inet, out SockAddr address);
        string? hostValue = Sysctl.TryRead(SomaxConn);
        OwnNamespace.Run(() =>
        {
            Assert.Equal(0, SnmpCounters.Read().PassiveOpens);
            Assert.Empty(TcpTable.Read().Rows);

            NetworkNamespace.BringUpLoopback();
            using Descriptor inside = Loopback.Listener(address, out SockAddr sameAddress);
            Assert.Equal(address, sameAddress);
            (Descriptor client, Descriptor server) = Loopback.Pair(inside, address);
            client.Dispose();
            server.Dispose();
            Assert.Equal(1, SnmpCounters.Read().PassiveOpens);

            Assert.Equal(0, Sysctl.TryWrite(SomaxConn, "321"));
            Assert.Equal("321", Sysctl.TryRead(SomaxConn));
        });
        Assert.Equal(hostValue, Sysctl.TryRead(SomaxConn));
    }

    [Fact]
    public void More_IPv6_loopback_addresses_are_there_at_once() => OwnNamespace.Run(() =>
    {
        NetworkNamespace.BringUpLoopback();
        IPAddress added = IPAddress.Parse("fd00:bee::7");
        using (Descriptor early = Loopback.Stream(SocketCalls.Inet6))
        {
            Assert.Equal(-ErrnoCode.EADDRNOTAVAIL, SocketCalls.Bind(early.Value, SockAddr.From(added, 0)));
        }

        NetworkNamespace.AddAddress("lo", added, 128);
        using Descriptor listener = Loopback.Listener(Loopback.Inet6, out SockAddr address);
        using Descriptor client = Loopback.Stream(SocketCalls.Inet6);
        Assert.Equal(0, SocketCalls.Bind(client.Value, SockAddr.From(added, 0)));
        Assert.Contains(SocketCalls.Connect(client.Value, address), new[] { 0, -ErrnoCode.EINPROGRESS });
        Loopback.AwaitEvents(listener.Value, EpollEvents.In);
        int accepted = SocketCalls.Accept4(listener.Value, out SockAddr peer);
        Assert.InRange(accepted, 0, int.MaxValue);
        Assert.Equal(added, peer.ToAddress());
        SocketCalls.Close(accepted);

        LinuxException twice = Assert.Throws<LinuxException>(() => NetworkNamespace.AddAddress("lo", added, 128));
        Assert.Equal("rtnetlink add address fd00:bee::7/128 to lo: EEXIST (File exists)", twice.Message);
    });

    [Fact]
    public void A_veth_pair_carries_connections_between_two_namespaces() => OwnNamespace.Run(() =>
    {
        try
        {
            NetworkNamespace.AddVethPair("rb-a", "rb-b");
        }
        catch (LinuxException error) when (error.Errno.Code is ErrnoCode.EOPNOTSUPP)
        {
            Assert.Skip("this kernel has no veth");
        }

        NetworkNamespace.AddAddress("rb-a", IPAddress.Parse("10.77.0.1"), 24);
        NetworkNamespace.BringUp("rb-a");
        int here = ThreadInfo.Tid();
        using ManualResetEventSlim entered = new();
        using ManualResetEventSlim moved = new();
        int otherTid = 0;
        SockAddr target = default;
        Descriptor? listener = null;
        Thread other = new(() => OwnThread.Run(() =>
        {
            Assert.Equal(0, NetworkNamespace.TryUnshareCurrentThread());
            otherTid = ThreadInfo.Tid();
            entered.Set();
            Assert.True(moved.Wait(Loopback.TimeoutMs));
            NetworkNamespace.AddAddress("rb-b", IPAddress.Parse("10.77.0.2"), 24);
            NetworkNamespace.BringUp("rb-b");
            listener = Loopback.Listener(SockAddr.From(IPAddress.Parse("10.77.0.2"), 0), out target);
        }));
        other.Start();
        Assert.True(entered.Wait(Loopback.TimeoutMs));
        NetworkNamespace.MoveInterface("rb-b", otherTid);
        moved.Set();
        Assert.True(other.Join(Loopback.TimeoutMs));
        Assert.NotEqual(here, otherTid);
        using (listener)
        {
            using Descriptor client = Loopback.Connect(target);
            Loopback.AwaitEvents(listener!.Value, EpollEvents.In);
            using Descriptor server = Descriptor.Own(SocketCalls.Accept4(listener.Value, out SockAddr peer), "accept4", "listener");
            Assert.Equal("10.77.0.1", peer.ToAddress().ToString());
        }
    });

    [Fact]
    public void An_interface_has_a_number_and_one_that_is_not_there_says_so()
    {
        Assert.Equal(1, NetworkNamespace.InterfaceIndex("lo"));
        LinuxException error = Assert.Throws<LinuxException>(() => NetworkNamespace.InterfaceIndex("no-such-if"));
        Assert.StartsWith("if_nametoindex no-such-if: ENODEV", error.Message);
    }

    [Fact]
    public void A_setting_that_is_not_there_is_null_to_read_and_ENOENT_to_write()
    {
        Assert.Null(Sysctl.TryRead("net.core.no_such_setting"));
        Assert.Equal(-ErrnoCode.ENOENT, Sysctl.TryWrite("net.core.no_such_setting", "1"));
        Assert.Equal("/proc/sys/net/ipv4/conf/eth0.1/rp_filter", Sysctl.PathOf("net/ipv4/conf/eth0.1/rp_filter"));
    }

    [Fact]
    public void A_value_that_the_kernel_does_not_take_is_EINVAL() => OwnNamespace.Run(() =>
        Assert.Equal(-ErrnoCode.EINVAL, Sysctl.TryWrite(SomaxConn, "many")));
}
