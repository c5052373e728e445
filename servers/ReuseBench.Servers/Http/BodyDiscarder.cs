namespace ReuseBench.Servers.Http;

internal enum BodyProgress
{
    More,
    Done,
    Malformed,
}

/// <summary>
/// Walks over a request body of any length without keeping a byte of it: by Content-Length, or chunked (RFC 9112, 7.1). Extensions
/// and trailers are read over.
/// </summary>
internal struct BodyDiscarder
{
    private const long LongestChunk = 1L << 58;

    private State _state;
    private long _left;
    private bool _sizeSeen;

    private enum State : byte
    {
        Length,
        ChunkSize,
        ChunkExtension,
        ChunkSizeLineFeed,
        ChunkData,
        ChunkEnd,
        ChunkEndLineFeed,
        TrailerStart,
        Trailer,
        LastLineFeed,
    }

    public static BodyDiscarder OfLength(long bytes) => new() { _state = State.Length, _left = bytes };

    public static BodyDiscarder Chunked() => new() { _state = State.ChunkSize };

    /// <summary>Reads on in <paramref name="input"/>, which is not empty, and says how much of it belonged to the body.</summary>
    public BodyProgress Advance(ReadOnlySpan<byte> input, out int consumed)
    {
        consumed = 0;
        while (consumed < input.Length)
        {
            ReadOnlySpan<byte> rest = input[consumed..];
            BodyProgress progress;
            if (_state is State.Length or State.ChunkData)
            {
                int skipped = (int)Math.Min(_left, rest.Length);
                consumed += skipped;
                progress = Skip(skipped);
            }
            else
            {
                consumed++;
                progress = Take(rest[0]);
            }

            if (progress != BodyProgress.More)
            {
                return progress;
            }
        }

        return BodyProgress.More;
    }

    private BodyProgress Skip(int bytes)
    {
        _left -= bytes;
        if (_left > 0)
        {
            return BodyProgress.More;
        }

        if (_state == State.Length)
        {
            return BodyProgress.Done;
        }

        return Go(State.ChunkEnd);
    }

    private BodyProgress Take(byte next) => (_state, next) switch
    {
        (State.ChunkSize, (byte)'\r') when _sizeSeen => Go(State.ChunkSizeLineFeed),
        (State.ChunkSize, (byte)'\n') when _sizeSeen => EndOfSizeLine(),
        (State.ChunkSize, (byte)';' or (byte)' ' or (byte)'\t') when _sizeSeen => Go(State.ChunkExtension),
        (State.ChunkSize, _) => SizeDigit(next),
        (State.ChunkExtension, (byte)'\n') => EndOfSizeLine(),
        (State.ChunkExtension, _) => BodyProgress.More,
        (State.ChunkSizeLineFeed, (byte)'\n') => EndOfSizeLine(),
        (State.ChunkEnd, (byte)'\r') => Go(State.ChunkEndLineFeed),
        (State.ChunkEnd or State.ChunkEndLineFeed, (byte)'\n') => NextChunk(),
        (State.TrailerStart, (byte)'\r') => Go(State.LastLineFeed),
        (State.TrailerStart or State.LastLineFeed, (byte)'\n') => BodyProgress.Done,
        (State.TrailerStart, _) => Go(State.Trailer),
        (State.Trailer, (byte)'\n') => Go(State.TrailerStart),
        (State.Trailer, _) => BodyProgress.More,
        _ => BodyProgress.Malformed,
    };

    private BodyProgress SizeDigit(byte next)
    {
        if (!char.IsAsciiHexDigit((char)next) || _left >= LongestChunk)
        {
            return BodyProgress.Malformed;
        }

        _left = (_left * 16) + HexValue(next);
        _sizeSeen = true;
        return BodyProgress.More;
    }

    private static int HexValue(byte digit) => digit <= (byte)'9' ? digit - '0' : (digit | 0x20) - 'a' + 10;

    private BodyProgress EndOfSizeLine() => Go(_left == 0 ? State.TrailerStart : State.ChunkData);

    private BodyProgress NextChunk()
    {
        _left = 0;
        _sizeSeen = false;
        return Go(State.ChunkSize);
    }

    private BodyProgress Go(State next)
    {
        _state = next;
        return BodyProgress.More;
    }
}
