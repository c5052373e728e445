namespace ReuseBench.Servers.Http;

/// <summary>
/// The finished bytes of one answer, in one or two pieces: a small body lies behind its head, so that one send(2) carries both; a
/// large one is shared by all answers and workers.
/// </summary>
internal sealed class Answer(byte[] first, byte[] second, int headBytes)
{
    /// <summary>Bytes of head and body.</summary>
    public int Length { get; } = first.Length + second.Length;

    /// <summary>Bytes of the head with its empty line: the whole of an answer to HEAD.</summary>
    public int HeadBytes { get; } = headBytes;

    /// <summary>What can be sent at once from <paramref name="offset"/> on, when <paramref name="length"/> bytes are to be sent in all.</summary>
    public ReadOnlySpan<byte> From(int offset, int length) => offset < first.Length
        ? first.AsSpan(offset, Math.Min(length, first.Length) - offset)
        : second.AsSpan(offset - first.Length, length - offset);
}
