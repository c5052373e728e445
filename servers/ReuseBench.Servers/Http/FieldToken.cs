using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text;

namespace ReuseBench.Servers.Http;

/// <summary>
/// The word that is being read (a method, a field name, one member of a field's value), kept across a split of the input. It holds as
/// much as the longest word that the parser knows; a longer one equals none of them.
/// </summary>
internal struct FieldToken
{
    private const int Capacity = 24;

    private Storage _bytes;
    private int _length;

    public readonly bool IsEmpty => _length == 0;

    public void Clear() => _length = 0;

    public void Append(ReadOnlySpan<byte> part)
    {
        if (_length + part.Length <= Capacity)
        {
            part.CopyTo(_bytes[_length..]);
            _length += part.Length;
        }
        else if (!part.IsEmpty)
        {
            _length = Capacity + 1;
        }
    }

    /// <summary>Methods and versions are case-sensitive (RFC 9110, 9.1).</summary>
    public readonly bool Is(ReadOnlySpan<byte> word) => Value.SequenceEqual(word);

    /// <summary>Field names and connection options are not (RFC 9110, 5.1 and 7.6.1).</summary>
    public readonly bool IsIgnoringCase(ReadOnlySpan<byte> word) => Ascii.EqualsIgnoreCase(Value, word);

    /// <summary>The word as a decimal number without sign; false if it is none, or above 2^62.</summary>
    public readonly bool TryDecimal(out long value)
    {
        value = 0;
        foreach (byte digit in Value)
        {
            if (digit is < (byte)'0' or > (byte)'9' || value > long.MaxValue / 20)
            {
                return false;
            }

            value = (value * 10) + (digit - '0');
        }

        return _length is > 0 and <= Capacity;
    }

    /// <summary>The word's last byte, 0 where it is empty or too long.</summary>
    public readonly byte Last => Value is [.., byte last] ? last : (byte)0;

    public readonly bool StartsWith(ReadOnlySpan<byte> word) => Value.StartsWith(word);

    public readonly int Length => _length;

    [UnscopedRef]
    private readonly ReadOnlySpan<byte> Value => _length <= Capacity ? _bytes[.._length] : default;

    [InlineArray(Capacity)]
    private struct Storage
    {
        private byte _first;
    }
}
