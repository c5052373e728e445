namespace ReuseBench.Linux;

/// <summary>
/// A descriptor that a process leaves to the programs that it starts: it keeps its number across fork(2) and execve(2), and refers to the same open socket.
/// Every other descriptor of ours has CLOEXEC.
/// </summary>
public static class InheritedDescriptor
{
    /// <summary>From now on every program that this process starts has it, whoever starts it.</summary>
    /// <returns>The number under which it is to be had there.</returns>
    /// <exception cref="LinuxException">It cannot be changed.</exception>
    public static int LeaveToChildren(Descriptor descriptor)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        return LeaveToChildren(descriptor.Value);
    }

    /// <inheritdoc cref="LeaveToChildren(Descriptor)"/>
    public static int LeaveToChildren(int descriptor)
    {
        LinuxException.ThrowIfError(
            LibC.Result(LibC.fcntl(descriptor, LibC.F_SETFD, 0)), "fcntl F_SETFD", $"descriptor {descriptor}, which children are to inherit");
        return descriptor;
    }

    /// <summary>The descriptor of that number, owned and with CLOEXEC again: not for programs that this one starts.</summary>
    /// <exception cref="LinuxException">EBADF: nobody left it.</exception>
    public static Descriptor Take(int number)
    {
        LinuxException.ThrowIfError(
            LibC.Result(LibC.fcntl(number, LibC.F_SETFD, LibC.FD_CLOEXEC)), "fcntl F_SETFD", $"the inherited descriptor {number}");
        return Descriptor.Own(number, "inherit", "listener");
    }
}
