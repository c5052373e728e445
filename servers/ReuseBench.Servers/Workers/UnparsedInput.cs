using System.Buffers;

namespace ReuseBench.Servers.Workers;

/// <summary>Input of one connection that has to wait: pipelined behind an answer that the client does not take fast enough.</summary>
internal struct UnparsedInput
{
    private byte[]? _buffer;
    private int _length;

    public readonly bool IsEmpty => _length == 0;

    public readonly ReadOnlySpan<byte> Bytes => _buffer.AsSpan(0, _length);

    /// <summary>Keeps <paramref name="input"/>, which may be the end of what is kept already.</summary>
    public void Keep(ReadOnlySpan<byte> input)
    {
        if (input.IsEmpty)
        {
            Clear();
            return;
        }

        // What is kept twice only shrinks, so a rented buffer is always large enough for it.
        _buffer ??= ArrayPool<byte>.Shared.Rent(input.Length);
        input.CopyTo(_buffer);
        _length = input.Length;
    }

    public void Clear()
    {
        _length = 0;
        if (_buffer is not null)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = null;
        }
    }
}
