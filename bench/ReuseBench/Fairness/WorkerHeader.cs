using System.Buffers.Text;
using ReuseBench.Bench.Running;

namespace ReuseBench.Bench.Fairness;

/// <summary>Who answered: the header <c>X-Worker</c>.</summary>
internal static class WorkerHeader
{
    /// <exception cref="RepeatFailedException">The answer names no worker.</exception>
    public static int Of(ReadOnlySpan<byte> answer)
    {
        ReadOnlySpan<byte> header = "X-Worker: "u8;
        int at = answer.IndexOf(header);
        return at >= 0 && Utf8Parser.TryParse(answer[(at + header.Length)..], out int worker, out _)
            ? worker
            : throw new RepeatFailedException("an answer names no worker");
    }
}
