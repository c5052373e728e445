namespace ReuseBench.Linux;

public static unsafe partial class SocketCalls
{
    /// <summary>A UDP socket whose calls return −EAGAIN where they would wait.</summary>
    /// <param name="family"><see cref="Inet"/> or <see cref="Inet6"/>.</param>
    public static int DatagramNonBlocking(int family) => Socket(family, LibC.SOCK_DGRAM | LibC.SOCK_NONBLOCK, 0);

    public static int SendTo(int fd, ReadOnlySpan<byte> data, in SockAddr address)
    {
        fixed (byte* pointer = data)
        fixed (SockAddr* target = &address)
        {
            int result;
            do
            {
                result = LibC.Result(
                    LibC.sendto(fd, pointer, (nuint)data.Length, LibC.MSG_NOSIGNAL, target, (uint)address.Length));
            }
            while (result == -ErrnoCode.EINTR);
            return result;
        }
    }
}
