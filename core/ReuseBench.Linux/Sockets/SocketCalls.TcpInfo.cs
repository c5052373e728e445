namespace ReuseBench.Linux;

public static unsafe partial class SocketCalls
{
    private const int StateMask = 0xff;

    /// <summary>Eight one-byte fields, then 32-bit ones: rto, ato, snd_mss, rcv_mss, unacked, sacked.</summary>
    private const int UnackedOffset = 24;
    private const int SackedOffset = 28;

    /// <summary>Where the connection of <paramref name="fd"/> stands: a <see cref="TcpState"/>, or the negative errno.</summary>
    /// <remarks>
    /// <c>tcpi_state</c> is the first byte of <c>struct tcp_info</c>, of which the kernel copies no more than is asked for.
    /// <see href="https://man7.org/linux/man-pages/man7/tcp.7.html">tcp(7)</see>
    /// </remarks>
    public static int GetTcpState(int fd)
    {
        int result = GetOption(fd, SocketOption.TcpInfo, out int firstBytes);
        if (result < 0)
        {
            return result;
        }

        return BitConverter.IsLittleEndian ? firstBytes & StateMask : (firstBytes >> 24) & StateMask;
    }

    /// <summary>
    /// Whether the peer can have received what was sent: false where some of it is not acknowledged, or where the connection is reset. A FIN
    /// acknowledges all that the peer's kernel had when it was sent.
    /// </summary>
    /// <returns>Null where the kernel does not tell.</returns>
    public static bool? PeerHasAll(int fd)
    {
        byte* info = stackalloc byte[SackedOffset];
        uint length = SackedOffset;
        int result = LibC.Result(LibC.getsockopt(fd, SocketOption.TcpInfo.Level, SocketOption.TcpInfo.Name, info, &length));
        return result < 0 || length < SackedOffset
            ? null
            : info[0] != (byte)TcpState.Close && BitConverter.ToInt32(new ReadOnlySpan<byte>(info + UnackedOffset, sizeof(int))) == 0;
    }

    /// <summary>
    /// How many connections the kernel queues for the listener <paramref name="fd"/>: its backlog, cut to net.core.somaxconn by listen(2).
    /// 0, or the negative errno.
    /// </summary>
    /// <remarks>For a listener <c>tcpi_sacked</c> holds <c>sk_max_ack_backlog</c> (net/ipv4/tcp.c, tcp_get_info); ss(8) shows it as Send-Q.</remarks>
    public static int GetListenBacklog(int fd, out int backlog)
    {
        byte* info = stackalloc byte[SackedOffset + sizeof(int)];
        uint length = SackedOffset + sizeof(int);
        int result = LibC.Result(LibC.getsockopt(fd, SocketOption.TcpInfo.Level, SocketOption.TcpInfo.Name, info, &length));
        backlog = result < 0 ? 0 : BitConverter.ToInt32(new ReadOnlySpan<byte>(info + SackedOffset, sizeof(int)));
        return result;
    }
}
