using ReuseBench.Linux;

namespace ReuseBench.Semantics.Probing;

/// <summary>The system calls of one probe in their order, as lines that a reader can follow and repeat.</summary>
internal sealed class CallTrace
{
    private const int ResultColumn = 64;

    private readonly List<string> _lines = [];

    public IReadOnlyList<string> Lines => _lines;

    /// <param name="call">As it would be written in C.</param>
    /// <param name="result">Not negative, or the negative errno.</param>
    public void Call(string call, int result) =>
        _lines.Add($"{call.PadRight(ResultColumn)} = {(result < 0 ? $"-1 {Errno.FromResult(result)}" : "0")}");

    /// <summary>A line that says what the calls around it are for, or what they came to.</summary>
    public void Note(string text) => _lines.Add($"# {text}");
}
