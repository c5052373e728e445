using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace ReuseBench.Linux;

/// <summary>
/// The network namespace of the calling *thread*, and its interfaces. A new one has its own ports, TIME_WAITs, counters, sysctls
/// (at their defaults) and hash seed. Use a dedicated thread: processes that it starts are inside, the other threads stay
/// outside. <see href="https://man7.org/linux/man-pages/man7/network_namespaces.7.html">network_namespaces(7)</see>
/// </summary>
public static class NetworkNamespace
{
    private const string Loopback = "lo";

    /// <summary>
    /// Moves the calling thread into a new, empty namespace, whose loopback is down. It vanishes with the last that is in it.
    /// </summary>
    /// <returns>0, or the negative errno: −EPERM without CAP_SYS_ADMIN.</returns>
    public static int TryUnshareCurrentThread() => LibC.Result(LibC.unshare(LibC.CLONE_NEWNET));

    /// <summary>
    /// Whether this process can have a namespace that packets cross: tried on a thread that ends at once, since CAP_SYS_ADMIN makes one and it takes
    /// CAP_NET_ADMIN to set its loopback up.
    /// </summary>
    /// <param name="problem">What the kernel refused; null where it can.</param>
    public static bool CanHaveOne([NotNullWhen(false)] out LinuxException? problem)
    {
        LinuxException? refused = null;
        Thread thread = new(() =>
        {
            try
            {
                LinuxException.ThrowIfError(TryUnshareCurrentThread(), "unshare", "CLONE_NEWNET");
                BringUpLoopback();
            }
            catch (LinuxException e)
            {
                refused = e;
            }
        })
        { Name = "namespace probe" };
        thread.Start();
        thread.Join();
        problem = refused;
        return refused is null;
    }

    /// <summary>Sets lo up, which also gives it 127.0.0.1 and ::1.</summary>
    /// <exception cref="LinuxException">EPERM without CAP_NET_ADMIN.</exception>
    public static void BringUpLoopback() => BringUp(Loopback);

    /// <exception cref="LinuxException">EPERM without CAP_NET_ADMIN; ENODEV no such interface.</exception>
    public static void BringUp(string interfaceName)
    {
        using RouteNetlink route = RouteNetlink.Open();
        route.BringUp(InterfaceIndex(interfaceName), interfaceName);
    }

    /// <summary>
    /// Adds a local address, usable at once (no duplicate address detection). IPv6 loopback has just ::1 until then.
    /// </summary>
    /// <param name="interfaceName">"lo".</param>
    /// <param name="address">IPv4 or IPv6.</param>
    /// <param name="prefixLength">Bits of the network part: 32 or 128 for one address.</param>
    /// <exception cref="LinuxException">EEXIST: it is there already; EPERM without CAP_NET_ADMIN.</exception>
    public static void AddAddress(string interfaceName, IPAddress address, int prefixLength)
    {
        using RouteNetlink route = RouteNetlink.Open();
        route.AddAddress(InterfaceIndex(interfaceName), interfaceName, address, prefixLength);
    }

    /// <summary>Adds addresses to lo, each alone, so that sockets can be bound to them; one that is there already stays.</summary>
    /// <param name="addresses">IPv4 or IPv6, mixed or not.</param>
    /// <exception cref="LinuxException">EPERM without CAP_NET_ADMIN; EACCES where IPv6 is off in this namespace.</exception>
    public static void AddToLoopback(IEnumerable<IPAddress> addresses)
    {
        ArgumentNullException.ThrowIfNull(addresses);
        using RouteNetlink route = RouteNetlink.Open();
        int index = InterfaceIndex(Loopback);
        foreach (IPAddress address in addresses)
        {
            try
            {
                route.AddAddress(index, Loopback, address, address.GetAddressBytes().Length * 8);
            }
            catch (LinuxException e) when (e.Errno.Code == ErrnoCode.EEXIST)
            {
                // As it was to be.
            }
        }
    }

    /// <summary>
    /// Makes two interfaces joined back to back; what one sends the other receives. Both are down.
    /// <see href="https://man7.org/linux/man-pages/man4/veth.4.html">veth(4)</see>
    /// </summary>
    /// <exception cref="LinuxException">
    /// EEXIST: a name is taken; EPERM without CAP_NET_ADMIN; EOPNOTSUPP: no veth in this kernel.
    /// </exception>
    public static void AddVethPair(string name, string peerName)
    {
        using RouteNetlink route = RouteNetlink.Open();
        route.AddVethPair(name, peerName);
    }

    /// <summary>Moves an interface into the namespace of another process, where it is down and without addresses.</summary>
    /// <exception cref="LinuxException">ESRCH no such process; EPERM no right in either namespace.</exception>
    public static void MoveInterface(string interfaceName, int toNamespaceOfPid)
    {
        using RouteNetlink route = RouteNetlink.Open();
        route.MoveInterface(InterfaceIndex(interfaceName), interfaceName, toNamespaceOfPid);
    }

    /// <summary>Moves an interface into another namespace, where it is down and without addresses.</summary>
    /// <exception cref="LinuxException">EPERM no right in either namespace.</exception>
    public static void MoveInterface(string interfaceName, NetworkNamespaceHandle target)
    {
        ArgumentNullException.ThrowIfNull(target);
        using RouteNetlink route = RouteNetlink.Open();
        route.MoveInterface(InterfaceIndex(interfaceName), interfaceName, target);
    }

    /// <summary>
    /// The number of an interface.
    /// <see href="https://man7.org/linux/man-pages/man3/if_nametoindex.3.html">if_nametoindex(3)</see>
    /// </summary>
    /// <exception cref="LinuxException">ENODEV: there is none of this name in this namespace.</exception>
    public static int InterfaceIndex(string interfaceName)
    {
        uint index = LibC.if_nametoindex(interfaceName);
        if (index == 0)
        {
            LinuxException.Throw(LibC.Result(-1), "if_nametoindex", interfaceName, "`ip link` lists the interfaces there are");
        }

        return (int)index;
    }
}

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
