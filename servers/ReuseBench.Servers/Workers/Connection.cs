using System.Buffers;
using ReuseBench.Servers.Http;

namespace ReuseBench.Servers.Workers;

/// <summary>What a connection waits for.</summary>
internal enum ConnectionState
{
    /// <summary>The slot is not in use.</summary>
    Free,

    /// <summary>For (the rest of) a request.</summary>
    Receiving,

    /// <summary>For room to send the rest of an answer.</summary>
    Answering,

    /// <summary>For its next turn: it pipelines more than one turn may answer.</summary>
    Paused,

    /// <summary>The server has said all it will; for the client to have read it and close (RFC 9112, 9.6).</summary>
    Lingering,
}

/// <summary>One connection; the object belongs to its slot and is used again for the next connection there.</summary>
internal sealed class Connection(int slot)
{
    public int Slot { get; } = slot;

    /// <summary>Counts the connections that had this slot, so that an event of an earlier one is recognised.</summary>
    public uint Generation { get; private set; }

    public int Fd { get; private set; } = -1;

    public ConnectionState State { get; set; }

    /// <summary>The socket is in the worker's epoll set.</summary>
    public bool IsWatched { get; set; }

    /// <summary>An answer was written whole.</summary>
    public bool HasAnswered { get; set; }

    /// <summary>Request parsing across receives.</summary>
    public RequestParser Parser;

    /// <summary>The answer in progress, where one send(2) did not take it whole.</summary>
    public OutgoingAnswer Outgoing;

    /// <summary>
    /// Input behind the request that is being answered; only while <see cref="ConnectionState.Answering"/> or <see cref="ConnectionState.Paused"/>.
    /// </summary>
    public UnparsedInput Unparsed;

    /// <summary>Bytes that will still be read over before the patience with a closing client ends.</summary>
    public int LingerBytesLeft { get; set; }

    /// <summary>What an event of this connection carries.</summary>
    public ulong EventData => ((ulong)Generation << 32) | (uint)Slot;

    public void Open(int fd)
    {
        Fd = fd;
        Generation++;
        State = ConnectionState.Receiving;
        IsWatched = false;
        HasAnswered = false;
        Parser = default;
        Outgoing = default;
    }

    public void Free()
    {
        Fd = -1;
        State = ConnectionState.Free;
        Outgoing = default;
        Unparsed.Clear();
    }
}

/// <summary>How far an answer is sent, and what follows it.</summary>
internal struct OutgoingAnswer
{
    public Answer? Answer;

    /// <summary>Bytes to send: the whole answer, or its head.</summary>
    public int Length;

    public int Sent;

    public AfterAnswer Then;
}

/// <summary>What follows an answer.</summary>
internal enum AfterAnswer
{
    /// <summary>The next request.</summary>
    KeepAlive,

    /// <summary>The server closes first.</summary>
    Close,

    /// <summary>As <see cref="Close"/>, but the client may still be sending: a plain close(2) would reset it and destroy the answer.</summary>
    Linger,
}

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
