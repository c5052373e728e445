using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ReuseBench.Linux;

/// <summary>
/// Asks the kernel about one connection of the calling thread's namespace, also one that no descriptor refers to any more, without walking
/// the hash table as <see cref="TcpTable"/> does. <see href="https://man7.org/linux/man-pages/man7/sock_diag.7.html">sock_diag(7)</see>
/// </summary>
public static class SocketDiagnostics
{
    internal const int NETLINK_SOCK_DIAG = 4;
    internal const ushort SOCK_DIAG_BY_FAMILY = 20;
    internal const byte IPPROTO_TCP = 6;

    private const int LargestMessage = 512;
    private const int AddressBytes = 16;

    /// <summary>
    /// Where the connection stands: a <see cref="TcpState"/>, or the negative errno; −ENOENT no such connection, or no sock_diag here.
    /// </summary>
    /// <param name="local">Of the socket that is asked about.</param>
    /// <param name="remote">Its peer's address, of the same family.</param>
    public static int StateOfConnection(in SockAddr local, in SockAddr remote)
    {
        Request request = new()
        {
            Family = (byte)local.Family,
            Protocol = IPPROTO_TCP,
            States = uint.MaxValue,
            AnyCookie = ulong.MaxValue,
        };
        BinaryPrimitives.WriteUInt16BigEndian(MemoryMarshal.AsBytes(new Span<ushort>(ref request.LocalPort)), local.Port);
        BinaryPrimitives.WriteUInt16BigEndian(MemoryMarshal.AsBytes(new Span<ushort>(ref request.RemotePort)), remote.Port);
        _ = local.ToAddress().TryWriteBytes(request.Local, out _);
        _ = remote.ToAddress().TryWriteBytes(request.Remote, out _);
        NetlinkMessage message = new(stackalloc byte[LargestMessage], SOCK_DIAG_BY_FAMILY, 0);
        message.Append(request);
        return Ask(message.Finish());
    }

    private static int Ask(ReadOnlySpan<byte> message)
    {
        int fd = SocketCalls.Socket(LibC.AF_NETLINK, LibC.SOCK_RAW, NETLINK_SOCK_DIAG);
        if (fd < 0)
        {
            return fd;
        }

        Span<byte> answer = stackalloc byte[LargestMessage * 2];
        int result = SocketCalls.Send(fd, message);
        result = result < 0 ? result : SocketCalls.Receive(fd, answer);
        _ = SocketCalls.Close(fd);
        if (result < 0)
        {
            return result;
        }

        ReadOnlySpan<byte> body = answer[Unsafe.SizeOf<NetlinkMessage.Header>()..];
        return MemoryMarshal.Read<NetlinkMessage.Header>(answer).Type == SOCK_DIAG_BY_FAMILY
            ? MemoryMarshal.Read<Answer>(body).State
            : MemoryMarshal.Read<int>(body);
    }

    /// <summary><c>struct inet_diag_req_v2</c>, <c>include/uapi/linux/inet_diag.h</c>.</summary>
    [StructLayout(LayoutKind.Sequential, Pack = 4)]
    internal struct Request
    {
        internal byte Family;
        internal byte Protocol;
        internal byte Extensions;
        internal byte Padding;
        internal uint States;
        internal ushort LocalPort;
        internal ushort RemotePort;
        internal Address Local;
        internal Address Remote;
        internal uint Interface;
        internal ulong AnyCookie;
    }

    /// <summary>The beginning of <c>struct inet_diag_msg</c>.</summary>
    internal struct Answer
    {
        internal byte Family;
        internal byte State;
    }

    [InlineArray(AddressBytes)]
    internal struct Address
    {
        private byte _first;
    }
}
