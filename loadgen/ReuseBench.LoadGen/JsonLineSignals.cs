using System.Text.Json;
using ReuseBench.Core.Wire;

namespace ReuseBench.LoadGen;

/// <summary>Writes each signal as one line of JSON: what the runner reads from the standard error of <c>load</c>.</summary>
public sealed class JsonLineSignals : ILoadSignals
{
    private readonly TextWriter _writer;

    public JsonLineSignals(TextWriter writer)
    {
        _writer = writer;

        // The first serialization compiles the serializer, which can take longer than a mark may be late.
        _ = ToLine(new LoadSignal { Signal = LoadSignal.Progress, TimeNs = 0 });
    }

    public void Report(LoadSignal signal)
    {
        _writer.WriteLine(ToLine(signal));
        _writer.Flush();
    }

    private static string ToLine(LoadSignal signal) => JsonSerializer.Serialize(signal, WireJsonWriter.Default.LoadSignal);
}
