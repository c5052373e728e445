namespace ReuseBench.LoadGen.Clients;

/// <summary>
/// Finds the end of a chunked body, split anywhere, without keeping any of it.
/// <see href="https://www.rfc-editor.org/rfc/rfc9112#section-7.1">RFC 9112, 7.1</see>
/// </summary>
internal struct ChunkedBody
{
    // 15 hexadecimal digits: far beyond any body, and no overflow of a long.
    private const int MostDigits = 15;

    private Part _part;
    private long _size;
    private int _digits;

    private enum Part : byte
    {
        Size,
        Extension,
        Data,
        DataEnd,
        TrailerStart,
        Trailer,
        LastLine,
    }

    /// <summary>Reads on.</summary>
    /// <param name="bytes">The next bytes of the body.</param>
    /// <param name="consumed">How many of them belong to it.</param>
    /// <returns>Whether the body needs more, is complete, or is malformed.</returns>
    public ParseOutcome Feed(ReadOnlySpan<byte> bytes, out int consumed)
    {
        for (consumed = 0; consumed < bytes.Length;)
        {
            if (_part == Part.Data)
            {
                int data = (int)Math.Min(_size, bytes.Length - consumed);
                consumed += data;
                _size -= data;
                _part = _size == 0 ? Part.DataEnd : Part.Data;
                continue;
            }

            ParseOutcome outcome = Take(bytes[consumed++]);
            if (outcome != ParseOutcome.NeedsMore)
            {
                return outcome;
            }
        }

        return ParseOutcome.NeedsMore;
    }

    private ParseOutcome Take(byte b) => _part switch
    {
        Part.Size => TakeSize(b),
        Part.Extension => b == '\n' ? EndOfSizeLine() : ParseOutcome.NeedsMore,
        Part.DataEnd => TakeDataEnd(b),
        Part.TrailerStart => TakeTrailerStart(b),
        Part.Trailer => TakeTrailer(b),
        _ => b == '\n' ? ParseOutcome.Complete : ParseOutcome.Malformed,
    };

    private ParseOutcome TakeSize(byte b)
    {
        if (char.IsAsciiHexDigit((char)b) && _digits < MostDigits)
        {
            int digit = b <= '9' ? b - '0' : (b | 0x20) - 'a' + 10;
            _size = (_size << 4) | (uint)digit;
            _digits++;
            return ParseOutcome.NeedsMore;
        }

        if (_digits == 0 || b is not ((byte)';' or (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n'))
        {
            return ParseOutcome.Malformed;
        }

        _part = Part.Extension;
        return b == '\n' ? EndOfSizeLine() : ParseOutcome.NeedsMore;
    }

    private ParseOutcome EndOfSizeLine()
    {
        _digits = 0;
        _part = _size == 0 ? Part.TrailerStart : Part.Data;
        return ParseOutcome.NeedsMore;
    }

    private ParseOutcome TakeDataEnd(byte b)
    {
        if (b == '\n')
        {
            _part = Part.Size;
            return ParseOutcome.NeedsMore;
        }

        return b == '\r' ? ParseOutcome.NeedsMore : ParseOutcome.Malformed;
    }

    private ParseOutcome TakeTrailerStart(byte b)
    {
        if (b == '\n')
        {
            return ParseOutcome.Complete;
        }

        _part = b == '\r' ? Part.LastLine : Part.Trailer;
        return ParseOutcome.NeedsMore;
    }

    private ParseOutcome TakeTrailer(byte b)
    {
        _part = b == '\n' ? Part.TrailerStart : Part.Trailer;
        return ParseOutcome.NeedsMore;
    }
}
