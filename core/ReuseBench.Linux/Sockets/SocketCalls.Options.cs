using System.Text;

namespace ReuseBench.Linux;

public static unsafe partial class SocketCalls
{
    /// <summary>0, or the negative errno. For on/off options 1 is on and 0 off.</summary>
    public static int SetOption(int fd, SocketOption option, int value) =>
        LibC.Result(LibC.setsockopt(fd, option.Level, option.Name, &value, sizeof(int)));

    /// <summary>0 with the value now in force, or the negative errno.</summary>
    public static int GetOption(int fd, SocketOption option, out int value)
    {
        int read = 0;
        uint length = sizeof(int);
        int result = LibC.Result(LibC.getsockopt(fd, option.Level, option.Name, &read, &length));
        value = read;
        return result;
    }

    /// <summary>SO_LINGER. On with 0 seconds: close(2) resets the connection (RST) and leaves no TIME_WAIT.</summary>
    public static int SetLinger(int fd, bool on, int seconds)
    {
        LibC.Linger linger = new() { OnOff = on ? 1 : 0, Seconds = seconds };
        return LibC.Result(LibC.setsockopt(
            fd, SocketOption.Linger.Level, SocketOption.Linger.Name, &linger, (uint)sizeof(LibC.Linger)));
    }

    /// <summary>SO_RCVTIMEO and SO_SNDTIMEO: a blocking receive, send or connect ends after so long. 0, or the negative errno.</summary>
    /// <param name="fd">The socket.</param>
    /// <param name="seconds">1 or more; 0 waits for ever.</param>
    public static int SetTimeouts(int fd, int seconds)
    {
        const int ReceiveTimeout = 20;
        const int SendTimeout = 21;
        long* time = stackalloc long[2] { seconds, 0 };
        int result = LibC.Result(LibC.setsockopt(fd, SocketOption.Error.Level, ReceiveTimeout, time, 2 * sizeof(long)));
        return result < 0 ? result : LibC.Result(LibC.setsockopt(fd, SocketOption.Error.Level, SendTimeout, time, 2 * sizeof(long)));
    }

    /// <summary>The pending error of the socket (SO_ERROR) as a negative errno, 0 for none. Reading clears it.</summary>
    public static int GetError(int fd)
    {
        int result = GetOption(fd, SocketOption.Error, out int pending);
        return result < 0 ? result : -pending;
    }

    /// <summary>SO_BINDTODEVICE: only packets of this interface. An empty name undoes it.</summary>
    /// <returns>0, or the negative errno; −ENODEV where there is no such interface.</returns>
    public static int BindToDevice(int fd, string interfaceName)
    {
        byte[] name = Encoding.UTF8.GetBytes(interfaceName + '\0');
        fixed (byte* pointer = name)
        {
            return LibC.Result(LibC.setsockopt(
                fd, SocketOption.BindToDevice.Level, SocketOption.BindToDevice.Name, pointer, (uint)name.Length));
        }
    }

    /// <summary>
    /// SO_ATTACH_REUSEPORT_CBPF: the program returns the index of the listener within the group of <paramref name="fd"/>; out of
    /// range the kernel falls back to the hash, silently.
    /// <see href="https://man7.org/linux/man-pages/man7/socket.7.html">socket(7)</see>
    /// </summary>
    public static int AttachReuseportCbpf(int fd, ReadOnlySpan<CbpfInstruction> program)
    {
        fixed (CbpfInstruction* instructions = program)
        {
            LibC.SockFilterProgram filter = new() { Length = (ushort)program.Length, Filter = instructions };
            return LibC.Result(LibC.setsockopt(
                fd,
                SocketOption.AttachReuseportCbpf.Level,
                SocketOption.AttachReuseportCbpf.Name,
                &filter,
                (uint)sizeof(LibC.SockFilterProgram)));
        }
    }

    /// <summary>SO_ATTACH_REUSEPORT_EBPF with a loaded program's descriptor.</summary>
    public static int AttachReuseportEbpf(int fd, int programFd) => SetOption(fd, SocketOption.AttachReuseportEbpf, programFd);

    private const int StateMask = 0xff;

    /// <summary>Eight one-byte fields, then 32-bit ones: rto, ato, snd_mss, rcv_mss, unacked, sacked.</summary>
    private const int UnackedOffset = 24;
    private const int SackedOffset = 28;

    // 64-bit ones of Linux 4.2 and 4.19.
    private const int BytesAckedOffset = 120;
    private const int BytesSentOffset = 200;
    private const int BytesRetransOffset = 208;
    private const int SentInfoBytes = BytesRetransOffset + sizeof(long);

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
    /// Whether the peer can have received all that this side, which connected, has sent: false where some of it is not acknowledged. A FIN acknowledges
    /// all that the peer's kernel had when it was sent, and that stays known where a reset follows it: of a peer that ends its side, and closes without
    /// having read what it has, comes first the one and then the other.
    /// </summary>
    /// <returns>Null where the kernel does not tell.</returns>
    public static bool? PeerHasAll(int fd)
    {
        byte* info = stackalloc byte[SentInfoBytes];
        uint length = SentInfoBytes;
        int result = LibC.Result(LibC.getsockopt(fd, SocketOption.TcpInfo.Level, SocketOption.TcpInfo.Name, info, &length));
        if (result < 0 || length < SackedOffset)
        {
            return null;
        }

        if (info[0] != (byte)TcpState.Close)
        {
            return BitConverter.ToInt32(new ReadOnlySpan<byte>(info + UnackedOffset, sizeof(int))) == 0;
        }

        // A reset empties the queue of what is not acknowledged; the counts stay. The SYN is among the bytes acknowledged, and not among those sent.
        return length >= SentInfoBytes && Value(BytesAckedOffset) - 1 >= Value(BytesSentOffset) - Value(BytesRetransOffset);

        long Value(int offset) => BitConverter.ToInt64(new ReadOnlySpan<byte>(info + offset, sizeof(long)));
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
