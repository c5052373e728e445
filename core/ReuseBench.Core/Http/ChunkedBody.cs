namespace ReuseBench.Core.Http;

/// <summary>How far a body is read.</summary>
public enum BodyProgress
{
    More,
    Done,
    Malformed,
}

/// <summary>
/// Finds the end of a chunked body, split anywhere, without keeping a byte of it: of requests and of responses. Extensions and trailers are
/// read over. <see href="https://www.rfc-editor.org/rfc/rfc9112#section-7.1">RFC 9112, 7.1</see>
/// </summary>
public struct ChunkedBody
{
    /// <summary>No digit may follow beyond this: far larger than any body, and no overflow of a long.</summary>
    private const long LongestChunk = 1L << 56;

    private State _state;
    private bool _sizeSeen;
    private long _left;

    private enum State : byte
    {
        Size,
        Extension,
        SizeLineFeed,
        Data,
        DataEnd,
        DataEndLineFeed,
        TrailerStart,
        Trailer,
        LastLineFeed,
    }

    /// <summary>Reads on.</summary>
    /// <param name="input">The next bytes of the stream.</param>
    /// <param name="consumed">How many of them belong to the body.</param>
    public BodyProgress Advance(ReadOnlySpan<byte> input, out int consumed)
    {
        consumed = 0;
        while (consumed < input.Length)
        {
            if (_state == State.Data)
            {
                int data = (int)Math.Min(_left, input.Length - consumed);
                consumed += data;
                _left -= data;
                _state = _left == 0 ? State.DataEnd : State.Data;
                continue;
            }

            BodyProgress progress = Take(input[consumed++]);
            if (progress != BodyProgress.More)
            {
                return progress;
            }
        }

        return BodyProgress.More;
    }

    private BodyProgress Take(byte next) => (_state, next) switch
    {
        (State.Size, (byte)'\r') when _sizeSeen => Go(State.SizeLineFeed),
        (State.Size, (byte)'\n') when _sizeSeen => EndOfSizeLine(),
        (State.Size, (byte)';' or (byte)' ' or (byte)'\t') when _sizeSeen => Go(State.Extension),
        (State.Size, _) => SizeDigit(next),
        (State.Extension, (byte)'\n') => EndOfSizeLine(),
        (State.Extension, _) => BodyProgress.More,
        (State.SizeLineFeed, (byte)'\n') => EndOfSizeLine(),
        (State.DataEnd, (byte)'\r') => Go(State.DataEndLineFeed),
        (State.DataEnd or State.DataEndLineFeed, (byte)'\n') => NextChunk(),
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

        _left = (_left * 16) + (next <= (byte)'9' ? next - '0' : (next | 0x20) - 'a' + 10);
        _sizeSeen = true;
        return BodyProgress.More;
    }

    private BodyProgress EndOfSizeLine() => Go(_left == 0 ? State.TrailerStart : State.Data);

    private BodyProgress NextChunk()
    {
        _sizeSeen = false;
        return Go(State.Size);
    }

    private BodyProgress Go(State next)
    {
        _state = next;
        return BodyProgress.More;
    }
}
