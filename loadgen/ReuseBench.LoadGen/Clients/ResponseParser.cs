using System.Text;
using ReuseBench.Core.Http;
using ReuseBench.LoadGen.Recording;

namespace ReuseBench.LoadGen.Clients;

internal enum ParseOutcome
{
    NeedsMore,
    Complete,
    Malformed,
}

/// <summary>
/// Reads one answer that may be split at any byte: by Content-Length, chunked, ended by the connection, or empty. What it keeps between
/// two reads is this struct and, only for a head that came in pieces, a buffer lent by <see cref="ResponseReading"/>.
/// </summary>
internal struct ResponseParser
{
    private Part _part;
    private bool _keepAlive;
    private short _status;
    private short _problem;
    private int _worker;
    private int _pieces;
    private long _remaining;
    private ChunkedBody _chunks;

    private enum Part : byte
    {
        /// <summary>Nothing of the answer has come.</summary>
        Start,

        Head,
        Sized,
        Chunked,
        UntilEnd,
    }

    public readonly int Status => _status;

    /// <summary>Of <see cref="WorkerTable"/>.</summary>
    public readonly int Worker => _worker;

    /// <summary>Whether the server keeps the connection after this answer.</summary>
    public readonly bool KeepAlive => _keepAlive;

    /// <summary>Why it is malformed, of <see cref="FailureCode"/>; 0 where it is not.</summary>
    public readonly int Problem => _problem;

    /// <summary>Whether any byte of the answer has come.</summary>
    public readonly bool HasBegun => _part != Part.Start;

    /// <summary>Makes ready for the next answer and gives back what was lent.</summary>
    public void Reset(ResponseReading reading)
    {
        if (_pieces != 0)
        {
            reading.GiveBack(_pieces);
        }

        this = default;
        _worker = WorkerTable.None;
    }

    /// <summary>Reads on. Bytes after the end of the answer are malformed, since nobody asked for them.</summary>
    public ParseOutcome Feed(ReadOnlySpan<byte> bytes, ResponseReading reading)
    {
        if (_part is Part.Start or Part.Head)
        {
            ParseOutcome head = FeedHead(ref bytes, reading);
            if (head != ParseOutcome.Complete)
            {
                return head;
            }
        }

        return FeedBody(bytes);
    }

    /// <summary>The stream has ended: is the answer complete with that?</summary>
    public ParseOutcome End() =>
        _part == Part.UntilEnd ? ParseOutcome.Complete : Malformed(_part is Part.Start or Part.Head ? FailureCode.HeadCut : FailureCode.BodyCut);

    /// <param name="bytes">New bytes; afterwards those of the body.</param>
    /// <param name="reading">Of this thread.</param>
    /// <returns>Complete once the body may be read.</returns>
    private ParseOutcome FeedHead(ref ReadOnlySpan<byte> bytes, ResponseReading reading)
    {
        if (bytes.IsEmpty)
        {
            return ParseOutcome.NeedsMore;
        }

        _part = Part.Head;
        if (_pieces != 0)
        {
            return FeedPieces(ref bytes, reading);
        }

        // An interim answer (1xx) is followed by another head.
        do
        {
            switch (ResponseHead.Parse(bytes, reading.WorkerHeader, out ResponseHead head))
            {
                case HeadOutcome.Malformed:
                    return MalformedHead(bytes);
                case HeadOutcome.Incomplete:
                    return Keep(bytes, reading);
                default:
                    bytes = bytes[head.Length..];
                    if (head.Status >= 200)
                    {
                        Accept(head, reading);
                        return ParseOutcome.Complete;
                    }

                    break;
            }
        }
        while (!bytes.IsEmpty);

        return ParseOutcome.NeedsMore;
    }

    private ParseOutcome Keep(ReadOnlySpan<byte> bytes, ResponseReading reading)
    {
        _pieces = reading.Lend();
        return reading.Append(_pieces, bytes) ? ParseOutcome.NeedsMore : Malformed(FailureCode.HeadTooLong);
    }

    private ParseOutcome FeedPieces(ref ReadOnlySpan<byte> bytes, ResponseReading reading)
    {
        int before = reading.Kept(_pieces).Length;
        ReadOnlySpan<byte> fitting = bytes[..Math.Min(bytes.Length, ResponseReading.MaxHeadBytes - before)];
        reading.Append(_pieces, fitting);
        HeadOutcome outcome = ResponseHead.Parse(reading.Kept(_pieces), reading.WorkerHeader, out ResponseHead head);
        if (outcome != HeadOutcome.Complete)
        {
            if (outcome == HeadOutcome.Malformed)
            {
                return MalformedHead(reading.Kept(_pieces));
            }

            return before + fitting.Length == ResponseReading.MaxHeadBytes ? Malformed(FailureCode.HeadTooLong) : ParseOutcome.NeedsMore;
        }

        // The head was incomplete before, so it ends within the new bytes.
        bytes = bytes[(head.Length - before)..];
        bool final = head.Status >= 200;
        if (final)
        {
            Accept(head, reading);
        }

        reading.GiveBack(_pieces);
        _pieces = 0;
        return final ? ParseOutcome.Complete : FeedHead(ref bytes, reading);
    }

    private void Accept(scoped in ResponseHead head, ResponseReading reading)
    {
        _status = (short)head.Status;
        _keepAlive = head.KeepAlive;
        _worker = head.Worker.IsEmpty ? WorkerTable.None : reading.Workers.Find(head.Worker);
        _remaining = 0;
        _part = Part.Sized;

        // RFC 9112, 6.3: no body, then Transfer-Encoding before Content-Length, then until the connection ends.
        if (head.Status is 204 or 304)
        {
            return;
        }

        if (head.Chunked)
        {
            _chunks = default;
            _part = Part.Chunked;
        }
        else if (head.ContentLength != ResponseHead.NoLength && !head.OtherCoding)
        {
            _remaining = head.ContentLength;
        }
        else
        {
            _keepAlive = false;
            _part = Part.UntilEnd;
        }
    }

    private ParseOutcome FeedBody(ReadOnlySpan<byte> bytes)
    {
        switch (_part)
        {
            case Part.Sized when bytes.Length <= _remaining:
                _remaining -= bytes.Length;
                return _remaining == 0 ? ParseOutcome.Complete : ParseOutcome.NeedsMore;
            case Part.Sized:
                return Malformed(FailureCode.Surplus);
            case Part.Chunked:
                return _chunks.Advance(bytes, out int consumed) switch
                {
                    BodyProgress.Malformed => Malformed(FailureCode.BodyMalformed),
                    BodyProgress.More => ParseOutcome.NeedsMore,
                    _ => consumed < bytes.Length ? Malformed(FailureCode.Surplus) : ParseOutcome.Complete,
                };
            default:
                return ParseOutcome.NeedsMore;
        }
    }

    private ParseOutcome MalformedHead(ReadOnlySpan<byte> bytes) =>
        Malformed(ResponseHead.BeginsAsOne(bytes) ? FailureCode.HeadMalformed : FailureCode.Recognize(bytes));

    private ParseOutcome Malformed(int problem)
    {
        _problem = (short)problem;
        return ParseOutcome.Malformed;
    }
}

/// <summary>
/// What all parsers of one thread share: the name of the worker header, the table of workers, and buffers for heads that came in pieces.
/// A buffer is made when more heads are in pieces at once than ever before, grows to the longest, and is then used again.
/// </summary>
internal sealed class ResponseReading(string workerHeader, WorkerTable workers)
{
    /// <summary>A longer head is malformed.</summary>
    public const int MaxHeadBytes = 64 * 1024;

    /// <summary>A buffer begins with this: more than nearly every head.</summary>
    private const int FirstBytes = 4 * 1024;

#pragma warning disable CA1308 // Header names are compared in lower case, as HTTP/2 spells them.
    private readonly byte[] _workerHeader = Encoding.ASCII.GetBytes(workerHeader.ToLowerInvariant());
#pragma warning restore CA1308

    private readonly List<byte[]> _buffers = [];
    private readonly List<int> _lengths = [];
    private readonly Stack<int> _free = new();

    public ReadOnlySpan<byte> WorkerHeader => _workerHeader;

    public WorkerTable Workers { get; } = workers;

    /// <summary>Buffers in use; 0 when nothing is in progress.</summary>
    public int Lent => _buffers.Count - _free.Count;

    /// <returns>The ticket of an empty buffer; never 0.</returns>
    public int Lend()
    {
        if (!_free.TryPop(out int ticket))
        {
            _buffers.Add(new byte[FirstBytes]);
            _lengths.Add(0);
            ticket = _buffers.Count;
        }

        _lengths[ticket - 1] = 0;
        return ticket;
    }

    public void GiveBack(int ticket) => _free.Push(ticket);

    /// <returns>Whether there was room.</returns>
    public bool Append(int ticket, ReadOnlySpan<byte> bytes)
    {
        int length = _lengths[ticket - 1];
        if (bytes.Length > MaxHeadBytes - length)
        {
            return false;
        }

        if (bytes.Length > _buffers[ticket - 1].Length - length)
        {
            Grow(ticket, length + bytes.Length);
        }

        bytes.CopyTo(_buffers[ticket - 1].AsSpan(length));
        _lengths[ticket - 1] = length + bytes.Length;
        return true;
    }

    private void Grow(int ticket, int bytes)
    {
        byte[] buffer = _buffers[ticket - 1];
        Array.Resize(ref buffer, Math.Min(MaxHeadBytes, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)bytes)));
        _buffers[ticket - 1] = buffer;
    }

    public ReadOnlySpan<byte> Kept(int ticket) => _buffers[ticket - 1].AsSpan(0, _lengths[ticket - 1]);
}
