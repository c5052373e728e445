namespace ReuseBench.Linux;

public static partial class SocketCalls
{
    private const int StateMask = 0xff;

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
}
