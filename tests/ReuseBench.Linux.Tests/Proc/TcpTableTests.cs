namespace ReuseBench.Linux.Tests;

public sealed class TcpTableTests
{
    [Fact]
    public void Rows_of_IPv4_are_read()
    {
        TcpTable table = TcpTable.Parse(Captured.Text("tcp-6.18.txt"));
        Assert.Equal(10, table.Rows.Length);
        TcpTable.Row listener = table.Rows[0];
        Assert.Equal("127.0.0.1:8080", listener.Local.ToString());
        Assert.Equal("0.0.0.0:0", listener.Remote.ToString());
        Assert.Equal(TcpState.Listen, listener.State);
        Assert.Equal((0, 1), (listener.TransmitQueue, listener.ReceiveQueue));
        Assert.Equal(143141, listener.Inode);
        Assert.Equal("127.0.0.1:43612", table.Rows[1].Remote.ToString());
        Assert.Equal(5, table.Count(TcpState.Established));
        Assert.Equal(2, table.Count(TcpState.Established, 8080));
        Assert.Equal(4, table.Count(TcpState.SynSent));
        Assert.Equal(0, table.Count(TcpState.TimeWait));
    }

    [Fact]
    public void Rows_of_IPv6_are_read()
    {
        TcpTable table = TcpTable.Parse(Captured.Text("tcp6-6.18.txt"));
        Assert.Equal(["[::]:9090", "[::1]:9090", "[::ffff:127.0.0.1]:9090"], table.Rows.Select(row => row.Local.ToString()));
        Assert.Equal([TcpState.Listen, TcpState.TimeWait, TcpState.Established], table.Rows.Select(row => row.State));
        Assert.Equal(1, table.Count(TcpState.TimeWait, 9090));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public void A_listener_of_this_host_is_in_the_table(string address)
    {
        using Descriptor listener = Loopback.Listener(SockAddr.From(System.Net.IPAddress.Parse(address), 0), out SockAddr bound);
        TcpTable.Row row = Assert.Single(TcpTable.Read().Rows, row => row.Local == bound);
        Assert.Equal(TcpState.Listen, row.State);
    }

    [Fact]
    public void Who_closes_first_holds_the_TIME_WAIT()
    {
        using Descriptor listener = Loopback.Listener(Loopback.Inet, out SockAddr address);
        (Descriptor client, Descriptor server) = Loopback.Pair(listener, address);
        server.Dispose();
        Loopback.AwaitEvents(client.Value, EpollEvents.RdHup);
        client.Dispose();

        // The kernel takes the second FIN in when it comes to it.
        Assert.True(SpinWait.SpinUntil(() => TcpTable.Read().Count(TcpState.TimeWait, address.Port) == 1, Loopback.TimeoutMs));
    }
}
