namespace ReuseBench.Linux;

/// <summary>
/// Keeps a network namespace alive and lets threads of this process move into it. A socket stays in the namespace in which it was
/// made, wherever its thread goes. <see href="https://man7.org/linux/man-pages/man2/setns.2.html">setns(2)</see>
/// </summary>
public sealed class NetworkNamespaceHandle : IDisposable
{
    private const string CurrentPath = "/proc/thread-self/ns/net";

    private readonly Descriptor _descriptor;

    private NetworkNamespaceHandle(Descriptor descriptor) => _descriptor = descriptor;

    internal int Fd => _descriptor.Value;

    /// <summary>The namespace that the calling thread is in now.</summary>
    /// <exception cref="LinuxException">No descriptor is left.</exception>
    public static NetworkNamespaceHandle OfCurrentThread() => new(Descriptor.Own(
        LibC.Result(LibC.open(CurrentPath, LibC.O_RDONLY | LibC.O_CLOEXEC, 0)), "open", CurrentPath));

    /// <summary>Moves the calling thread into the namespace.</summary>
    /// <exception cref="LinuxException">EPERM without CAP_SYS_ADMIN.</exception>
    public void EnterCurrentThread() => LinuxException.ThrowIfError(
        LibC.Result(LibC.setns(Fd, LibC.CLONE_NEWNET)), "setns", "network namespace");

    public void Dispose() => _descriptor.Dispose();
}
