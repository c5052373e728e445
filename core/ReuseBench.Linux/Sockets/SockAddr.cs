using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ReuseBench.Linux;

/// <summary>
/// An IPv4 or IPv6 socket address in the kernel's own layout (<c>sockaddr_in</c>,
/// <see href="https://man7.org/linux/man-pages/man7/ip.7.html">ip(7)</see>; <c>sockaddr_in6</c>,
/// <see href="https://man7.org/linux/man-pages/man7/ipv6.7.html">ipv6(7)</see>), followed by its length.
/// A value: copying it copies the address. Equality is over family, address, scope and port; the IPv6 flow label does not count.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
public struct SockAddr : IEquatable<SockAddr>
{
    /// <summary>Bytes of <c>sockaddr_in6</c>, the longer of the two.</summary>
    public const int Capacity = 28;

    internal const int InetLength = 16;

    private ushort _family;
    private ushort _networkPort;
    private uint _inetAddressOrFlow;
    private Inet6Address _inet6Address;
    private uint _scope;
    private int _length;

    /// <summary>AF_INET (2) or AF_INET6 (10); 0 for the default value, which is no address.</summary>
    public readonly int Family => _family;

    /// <summary>Bytes in use, as handed to the kernel.</summary>
    public readonly int Length => _length;

    /// <summary>Whether it is an IPv4 address, or one in the form that a dual-stack IPv6 socket has for it (<c>::ffff:127.0.0.1</c>).</summary>
    public readonly bool IsIPv4 => _family == LibC.AF_INET || (_family == LibC.AF_INET6
        && ((ReadOnlySpan<byte>)_inet6Address)[..MappedPrefix.Length].SequenceEqual(MappedPrefix));

    private static ReadOnlySpan<byte> MappedPrefix => [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];

    /// <summary>The port in host order.</summary>
    public ushort Port
    {
        readonly get => FromNetwork(_networkPort);
        set => _networkPort = FromNetwork(value);
    }

    /// <summary>The address family for socket(2) of <paramref name="address"/>.</summary>
    /// <exception cref="ArgumentException">Neither IPv4 nor IPv6.</exception>
    public static int FamilyOf(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return address.AddressFamily switch
        {
            AddressFamily.InterNetwork => LibC.AF_INET,
            AddressFamily.InterNetworkV6 => LibC.AF_INET6,
            _ => throw new ArgumentException($"address family {address.AddressFamily} is neither IPv4 nor IPv6", nameof(address)),
        };
    }

    /// <exception cref="ArgumentException">Neither IPv4 nor IPv6.</exception>
    public static SockAddr From(IPAddress address, ushort port)
    {
        SockAddr result = default;
        result._family = (ushort)FamilyOf(address);
        result.Port = port;
        if (result._family == LibC.AF_INET)
        {
            _ = address.TryWriteBytes(MemoryMarshal.AsBytes(new Span<uint>(ref result._inetAddressOrFlow)), out _);
            result._length = InetLength;
        }
        else
        {
            _ = address.TryWriteBytes(result._inet6Address, out _);
            result._scope = (uint)address.ScopeId;
            result._length = Capacity;
        }

        return result;
    }

    public readonly SockAddr WithPort(ushort port)
    {
        SockAddr result = this;
        result.Port = port;
        return result;
    }

    /// <summary>The address part. Allocates.</summary>
    public readonly IPAddress ToAddress() => _family switch
    {
        LibC.AF_INET => new IPAddress(_inetAddressOrFlow),
        LibC.AF_INET6 => new IPAddress(_inet6Address, _scope),
        _ => IPAddress.None,
    };

    /// <summary>Allocates; for messages and set-up.</summary>
    public readonly IPEndPoint ToEndPoint() => new(ToAddress(), Port);

    /// <summary>
    /// "127.0.0.1:80", "[::1]:80"; an IPv4 peer of an IPv6 socket as "[::ffff:127.0.0.1]:80"; "-" for no address.
    /// </summary>
    public override readonly string ToString() => _family == 0 ? "-" : ToEndPoint().ToString();

    public readonly bool Equals(SockAddr other)
    {
        if (_family != other._family || _networkPort != other._networkPort)
        {
            return false;
        }

        return _family == LibC.AF_INET6
            ? _scope == other._scope && ((ReadOnlySpan<byte>)_inet6Address).SequenceEqual(other._inet6Address)
            : _inetAddressOrFlow == other._inetAddressOrFlow;
    }

    public override readonly bool Equals(object? obj) => obj is SockAddr other && Equals(other);

    public override readonly int GetHashCode()
    {
        HashCode hash = default;
        hash.Add(_networkPort);
        if (_family == LibC.AF_INET6)
        {
            hash.AddBytes(_inet6Address);
        }
        else
        {
            hash.Add(_inetAddressOrFlow);
        }

        return hash.ToHashCode();
    }

    public static bool operator ==(SockAddr left, SockAddr right) => left.Equals(right);

    public static bool operator !=(SockAddr left, SockAddr right) => !left.Equals(right);

    /// <summary>Called by the wrappers after the kernel has written <paramref name="length"/> bytes over the storage.</summary>
    internal void SetLength(uint length) => _length = (int)length;

    private static ushort FromNetwork(ushort value) =>
        BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(value) : value;

    [InlineArray(16)]
    private struct Inet6Address
    {
        private byte _first;
    }
}
