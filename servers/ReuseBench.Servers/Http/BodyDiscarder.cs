using ReuseBench.Core.Http;

namespace ReuseBench.Servers.Http;

/// <summary>Walks over a request body of any length without keeping a byte of it: by Content-Length, or chunked.</summary>
internal struct BodyDiscarder
{
    private bool _isChunked;
    private long _left;
    private ChunkedBody _chunks;

    public static BodyDiscarder OfLength(long bytes) => new() { _left = bytes };

    public static BodyDiscarder Chunked() => new() { _isChunked = true };

    /// <summary>Reads on in <paramref name="input"/>, which is not empty, and says how much of it belonged to the body.</summary>
    public BodyProgress Advance(ReadOnlySpan<byte> input, out int consumed)
    {
        if (_isChunked)
        {
            return _chunks.Advance(input, out consumed);
        }

        consumed = (int)Math.Min(_left, input.Length);
        _left -= consumed;
        return _left > 0 ? BodyProgress.More : BodyProgress.Done;
    }
}
