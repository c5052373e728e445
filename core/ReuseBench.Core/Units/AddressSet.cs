using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace ReuseBench.Core.Units;

/// <summary>
/// An ordered set of local addresses, written as single addresses and inclusive ranges:
/// <c>127.0.0.2-127.0.0.33,127.0.1.1</c> or <c>fd00::1-fd00::20</c>. All of one family.
/// </summary>
public sealed class AddressSet : IEquatable<AddressSet>
{
    /// <summary>More source addresses than this would outgrow any port space worth measuring.</summary>
    public const int MaxAddresses = 65_536;

    private readonly IPAddress[] _addresses;
    private readonly string _text;

    private AddressSet(IPAddress[] addresses, string text)
    {
        _addresses = addresses;
        _text = text;
    }

    /// <summary>No address named: the kernel chooses the source address.</summary>
    public static AddressSet Any { get; } = new([], "");

    public bool IsAny => _addresses.Length == 0;

    public int Count => _addresses.Length;

    public IPAddress this[int index] => _addresses[index];

    public IReadOnlyList<IPAddress> Addresses => _addresses;

    /// <exception cref="UsageException">Not a list of addresses and ranges of one family.</exception>
    public static AddressSet Parse(string text, string what)
    {
        List<IPAddress> addresses = [];
        foreach (string part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            string[] ends = part.Split('-');
            if (ends.Length > 2 || !IPAddress.TryParse(ends[0], out IPAddress? first) || !IPAddress.TryParse(ends[^1], out IPAddress? last))
            {
                throw new UsageException($"{what}: '{part}' is not an address or a range; write 127.0.0.2-127.0.0.33,127.0.1.1 or ::1");
            }

            AddRange(addresses, first, last, part, what);
        }

        if (addresses.Select(a => a.AddressFamily).Distinct().Count() > 1)
        {
            throw new UsageException($"{what}: '{text}' mixes IPv4 and IPv6; name addresses of the target's family only");
        }

        if (addresses.Distinct().Count() != addresses.Count)
        {
            throw new UsageException($"{what}: '{text}' names an address twice; name each once");
        }

        return addresses.Count == 0 ? Any : new AddressSet([.. addresses], text);
    }

    public override string ToString() => _text;

    public bool Equals(AddressSet? other) => other is not null && _addresses.SequenceEqual(other._addresses);

    public override bool Equals(object? obj) => Equals(obj as AddressSet);

    public override int GetHashCode() => _addresses.Length == 0 ? 0 : HashCode.Combine(_addresses.Length, _addresses[0]);

    private static void AddRange(List<IPAddress> addresses, IPAddress first, IPAddress last, string part, string what)
    {
        if (first.AddressFamily != last.AddressFamily)
        {
            throw new UsageException($"{what}: the range '{part}' mixes IPv4 and IPv6");
        }

        UInt128 from = ToNumber(first);
        UInt128 to = ToNumber(last);
        if (to < from)
        {
            throw new UsageException($"{what}: the range '{part}' ends before it begins");
        }

        if (to - from >= (UInt128)(MaxAddresses - addresses.Count))
        {
            throw new UsageException($"{what}: more than {MaxAddresses} addresses; name fewer");
        }

        for (UInt128 number = from; number <= to; number++)
        {
            addresses.Add(ToAddress(number, first.AddressFamily));
        }
    }

    private static UInt128 ToNumber(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out int length);
        return length == 4 ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    private static IPAddress ToAddress(UInt128 number, AddressFamily family)
    {
        Span<byte> bytes = stackalloc byte[16];
        if (family == AddressFamily.InterNetwork)
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)number);
            return new IPAddress(bytes[..4]);
        }

        BinaryPrimitives.WriteUInt128BigEndian(bytes, number);
        return new IPAddress(bytes);
    }
}
