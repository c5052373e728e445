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
