using System.Net;
using System.Runtime.InteropServices;

namespace ReuseBench.Linux;

/// <summary>
/// Interfaces and addresses of the namespace that the opening thread is in, by
/// <see href="https://man7.org/linux/man-pages/man7/rtnetlink.7.html">rtnetlink(7)</see>.
/// </summary>
internal sealed unsafe class RouteNetlink : IDisposable
{
    internal const int NETLINK_ROUTE = 0;
    internal const ushort IFLA_IFNAME = 3;
    internal const ushort IFLA_LINKINFO = 18;
    internal const ushort IFLA_NET_NS_PID = 19;
    internal const ushort IFLA_NET_NS_FD = 28;
    internal const ushort IFLA_INFO_KIND = 1;
    internal const ushort IFLA_INFO_DATA = 2;
    internal const ushort VETH_INFO_PEER = 1;
    internal const ushort IFA_ADDRESS = 1;
    internal const ushort IFA_LOCAL = 2;

    private const int LargestMessage = 512;

    private readonly Descriptor _socket;

    private RouteNetlink(Descriptor socket) => _socket = socket;

    internal static RouteNetlink Open() => new(Descriptor.Own(
        SocketCalls.Socket(LibC.AF_NETLINK, LibC.SOCK_RAW, NETLINK_ROUTE), "socket", "AF_NETLINK"));

    public void Dispose() => _socket.Dispose();

    internal void BringUp(int index, string name)
    {
        NetlinkMessage message = new(stackalloc byte[LargestMessage], NetlinkMessage.RTM_NEWLINK, 0);
        message.Append(new NetlinkMessage.InterfaceInfo
        {
            Index = index,
            Flags = NetlinkMessage.InterfaceInfo.IFF_UP,
            Change = NetlinkMessage.InterfaceInfo.IFF_UP,
        });
        Request(message.Finish(), $"up {name}");
    }

    internal void AddAddress(int index, string name, IPAddress address, int prefixLength)
    {
        byte[] bytes = address.GetAddressBytes();
        NetlinkMessage message = new(
            stackalloc byte[LargestMessage], NetlinkMessage.RTM_NEWADDR, NetlinkMessage.NLM_F_CREATE | NetlinkMessage.NLM_F_EXCL);
        message.Append(new NetlinkMessage.AddressInfo
        {
            Family = (byte)SockAddr.FamilyOf(address),
            PrefixLength = checked((byte)prefixLength),
            Flags = NetlinkMessage.AddressInfo.IFA_F_NODAD,
            Index = (uint)index,
        });
        message.Attribute(IFA_LOCAL, bytes);
        message.Attribute(IFA_ADDRESS, bytes);
        Request(message.Finish(), $"add address {address}/{prefixLength} to {name}");
    }

    internal void AddVethPair(string name, string peerName)
    {
        NetlinkMessage message = new(
            stackalloc byte[LargestMessage], NetlinkMessage.RTM_NEWLINK, NetlinkMessage.NLM_F_CREATE | NetlinkMessage.NLM_F_EXCL);
        message.Append(default(NetlinkMessage.InterfaceInfo));
        message.Attribute(IFLA_IFNAME, name);
        int linkInfo = message.OpenAttribute(IFLA_LINKINFO);
        message.Attribute(IFLA_INFO_KIND, "veth");
        int data = message.OpenAttribute(IFLA_INFO_DATA);
        int peer = message.OpenAttribute(VETH_INFO_PEER);
        message.Append(default(NetlinkMessage.InterfaceInfo));
        message.Attribute(IFLA_IFNAME, peerName);
        message.CloseAttribute(peer);
        message.CloseAttribute(data);
        message.CloseAttribute(linkInfo);
        Request(message.Finish(), $"add veth pair {name}, {peerName}");
    }

    internal void MoveInterface(int index, string name, int pid)
    {
        NetlinkMessage message = new(stackalloc byte[LargestMessage], NetlinkMessage.RTM_NEWLINK, 0);
        message.Append(new NetlinkMessage.InterfaceInfo { Index = index });
        message.Attribute(IFLA_NET_NS_PID, pid);
        Request(message.Finish(), $"move {name} to the namespace of process {pid}");
    }

    internal void MoveInterface(int index, string name, NetworkNamespaceHandle target)
    {
        NetlinkMessage message = new(stackalloc byte[LargestMessage], NetlinkMessage.RTM_NEWLINK, 0);
        message.Append(new NetlinkMessage.InterfaceInfo { Index = index });
        message.Attribute(IFLA_NET_NS_FD, target.Fd);
        Request(message.Finish(), $"move {name} to another namespace");
    }

    /// <summary>Sends one request and waits for its NLMSG_ERROR answer, which is also the acknowledgement (error 0).</summary>
    private void Request(ReadOnlySpan<byte> message, string what)
    {
        LinuxException.ThrowIfError(SocketCalls.Send(_socket.Value, message), "rtnetlink", what);
        Span<byte> answer = stackalloc byte[LargestMessage * 2];
        LinuxException.ThrowIfError(SocketCalls.Receive(_socket.Value, answer), "rtnetlink", what);
        int error = MemoryMarshal.Read<int>(answer[sizeof(NetlinkMessage.Header)..]);
        LinuxException.ThrowIfError(error, "rtnetlink", what);
    }
}
