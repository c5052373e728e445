using System.Text;

namespace ReuseBench.Linux;

/// <summary>
/// Hands descriptors from process to process over a Unix socket (SCM_RIGHTS): the receiver gets a descriptor of its own for the same open
/// socket, with CLOEXEC. <see href="https://man7.org/linux/man-pages/man7/unix.7.html">unix(7)</see>
/// </summary>
public static unsafe class DescriptorPassing
{
    /// <summary>Sends a copy of <paramref name="fd"/>; the sender keeps its own.</summary>
    /// <returns>0, or the negative errno.</returns>
    public static int Send(int unixSocket, int fd)
    {
        byte payload = 0;
        LibC.IoVector vector = new() { Base = &payload, Length = 1 };
        LibC.DescriptorMessage control = new()
        {
            Length = LibC.DescriptorMessage.UsedLength,
            Level = LibC.SOL_SOCKET,
            Kind = LibC.SCM_RIGHTS,
            Descriptor = fd,
        };
        LibC.MessageHeader message = Header(&vector, &control);
        int result;
        do
        {
            result = LibC.Result(LibC.sendmsg(unixSocket, &message, LibC.MSG_NOSIGNAL));
        }
        while (result == -ErrnoCode.EINTR);
        return Math.Min(result, 0);
    }

    /// <summary>Waits for a descriptor.</summary>
    /// <returns>The descriptor, or the negative errno: −ECONNRESET where the sender closed without sending one.</returns>
    public static int Receive(int unixSocket)
    {
        byte payload = 0;
        LibC.IoVector vector = new() { Base = &payload, Length = 1 };
        LibC.DescriptorMessage control = default;
        LibC.MessageHeader message;
        int result;
        do
        {
            message = Header(&vector, &control);
            result = LibC.Result(LibC.recvmsg(unixSocket, &message, LibC.MSG_CMSG_CLOEXEC));
        }
        while (result == -ErrnoCode.EINTR);

        if (result < 0)
        {
            return result;
        }

        bool isDescriptor = message.ControlLength >= LibC.DescriptorMessage.UsedLength
            && control.Level == LibC.SOL_SOCKET && control.Kind == LibC.SCM_RIGHTS && control.Length == LibC.DescriptorMessage.UsedLength;
        return isDescriptor ? control.Descriptor : -ErrnoCode.ECONNRESET;
    }

    /// <summary>The user at the other end (SO_PEERCRED): an abstract name can be connected to by anyone.</summary>
    /// <returns>True where it is this process's own user.</returns>
    public static bool IsPeerSameUser(int unixSocket)
    {
        LibC.PeerCredentials peer;
        uint length = (uint)sizeof(LibC.PeerCredentials);
        int result = LibC.Result(LibC.getsockopt(unixSocket, LibC.SOL_SOCKET, LibC.SO_PEERCRED, &peer, &length));
        return result == 0 && peer.Uid == LibC.geteuid();
    }

    private static LibC.MessageHeader Header(LibC.IoVector* vector, LibC.DescriptorMessage* control) => new()
    {
        Vectors = vector,
        VectorCount = 1,
        Control = control,
        ControlLength = (nuint)sizeof(LibC.DescriptorMessage),
    };
}

/// <summary>
/// A name for Unix stream sockets in the abstract namespace: no file is left behind, and it goes with its last socket. It belongs to the
/// network namespace of the thread that makes the socket. <see href="https://man7.org/linux/man-pages/man7/unix.7.html">unix(7)</see>
/// </summary>
/// <param name="Name">Without the leading NUL; ASCII, at most <see cref="MaxLength"/> characters.</param>
public readonly record struct UnixEndpoint(string Name)
{
    /// <summary>sun_path has 108 bytes, and the first is the NUL.</summary>
    public const int MaxLength = 107;

    private const int FamilyLength = sizeof(ushort);

    /// <summary>A name that nobody else has.</summary>
    public static UnixEndpoint Fresh(string purpose) => new($"reusebench-{purpose}-{Environment.ProcessId}-{Guid.NewGuid():N}");

    /// <summary>A blocking listener of this name.</summary>
    /// <exception cref="LinuxException">EADDRINUSE: the name is taken.</exception>
    public unsafe Descriptor Listen()
    {
        Descriptor socket = NewSocket();
        byte* address = stackalloc byte[FamilyLength + 1 + MaxLength];
        uint length = Write(address);
        LinuxException.ThrowIfError(LibC.Result(LibC.bind(socket.Value, address, length)), "bind", ToString());
        LinuxException.ThrowIfError(SocketCalls.Listen(socket.Value, 8), "listen", ToString());
        return socket;
    }

    /// <summary>A blocking connection to the listener of this name.</summary>
    /// <exception cref="LinuxException">ECONNREFUSED: there is none.</exception>
    public unsafe Descriptor Connect()
    {
        Descriptor socket = NewSocket();
        byte* address = stackalloc byte[FamilyLength + 1 + MaxLength];
        uint length = Write(address);
        LinuxException.ThrowIfError(LibC.Result(LibC.connect(socket.Value, address, length)), "connect", ToString());
        return socket;
    }

    /// <summary>As system tools write abstract names: with an @ for the NUL.</summary>
    public override string ToString() => "@" + Name;

    private static Descriptor NewSocket() => Descriptor.Own(SocketCalls.Socket(LibC.AF_UNIX, LibC.SOCK_STREAM, 0), "socket", "AF_UNIX");

    private unsafe uint Write(byte* address)
    {
        if (Name.Length is 0 or > MaxLength)
        {
            throw new ArgumentException($"an abstract name has 1 to {MaxLength} characters, '{Name}' has {Name.Length}");
        }

        *(ushort*)address = LibC.AF_UNIX;
        address[FamilyLength] = 0;
        return (uint)(FamilyLength + 1 + Encoding.ASCII.GetBytes(Name, new Span<byte>(address + FamilyLength + 1, MaxLength)));
    }
}
