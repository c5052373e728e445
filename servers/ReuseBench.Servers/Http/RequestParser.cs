using System.Buffers;
using ReuseBench.Core.Http;

namespace ReuseBench.Servers.Http;

/// <summary>What the parser found in the bytes it was given.</summary>
internal enum ParseOutcome
{
    /// <summary>All bytes are used up and the request goes on.</summary>
    NeedMore,

    /// <summary>As <see cref="NeedMore"/>, and the client waits for <c>100 Continue</c> before it sends the body.</summary>
    NeedMoreAfterContinue,

    /// <summary>A request is complete, its body included; the next one may begin with the next byte.</summary>
    Request,

    /// <summary>The request cannot be served; <see cref="RequestParser.Refusal"/> says why. Nothing after it can be read.</summary>
    Refused,
}

/// <summary>Status codes of requests that are not served.</summary>
internal enum Refusal
{
    None = 0,
    BadRequest = 400,
    HeaderTooLarge = 431,
    NotImplemented = 501,
    VersionNotSupported = 505,
}

/// <summary>
/// HTTP/1.x requests (RFC 9112), read as they arrive: the parser keeps a few bytes of state and no text, so an unfinished request
/// costs no buffer, and a split at any byte gives the same outcome as the whole. It keeps what the answer depends on (HEAD,
/// keep-alive) and reads over the rest. A missing Host field is let pass: the path and the host play no part here.
/// </summary>
internal struct RequestParser
{
    /// <summary>Bytes of request line and header together, empty lines before them included; one more is refused with 431.</summary>
    public const int MaxHeadBytes = 16 * 1024;

    private static readonly SearchValues<byte> TokenBytes =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    private static readonly SearchValues<byte> LineEnds = SearchValues.Create("\r\n\0"u8);
    private static readonly SearchValues<byte> MemberEnds = SearchValues.Create(" \t,\r\n\0"u8);

    private State _state;
    private Field _field;
    private Framing _framing;
    private FieldToken _token;
    private BodyDiscarder _body;
    private int _headBytes;
    private long _contentLength;
    private bool _memberSeen;
    private bool _http10;
    private bool _closeAsked;
    private bool _keepAliveAsked;
    private bool _continueAwaited;

    private enum State : byte
    {
        Start,
        Method,
        Target,
        TargetRest,
        Version,
        VersionLineFeed,
        LineStart,
        Name,
        OtherValue,
        Members,
        ValueLineFeed,
        HeadLineFeed,
        HeadComplete,
        Body,
        Refused,
    }

    private enum Field : byte
    {
        Other,
        Connection,
        ContentLength,
        TransferEncoding,
        Expect,
    }

    private enum Framing : byte
    {
        NoBody,
        Length,
        Chunked,
    }

    /// <summary>Of the last complete request: its method is HEAD, so its answer has no body.</summary>
    public bool IsHead { get; private set; }

    /// <summary>Of the last complete request: the client expects the connection to stay open.</summary>
    public readonly bool KeepAlive => !_closeAsked && (!_http10 || _keepAliveAsked);

    /// <summary>Of the last complete request: HTTP/1.0, whose keep-alive has to be confirmed in the answer.</summary>
    public readonly bool IsHttp10 => _http10;

    public Refusal Refusal { get; private set; }

    /// <summary>A request has begun and is not complete.</summary>
    public readonly bool IsMidRequest => _state != State.Start;

    /// <summary>Reads on in <paramref name="input"/>; stops behind the first request that is complete.</summary>
    /// <param name="input">The bytes that follow those of the last call.</param>
    /// <param name="consumed">How many of them were used.</param>
    public ParseOutcome Advance(ReadOnlySpan<byte> input, out int consumed)
    {
        consumed = 0;
        while (_state != State.Refused && consumed < input.Length)
        {
            ReadOnlySpan<byte> rest = input[consumed..];
            if (_state == State.Body)
            {
                BodyProgress progress = _body.Advance(rest, out int used);
                consumed += used;
                if (progress == BodyProgress.Done)
                {
                    return Complete();
                }

                if (progress == BodyProgress.Malformed)
                {
                    Refuse(Refusal.BadRequest);
                }

                continue;
            }

            int room = MaxHeadBytes - _headBytes;
            if (room == 0)
            {
                Refuse(Refusal.HeaderTooLarge);
                break;
            }

            int step = AdvanceHead(rest[..Math.Min(room, rest.Length)]);
            _headBytes += step;
            consumed += step;
            if (_state == State.HeadComplete)
            {
                if (!BeginBody())
                {
                    return Complete();
                }

                if (_state == State.Body && _continueAwaited && !_http10 && consumed == input.Length)
                {
                    return ParseOutcome.NeedMoreAfterContinue;
                }
            }
        }

        return _state == State.Refused ? ParseOutcome.Refused : ParseOutcome.NeedMore;
    }

    private ParseOutcome Complete()
    {
        _state = State.Start;
        _headBytes = 0;
        return ParseOutcome.Request;
    }

    private void Refuse(Refusal why)
    {
        _state = State.Refused;
        Refusal = why;
    }

    /// <summary>One step within request line and header; gives the bytes it used, none where only the state went on.</summary>
    private int AdvanceHead(ReadOnlySpan<byte> input) => _state switch
    {
        State.Start => Start(input[0]),
        State.Method => Method(input),
        State.Target => Target(input[0]),
        State.TargetRest => TargetRest(input),
        State.Version => Version(input),
        State.LineStart => LineStart(input[0]),
        State.Name => Name(input),
        State.OtherValue => OtherValue(input),
        State.Members => Members(input),
        State.HeadLineFeed => LineFeed(input[0], State.HeadComplete),
        _ => LineFeed(input[0], State.LineStart),
    };

    private int Start(byte next)
    {
        // Empty lines before a request are skipped (RFC 9112, 2.2).
        if (next is (byte)'\r' or (byte)'\n')
        {
            return 1;
        }

        _field = Field.Other;
        _framing = Framing.NoBody;
        _contentLength = 0;
        _http10 = _closeAsked = _keepAliveAsked = _continueAwaited = false;
        return Begin(State.Method);
    }

    private int Begin(State wordState)
    {
        _token.Clear();
        _state = wordState;
        return 0;
    }

    private int Method(ReadOnlySpan<byte> input)
    {
        int end = TakeWord(input);
        if (end < 0)
        {
            return input.Length;
        }

        if (_token.IsEmpty || input[end] != (byte)' ')
        {
            Refuse(Refusal.BadRequest);
            return end;
        }

        IsHead = _token.Is("HEAD"u8);
        _state = State.Target;
        return end + 1;
    }

    /// <summary>Adds to the word what belongs to it; gives the index of the byte that ends it, −1 where the input ends first.</summary>
    private int TakeWord(ReadOnlySpan<byte> input)
    {
        int end = input.IndexOfAnyExcept(TokenBytes);
        _token.Append(end < 0 ? input : input[..end]);
        return end;
    }

    private int Target(byte first)
    {
        if (first is <= (byte)' ' or 0x7F)
        {
            Refuse(Refusal.BadRequest);
            return 0;
        }

        _state = State.TargetRest;
        return 1;
    }

    private int TargetRest(ReadOnlySpan<byte> input)
    {
        int end = input.IndexOfAnyInRange((byte)0, (byte)' ');
        if (end < 0)
        {
            return input.Length;
        }

        if (input[end] != (byte)' ')
        {
            Refuse(Refusal.BadRequest);
            return end;
        }

        Begin(State.Version);
        return end + 1;
    }

    private int Version(ReadOnlySpan<byte> input)
    {
        int end = input.IndexOfAny(LineEnds);
        _token.Append(end < 0 ? input : input[..end]);
        if (end < 0)
        {
            return input.Length;
        }

        _http10 = _token.Is("HTTP/1.0"u8);
        if (!_http10 && !_token.Is("HTTP/1.1"u8))
        {
            Refuse(OtherVersion());
            return end;
        }

        return EndLine(input[end], end, State.VersionLineFeed);
    }

    private readonly Refusal OtherVersion() =>
        _token.Length == "HTTP/1.1".Length && _token.StartsWith("HTTP/"u8) && char.IsAsciiDigit((char)_token.Last)
            ? Refusal.VersionNotSupported
            : Refusal.BadRequest;

    /// <summary>A line may end with CR LF or with LF alone (RFC 9112, 2.2).</summary>
    private int EndLine(byte ending, int at, State afterCarriageReturn)
    {
        switch (ending)
        {
            case (byte)'\r':
                _state = afterCarriageReturn;
                break;
            case (byte)'\n':
                _state = State.LineStart;
                break;
            default:
                Refuse(Refusal.BadRequest);
                break;
        }

        return at + 1;
    }

    private int LineFeed(byte next, State then)
    {
        if (next == (byte)'\n')
        {
            _state = then;
        }
        else
        {
            Refuse(Refusal.BadRequest);
        }

        return 1;
    }

    private int LineStart(byte next)
    {
        switch (next)
        {
            case (byte)'\r':
                _state = State.HeadLineFeed;
                return 1;
            case (byte)'\n':
                _state = State.HeadComplete;
                return 1;
            default:
                return Begin(State.Name);
        }
    }

    private int Name(ReadOnlySpan<byte> input)
    {
        int end = TakeWord(input);
        if (end < 0)
        {
            return input.Length;
        }

        // Covers a folded line and a blank before the colon, both to be refused (RFC 9112, 5.1 and 5.2).
        if (_token.IsEmpty || input[end] != (byte)':')
        {
            Refuse(Refusal.BadRequest);
            return end;
        }

        _field = KnownField();
        _memberSeen = false;
        Begin(_field == Field.Other ? State.OtherValue : State.Members);
        return end + 1;
    }

    private readonly Field KnownField()
    {
        // The length alone tells most fields apart from the four that matter.
        return _token.Length switch
        {
            6 when _token.IsIgnoringCase("expect"u8) => Field.Expect,
            10 when _token.IsIgnoringCase("connection"u8) => Field.Connection,
            14 when _token.IsIgnoringCase("content-length"u8) => Field.ContentLength,
            17 when _token.IsIgnoringCase("transfer-encoding"u8) => Field.TransferEncoding,
            _ => Field.Other,
        };
    }

    private int OtherValue(ReadOnlySpan<byte> input)
    {
        int end = input.IndexOfAny(LineEnds);
        return end < 0 ? input.Length : EndLine(input[end], end, State.ValueLineFeed);
    }

    private int Members(ReadOnlySpan<byte> input)
    {
        int end = input.IndexOfAny(MemberEnds);
        _token.Append(end < 0 ? input : input[..end]);
        if (end < 0)
        {
            return input.Length;
        }

        if (!_token.IsEmpty)
        {
            EndMember();
            _token.Clear();
            _memberSeen = true;
        }

        byte ending = input[end];
        if (_state == State.Refused || ending is (byte)' ' or (byte)'\t' or (byte)',')
        {
            return end + 1;
        }

        if (_field == Field.ContentLength && !_memberSeen)
        {
            Refuse(Refusal.BadRequest);
            return end;
        }

        return EndLine(ending, end, State.ValueLineFeed);
    }

    private void EndMember()
    {
        switch (_field)
        {
            case Field.Connection:
                _closeAsked |= _token.IsIgnoringCase("close"u8);
                _keepAliveAsked |= _token.IsIgnoringCase("keep-alive"u8);
                break;
            case Field.Expect:
                _continueAwaited |= _token.IsIgnoringCase("100-continue"u8);
                break;
            case Field.ContentLength:
                TakeContentLength();
                break;
            case Field.TransferEncoding:
                TakeTransferEncoding();
                break;
        }
    }

    private void TakeContentLength()
    {
        // Two lengths, or a length beside chunked, is how requests are smuggled (RFC 9112, 6.3).
        if (!_token.TryDecimal(out long length) || _framing == Framing.Chunked || (_framing == Framing.Length && length != _contentLength))
        {
            Refuse(Refusal.BadRequest);
            return;
        }

        _framing = Framing.Length;
        _contentLength = length;
    }

    private void TakeTransferEncoding()
    {
        if (_http10 || _framing != Framing.NoBody)
        {
            Refuse(Refusal.BadRequest);
        }
        else if (_token.IsIgnoringCase("chunked"u8))
        {
            _framing = Framing.Chunked;
        }
        else
        {
            Refuse(Refusal.NotImplemented);
        }
    }

    /// <summary>Whether a body follows the header.</summary>
    private bool BeginBody()
    {
        if (_framing == Framing.NoBody || (_framing == Framing.Length && _contentLength == 0))
        {
            return false;
        }

        _body = _framing == Framing.Chunked ? BodyDiscarder.Chunked() : BodyDiscarder.OfLength(_contentLength);
        _state = State.Body;
        return true;
    }
}
