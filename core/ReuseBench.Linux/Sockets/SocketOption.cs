namespace ReuseBench.Linux;

/// <summary>
/// A socket option by its level and number. Numbers: <c>include/uapi/asm-generic/socket.h</c>, <c>tcp.h</c>, <c>in.h</c>,
/// <c>in6.h</c>.
/// </summary>
/// <param name="Level">SOL_SOCKET, IPPROTO_TCP, …</param>
/// <param name="Name">The number of the option at that level.</param>
/// <param name="Text">The name of the field, "SO_REUSEPORT".</param>
public readonly record struct SocketOption(int Level, int Name, string Text)
{
    private const int SolSocket = 1;
    private const int IpProtoIp = 0;
    private const int IpProtoTcp = 6;
    private const int IpProtoIpv6 = 41;

    /// <summary>
    /// Local addresses may be bound again, but for a port that another socket listens on.
    /// <see href="https://man7.org/linux/man-pages/man7/socket.7.html">socket(7)</see>
    /// </summary>
    public static SocketOption ReuseAddr { get; } = new(SolSocket, 2, "SO_REUSEADDR");

    /// <summary>
    /// Several sockets of one user may bind and listen on the same address and port.
    /// <see href="https://man7.org/linux/man-pages/man7/socket.7.html">socket(7)</see>
    /// </summary>
    public static SocketOption ReusePort { get; } = new(SolSocket, 15, "SO_REUSEPORT");

    /// <summary>Read only: the pending error, cleared by reading.</summary>
    public static SocketOption Error { get; } = new(SolSocket, 4, "SO_ERROR");

    public static SocketOption KeepAlive { get; } = new(SolSocket, 9, "SO_KEEPALIVE");

    /// <summary>Not an int: see <see cref="SocketCalls.SetLinger"/>.</summary>
    public static SocketOption Linger { get; } = new(SolSocket, 13, "SO_LINGER");

    /// <summary>Not an int: see <see cref="SocketCalls.BindToDevice"/>.</summary>
    public static SocketOption BindToDevice { get; } = new(SolSocket, 25, "SO_BINDTODEVICE");

    /// <summary>Read only: 1 for a socket that listens.</summary>
    public static SocketOption AcceptConn { get; } = new(SolSocket, 30, "SO_ACCEPTCONN");

    /// <summary>
    /// Each receive tells when the kernel had the data: see <see cref="SocketCalls.Receive(int, Span{byte}, out long)"/>. While any socket of the
    /// host has it, the kernel reads the clock once for each packet.
    /// </summary>
    public static SocketOption TimestampNs { get; } = new(SolSocket, 35, "SO_TIMESTAMPNS");

    /// <summary>The CPU whose packets a listener of a group prefers; −1 none.</summary>
    public static SocketOption IncomingCpu { get; } = new(SolSocket, 49, "SO_INCOMING_CPU");

    /// <summary>Not an int: see <see cref="SocketCalls.AttachReuseportCbpf"/>.</summary>
    public static SocketOption AttachReuseportCbpf { get; } = new(SolSocket, 51, "SO_ATTACH_REUSEPORT_CBPF");

    /// <summary>A program descriptor: see <see cref="SocketCalls.AttachReuseportEbpf"/>.</summary>
    public static SocketOption AttachReuseportEbpf { get; } = new(SolSocket, 52, "SO_ATTACH_REUSEPORT_EBPF");

    public static SocketOption TcpNoDelay { get; } = new(IpProtoTcp, 1, "TCP_NODELAY");

    /// <summary>Read only, and not an int: see <see cref="SocketCalls.GetTcpState"/>.</summary>
    public static SocketOption TcpInfo { get; } = new(IpProtoTcp, 11, "TCP_INFO");

    /// <summary>
    /// bind(2) with port 0 leaves the choice of the port to connect(2), which knows the whole tuple.
    /// <see href="https://man7.org/linux/man-pages/man7/ip.7.html">ip(7)</see>
    /// </summary>
    public static SocketOption IpBindAddressNoPort { get; } = new(IpProtoIp, 24, "IP_BIND_ADDRESS_NO_PORT");

    public static SocketOption Ipv6Only { get; } = new(IpProtoIpv6, 26, "IPV6_V6ONLY");

    /// <summary>The name of the field.</summary>
    public override string ToString() => Text;
}
