using System.Net;
using System.Runtime.CompilerServices;

namespace ReuseBench.Linux.Tests;

public sealed class SocketDiagnosticsTests
{
    // sizeof(struct inet_diag_req_v2) of include/uapi/linux/inet_diag.h.
    private const int RequestBytes = 56;

    [Fact]
    public void The_request_has_the_size_of_the_kernels_struct() =>
        Assert.Equal(RequestBytes, Unsafe.SizeOf<SocketDiagnostics.Request>());

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public void A_connection_is_followed_into_TIME_WAIT_without_a_descriptor(string loopback)
    {
        IPAddress address = IPAddress.Parse(loopback);
        using Descriptor listener = Descriptor.Own(SocketCalls.StreamBlocking(SockAddr.FamilyOf(address)), "socket", "listener");
        Assert.SkipUnless(SocketCalls.Bind(listener.Value, SockAddr.From(address, 0)) == 0, $"no {loopback} here");
        Assert.Equal(0, SocketCalls.Listen(listener.Value, 1));
        Assert.Equal(0, SocketCalls.GetSockName(listener.Value, out SockAddr server));

        int client = SocketCalls.StreamBlocking(server.Family);
        Assert.Equal(0, SocketCalls.Connect(client, server));
        int connection = SocketCalls.Accept4(listener.Value, out SockAddr peer);
        Assert.Equal((int)TcpState.Established, SocketDiagnostics.StateOfConnection(server, peer));
        Assert.Equal((int)TcpState.Established, SocketCalls.GetTcpState(connection));

        Assert.Equal(0, SocketCalls.Close(connection));
        Assert.Equal(0, SocketCalls.Close(client));
        Assert.True(SpinWait.SpinUntil(
            () => SocketDiagnostics.StateOfConnection(server, peer) == (int)TcpState.TimeWait, TimeSpan.FromSeconds(60)));
    }

    [Fact]
    public void A_connection_that_does_not_exist_is_ENOENT() => Assert.Equal(
        -ErrnoCode.ENOENT,
        SocketDiagnostics.StateOfConnection(SockAddr.From(IPAddress.Loopback, 1), SockAddr.From(IPAddress.Loopback, 2)));
}
