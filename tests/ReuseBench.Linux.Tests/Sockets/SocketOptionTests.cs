namespace ReuseBench.Linux.Tests;

public sealed class SocketOptionTests
{
    public static TheoryData<SocketOption> OnOffOptions =>
    [
        SocketOption.ReuseAddr, SocketOption.ReusePort, SocketOption.KeepAlive, SocketOption.TcpNoDelay,
        SocketOption.IpBindAddressNoPort,
    ];

    [Theory]
    [MemberData(nameof(OnOffOptions))]
    public void An_option_is_off_at_first_and_reads_back_as_set(SocketOption option)
    {
        using Descriptor socket = Loopback.Stream();
        Assert.Equal(0, Loopback.Option(socket, option));
        Assert.Equal(0, SocketCalls.SetOption(socket.Value, option, 1));
        Assert.Equal(1, Loopback.Option(socket, option));
        Assert.Equal(0, SocketCalls.SetOption(socket.Value, option, 0));
        Assert.Equal(0, Loopback.Option(socket, option));
    }

    [Fact]
    public void Reuseaddr_and_reuseport_are_two_options()
    {
        using Descriptor socket = Loopback.Stream();
        Assert.Equal(0, SocketCalls.SetOption(socket.Value, SocketOption.ReuseAddr, 1));
        Assert.Equal(0, Loopback.Option(socket, SocketOption.ReusePort));
        Assert.Equal(0, SocketCalls.SetOption(socket.Value, SocketOption.ReuseAddr, 0));
        Assert.Equal(0, SocketCalls.SetOption(socket.Value, SocketOption.ReusePort, 1));
        Assert.Equal(0, Loopback.Option(socket, SocketOption.ReuseAddr));
    }

    [Theory]
    [InlineData(7)]
    [InlineData(4096)]
    [InlineData(1_000_000)] // above any somaxconn
    public void The_backlog_of_a_listener_reads_back_cut_to_somaxconn(int asked)
    {
        using Descriptor listener = Loopback.Listener(Loopback.Inet, out _, asked);
        int most = int.Parse(Sysctl.TryRead("net.core.somaxconn")!, System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(0, SocketCalls.GetListenBacklog(listener.Value, out int backlog));
        Assert.Equal(Math.Min(asked, most), backlog);
    }

    [Fact]
    public void Bind_sets_neither_option_by_itself()
    {
        using Descriptor listener = Loopback.Listener(Loopback.Inet, out _);
        Assert.Equal(0, Loopback.Option(listener, SocketOption.ReuseAddr));
        Assert.Equal(0, Loopback.Option(listener, SocketOption.ReusePort));
        Assert.Equal(1, Loopback.Option(listener, SocketOption.AcceptConn));
    }

    [Fact]
    public void A_numeric_option_reads_back_as_set()
    {
        using Descriptor socket = Loopback.Stream();
        Assert.Equal(-1, Loopback.Option(socket, SocketOption.IncomingCpu));
        Assert.Equal(0, SocketCalls.SetOption(socket.Value, SocketOption.IncomingCpu, 1));
        Assert.Equal(1, Loopback.Option(socket, SocketOption.IncomingCpu));
    }

    [Fact]
    public void An_IPv6_socket_takes_IPv4_too_until_told_otherwise()
    {
        using Descriptor socket = Loopback.Stream(SocketCalls.Inet6);
        Assert.Equal(0, SocketCalls.SetOption(socket.Value, SocketOption.Ipv6Only, 1));
        Assert.Equal(1, Loopback.Option(socket, SocketOption.Ipv6Only));
        using Descriptor inet = Loopback.Stream();
        Assert.Equal(-ErrnoCode.ENOPROTOOPT, SocketCalls.SetOption(inet.Value, SocketOption.Ipv6Only, 1));
    }

    [Fact]
    public void Binding_to_a_device_that_is_not_there_says_so()
    {
        using Descriptor socket = Loopback.Stream();
        Assert.Equal(-ErrnoCode.ENODEV, SocketCalls.BindToDevice(socket.Value, "no-such-if"));
        Assert.Equal(0, SocketCalls.BindToDevice(socket.Value, "lo"));
    }

    [Fact]
    public void Every_descriptor_is_closed_on_exec()
    {
        using Descriptor listener = Loopback.Listener(Loopback.Inet, out SockAddr address);
        (Descriptor client, Descriptor server) = Loopback.Pair(listener, address);
        using Epoll epoll = Epoll.Create();
        using EventFd eventFd = EventFd.Create();
        using TimerFd timerFd = TimerFd.Create();
        using SharedMapping mapping = SharedMapping.CreateAnonymous("cloexec", 4096);
        using (client)
        using (server)
        {
            Assert.All(
                new[] { listener.Value, client.Value, server.Value, epoll.Fd, eventFd.Fd, timerFd.Fd, mapping.Fd },
                fd => Assert.Equal(LibC.FD_CLOEXEC, LibC.fcntl(fd, LibC.F_GETFD, 0) & LibC.FD_CLOEXEC));
        }
    }

    [Fact]
    public void A_closed_descriptor_says_so()
    {
        Descriptor socket = Loopback.Stream();
        int fd = socket.Value;
        Assert.InRange(fd, 0, int.MaxValue);
        socket.Dispose();
        Assert.Throws<ObjectDisposedException>(() => socket.Value);
        Assert.Equal(-ErrnoCode.EBADF, SocketCalls.Close(-1));
    }
}
