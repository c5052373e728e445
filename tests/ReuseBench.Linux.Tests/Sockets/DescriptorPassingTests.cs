using System.Net;

namespace ReuseBench.Linux.Tests;

public sealed class DescriptorPassingTests
{
    [Fact]
    public void A_listener_that_was_passed_is_the_same_socket_and_has_CLOEXEC()
    {
        using Descriptor listener = Descriptor.Own(SocketCalls.StreamBlocking(SocketCalls.Inet), "socket", "test");
        Assert.Equal(0, SocketCalls.Bind(listener.Value, SockAddr.From(IPAddress.Loopback, 0)));
        Assert.Equal(0, SocketCalls.Listen(listener.Value, 8));
        (Descriptor giver, Descriptor taker) = ConnectedPair();
        using (giver)
        using (taker)
        {
            Assert.Equal(0, DescriptorPassing.Send(giver.Value, listener.Value));
            using Descriptor passed = Descriptor.Own(DescriptorPassing.Receive(taker.Value), "recvmsg", "test");

            Assert.NotEqual(listener.Value, passed.Value);
            Assert.Equal(LibC.FD_CLOEXEC, LibC.fcntl(passed.Value, LibC.F_GETFD, 0));
            SocketCalls.GetSockName(listener.Value, out SockAddr given);
            SocketCalls.GetSockName(passed.Value, out SockAddr taken);
            Assert.Equal(given, taken);

            // The giver's descriptor goes, the socket and its queue stay.
            listener.Dispose();
            using Descriptor client = Descriptor.Own(SocketCalls.StreamBlocking(SocketCalls.Inet), "socket", "test");
            Assert.Equal(0, SocketCalls.Connect(client.Value, taken));
            using Descriptor accepted = Descriptor.Own(SocketCalls.Accept4(passed.Value), "accept4", "test");
        }
    }

    [Fact]
    public void A_giver_that_closes_without_giving_is_a_reset()
    {
        (Descriptor giver, Descriptor taker) = ConnectedPair();
        giver.Dispose();
        Assert.Equal(-ErrnoCode.ECONNRESET, DescriptorPassing.Receive(taker.Value));
        taker.Dispose();
    }

    [Fact]
    public void The_peer_of_this_process_is_of_the_same_user()
    {
        (Descriptor giver, Descriptor taker) = ConnectedPair();
        Assert.True(DescriptorPassing.IsPeerSameUser(giver.Value));
        Assert.True(DescriptorPassing.IsPeerSameUser(taker.Value));
        giver.Dispose();
        taker.Dispose();
    }

    [Fact]
    public void A_name_that_nobody_listens_on_is_refused()
    {
        LinuxException error = Assert.Throws<LinuxException>(() => UnixEndpoint.Fresh("test").Connect());
        Assert.Equal(ErrnoCode.ECONNREFUSED, error.Errno.Code);
    }

    [Fact]
    public void Nothing_is_taken_where_no_socket_was_left() => Assert.Null(SocketActivation.Take());

    private static (Descriptor Giver, Descriptor Taker) ConnectedPair()
    {
        UnixEndpoint endpoint = UnixEndpoint.Fresh("test");
        using Descriptor listener = endpoint.Listen();
        Descriptor taker = endpoint.Connect();
        return (Descriptor.Own(SocketCalls.Accept4(listener.Value), "accept4", endpoint.ToString()), taker);
    }
}
