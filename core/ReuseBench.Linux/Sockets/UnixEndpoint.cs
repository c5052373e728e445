using System.Text;

namespace ReuseBench.Linux;

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
