using System.Text;
using ReuseBench.LoadGen.Recording;

namespace ReuseBench.LoadGen.Clients;

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

    /// <summary>Buffers in use; 0 when nothing is under way.</summary>
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
