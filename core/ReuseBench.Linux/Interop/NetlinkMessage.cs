using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace ReuseBench.Linux;

/// <summary>
/// Builds one request of <see href="https://man7.org/linux/man-pages/man7/rtnetlink.7.html">rtnetlink(7)</see> in a caller's
/// buffer.
/// </summary>
internal ref struct NetlinkMessage
{
    internal const ushort RTM_NEWLINK = 16;
    internal const ushort RTM_NEWADDR = 20;
    internal const ushort NLM_F_REQUEST = 0x1;
    internal const ushort NLM_F_ACK = 0x4;
    internal const ushort NLM_F_EXCL = 0x200;
    internal const ushort NLM_F_CREATE = 0x400;

    private const int Alignment = 4;

    private readonly Span<byte> _buffer;
    private int _length;

    internal NetlinkMessage(Span<byte> buffer, ushort type, ushort flags)
    {
        buffer.Clear();
        _buffer = buffer;
        _length = 0;
        Append(new Header { Type = type, Flags = (ushort)(NLM_F_REQUEST | NLM_F_ACK | flags) });
    }

    /// <summary>The whole message, its length written in.</summary>
    internal readonly ReadOnlySpan<byte> Finish()
    {
        MemoryMarshal.AsRef<Header>(_buffer).Length = (uint)_length;
        return _buffer[.._length];
    }

    /// <summary>A fixed part: <see cref="Header"/>, <see cref="InterfaceInfo"/>, <see cref="AddressInfo"/>.</summary>
    internal void Append<T>(in T part)
        where T : unmanaged
    {
        MemoryMarshal.Write(_buffer[_length..], in part);
        _length += Align(Unsafe.SizeOf<T>());
    }

    internal void Attribute(ushort type, scoped ReadOnlySpan<byte> value)
    {
        int start = OpenAttribute(type);
        value.CopyTo(_buffer[_length..]);
        _length += value.Length;
        CloseAttribute(start);
    }

    internal void Attribute(ushort type, string value) => Attribute(type, Encoding.UTF8.GetBytes(value + '\0'));

    internal void Attribute(ushort type, int value) => Attribute(type, MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in value)));

    /// <summary>Begins an attribute that holds others; give the result to <see cref="CloseAttribute"/>.</summary>
    internal int OpenAttribute(ushort type)
    {
        int start = _length;
        Append(new AttributeHeader { Type = type });
        return start;
    }

    internal void CloseAttribute(int start)
    {
        // The length of an attribute does not count its own padding.
        MemoryMarshal.AsRef<AttributeHeader>(_buffer[start..]).Length = (ushort)(_length - start);
        _length = Align(_length);
    }

    private static int Align(int length) => (length + Alignment - 1) & ~(Alignment - 1);

    /// <summary><c>struct nlmsghdr</c></summary>
    internal struct Header
    {
        internal uint Length;
        internal ushort Type;
        internal ushort Flags;
        internal uint Sequence;
        internal uint PortId;
    }

    /// <summary><c>struct rtattr</c></summary>
    internal struct AttributeHeader
    {
        internal ushort Length;
        internal ushort Type;
    }

    /// <summary><c>struct ifinfomsg</c></summary>
    internal struct InterfaceInfo
    {
        internal const uint IFF_UP = 1;

        internal byte Family;
        internal byte Padding;
        internal ushort HardwareType;
        internal int Index;
        internal uint Flags;
        internal uint Change;
    }

    /// <summary><c>struct ifaddrmsg</c></summary>
    internal struct AddressInfo
    {
        internal const byte IFA_F_NODAD = 2;

        internal byte Family;
        internal byte PrefixLength;
        internal byte Flags;
        internal byte Scope;
        internal uint Index;
    }
}
