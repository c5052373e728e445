using System.Text.Json;
using ReuseBench.Core.Wire;

namespace ReuseBench.LoadGen;

/// <summary>Writes each signal as one line of JSON: what the runner reads from the standard error of <c>load</c>.</summary>
public sealed class JsonLineSignals(TextWriter writer) : ILoadSignals
{
    public void Report(LoadSignal signal)
    {
        writer.WriteLine(JsonSerializer.Serialize(signal, WireJson.Default.LoadSignal));
        writer.Flush();
    }
}
