using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace ReuseBench.Linux.Tests;

/// <summary>
/// One rule of nftables that looks at a packet's connection: from then on the namespace's connections are tracked. By the messages of
/// include/uapi/linux/netfilter/nf_tables.h, since a host need not have the nft program.
/// </summary>
internal static class TrackingRule
{
    private const int NETLINK_NETFILTER = 12;
    private const ushort NFNL_MSG_BATCH_BEGIN = 0x10;
    private const ushort NFNL_MSG_BATCH_END = 0x11;
    private const ushort NFNL_SUBSYS_NFTABLES = 10;
    private const ushort NFT_MSG_NEWTABLE = (NFNL_SUBSYS_NFTABLES << 8) | 0;
    private const ushort NFT_MSG_NEWCHAIN = (NFNL_SUBSYS_NFTABLES << 8) | 3;
    private const ushort NFT_MSG_NEWRULE = (NFNL_SUBSYS_NFTABLES << 8) | 6;
    private const byte NFPROTO_IPV4 = 2;
    private const int NF_INET_LOCAL_OUT = 3;
    private const int NFT_REG_1 = 1;
    private const int NFT_CT_STATE = 0;
    private const string Name = "reusebench";

    /// <summary>Adds it in the calling thread's namespace.</summary>
    /// <returns>0 or the negative errno of the first message that the kernel refused.</returns>
    internal static int TryAdd()
    {
        byte[] batch = [.. Edge(NFNL_MSG_BATCH_BEGIN), .. Table(), .. Chain(), .. Rule(), .. Edge(NFNL_MSG_BATCH_END)];
        using Descriptor socket = Descriptor.Own(SocketCalls.Socket(LibC.AF_NETLINK, LibC.SOCK_RAW, NETLINK_NETFILTER), "socket", "AF_NETLINK");
        int sent = SocketCalls.Send(socket.Value, batch);
        if (sent < 0)
        {
            return sent;
        }

        // Three acknowledgements, of table, chain and rule; the edges of a batch ask for none. A batch that is refused whole has one answer.
        byte[] answer = new byte[4096];
        for (int acknowledged = 0; acknowledged < 3;)
        {
            int length = SocketCalls.Receive(socket.Value, answer);
            if (length < 0)
            {
                return length;
            }

            for (int at = 0; at + 20 <= length; at += (BitConverter.ToInt32(answer, at) + 3) & ~3)
            {
                acknowledged++;
                if (BitConverter.ToInt32(answer, at + 16) is < 0 and int error)
                {
                    return error;
                }
            }
        }

        return 0;
    }

    private static byte[] Edge(ushort type)
    {
        NetlinkMessage message = new(new byte[64], type, 0);
        message.Append(new NetfilterHeader(0, 0, BinaryPrimitives.ReverseEndianness(NFNL_SUBSYS_NFTABLES)));
        byte[] bytes = message.Finish().ToArray();
        MemoryMarshal.AsRef<NetlinkMessage.Header>(bytes.AsSpan()).Flags = NetlinkMessage.NLM_F_REQUEST;
        return bytes;
    }

    private static byte[] Table()
    {
        NetlinkMessage message = Begin(NFT_MSG_NEWTABLE);
        message.Attribute(1, Name); // NFTA_TABLE_NAME
        return message.Finish().ToArray();
    }

    private static byte[] Chain()
    {
        NetlinkMessage message = Begin(NFT_MSG_NEWCHAIN);
        message.Attribute(1, Name); // NFTA_CHAIN_TABLE
        message.Attribute(3, Name); // NFTA_CHAIN_NAME
        int hook = message.OpenAttribute(4); // NFTA_CHAIN_HOOK
        message.Attribute(1, Big(NF_INET_LOCAL_OUT)); // NFTA_HOOK_HOOKNUM
        message.Attribute(2, Big(0)); // NFTA_HOOK_PRIORITY
        message.CloseAttribute(hook);
        message.Attribute(7, "filter"); // NFTA_CHAIN_TYPE
        return message.Finish().ToArray();
    }

    private static byte[] Rule()
    {
        NetlinkMessage message = Begin(NFT_MSG_NEWRULE);
        message.Attribute(1, Name); // NFTA_RULE_TABLE
        message.Attribute(2, Name); // NFTA_RULE_CHAIN
        int expressions = message.OpenAttribute(4); // NFTA_RULE_EXPRESSIONS
        int element = message.OpenAttribute(1); // NFTA_LIST_ELEM
        message.Attribute(1, "ct"); // NFTA_EXPR_NAME
        int data = message.OpenAttribute(2); // NFTA_EXPR_DATA
        message.Attribute(1, Big(NFT_REG_1)); // NFTA_CT_DREG
        message.Attribute(2, Big(NFT_CT_STATE)); // NFTA_CT_KEY
        message.CloseAttribute(data);
        message.CloseAttribute(element);
        message.CloseAttribute(expressions);
        return message.Finish().ToArray();
    }

    private static NetlinkMessage Begin(ushort type)
    {
        NetlinkMessage message = new(new byte[512], type, NetlinkMessage.NLM_F_CREATE);
        message.Append(new NetfilterHeader(NFPROTO_IPV4, 0, 0));
        return message;
    }

    private static int Big(int value) => BinaryPrimitives.ReverseEndianness(value);

    /// <summary><c>struct nfgenmsg</c></summary>
    private readonly record struct NetfilterHeader(byte Family, byte Version, ushort Resource);
}
