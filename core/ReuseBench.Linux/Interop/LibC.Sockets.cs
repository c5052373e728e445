using System.Runtime.InteropServices;

namespace ReuseBench.Linux;

internal static unsafe partial class LibC
{
    internal const int AF_UNSPEC = 0;
    internal const int AF_UNIX = 1;
    internal const int AF_INET = 2;
    internal const int AF_INET6 = 10;
    internal const int AF_NETLINK = 16;
    internal const int SOCK_STREAM = 1;
    internal const int SOCK_DGRAM = 2;
    internal const int SOCK_RAW = 3;
    internal const int SOCK_NONBLOCK = 0x800;
    internal const int SOCK_CLOEXEC = 0x80000;
    internal const int MSG_NOSIGNAL = 0x4000;
    internal const int MSG_CMSG_CLOEXEC = 0x40000000;
    internal const int SOL_SOCKET = 1;
    internal const int SO_PEERCRED = 17;
    internal const int SCM_RIGHTS = 1;
    internal const int SHUT_RD = 0;
    internal const int SHUT_WR = 1;
    internal const int SHUT_RDWR = 2;

    /// <summary><see href="https://man7.org/linux/man-pages/man2/socket.2.html">socket(2)</see></summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial int socket(int family, int type, int protocol);

    /// <summary><see href="https://man7.org/linux/man-pages/man2/bind.2.html">bind(2)</see></summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial int bind(int fd, void* address, uint length);

    /// <summary><see href="https://man7.org/linux/man-pages/man2/listen.2.html">listen(2)</see></summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial int listen(int fd, int backlog);

    /// <summary><see href="https://man7.org/linux/man-pages/man2/accept4.2.html">accept4(2)</see></summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial int accept4(int fd, void* address, uint* length, int flags);

    /// <summary><see href="https://man7.org/linux/man-pages/man2/connect.2.html">connect(2)</see></summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial int connect(int fd, void* address, uint length);

    /// <summary><see href="https://man7.org/linux/man-pages/man2/send.2.html">send(2)</see></summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial nint send(int fd, void* data, nuint length, int flags);

    /// <summary><see href="https://man7.org/linux/man-pages/man2/send.2.html">sendto(2)</see></summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial nint sendto(int fd, void* data, nuint length, int flags, void* address, uint addressLength);

    /// <summary><see href="https://man7.org/linux/man-pages/man2/recv.2.html">recv(2)</see></summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial nint recv(int fd, void* data, nuint length, int flags);

    /// <summary><see href="https://man7.org/linux/man-pages/man2/shutdown.2.html">shutdown(2)</see></summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial int shutdown(int fd, int how);

    /// <summary><see href="https://man7.org/linux/man-pages/man2/getsockname.2.html">getsockname(2)</see></summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial int getsockname(int fd, void* address, uint* length);

    /// <summary><see href="https://man7.org/linux/man-pages/man2/setsockopt.2.html">setsockopt(2)</see></summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial int setsockopt(int fd, int level, int name, void* value, uint length);

    /// <summary><see href="https://man7.org/linux/man-pages/man2/setsockopt.2.html">getsockopt(2)</see></summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial int getsockopt(int fd, int level, int name, void* value, uint* length);

    /// <summary><see href="https://man7.org/linux/man-pages/man2/send.2.html">sendmsg(2)</see></summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial nint sendmsg(int fd, MessageHeader* message, int flags);

    /// <summary><see href="https://man7.org/linux/man-pages/man2/recv.2.html">recvmsg(2)</see></summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial nint recvmsg(int fd, MessageHeader* message, int flags);

    /// <summary><c>struct msghdr</c> of 64-bit Linux.</summary>
    internal struct MessageHeader
    {
        internal void* Name;
        internal uint NameLength;
        internal IoVector* Vectors;
        internal nuint VectorCount;
        internal void* Control;
        internal nuint ControlLength;
        internal int Flags;
    }

    /// <summary><c>struct iovec</c>.</summary>
    internal struct IoVector
    {
        internal void* Base;
        internal nuint Length;
    }

    /// <summary>
    /// <c>struct cmsghdr</c> followed by one descriptor: what SCM_RIGHTS carries,
    /// <see href="https://man7.org/linux/man-pages/man7/unix.7.html">unix(7)</see>.
    /// </summary>
    internal struct DescriptorMessage
    {
        /// <summary>CMSG_LEN(sizeof(int)): the header and the descriptor, without the padding after it.</summary>
        internal const int UsedLength = 20;

        internal nuint Length;
        internal int Level;
        internal int Kind;
        internal int Descriptor;
    }

    /// <summary>
    /// <c>struct cmsghdr</c> followed by one <c>struct timespec</c> of 64-bit Linux: what SCM_TIMESTAMPNS carries,
    /// <see href="https://man7.org/linux/man-pages/man7/socket.7.html">socket(7)</see>.
    /// </summary>
    internal struct TimestampMessage
    {
        internal nuint Length;
        internal int Level;
        internal int Kind;
        internal Timespec Time;
    }

    /// <summary><c>struct ucred</c>.</summary>
    internal struct PeerCredentials
    {
        internal int Pid;
        internal uint Uid;
        internal uint Gid;
    }

    /// <summary><c>struct linger</c>, <see href="https://man7.org/linux/man-pages/man7/socket.7.html">socket(7)</see>.</summary>
    internal struct Linger
    {
        internal int OnOff;
        internal int Seconds;
    }

    /// <summary><c>struct sock_fprog</c>, <c>include/uapi/linux/filter.h</c>.</summary>
    internal struct SockFilterProgram
    {
        internal ushort Length;
        internal CbpfInstruction* Filter;
    }
}
