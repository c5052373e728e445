using System.Text.Json;
using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Wire;

namespace ReuseBench.LoadGen;

/// <summary>The role behind <c>reusebench load</c>: one swarm against any HTTP/1.1 server.</summary>
public static class Load
{
    private static readonly Lazy<Task> Preparation = new(() => Task.Run(SwarmCompilation.Run));

    /// <param name="settings">All options but the target.</param>
    /// <param name="target">HOST:PORT.</param>
    /// <param name="signals">Hears progress and marks.</param>
    /// <param name="stop">SIGTERM or Ctrl-C: ends the window early.</param>
    /// <param name="start">When to begin; as soon as it can where nothing is said.</param>
    /// <exception cref="UsageException">One line: what cannot be done, and what would do.</exception>
    public static LoadDocument Run(LoadSettings settings, string target, ILoadSignals signals, CancellationToken stop, SwarmStart start = default) =>
        Run(settings, Target.Resolve(target, settings), signals, stop, start);

    /// <inheritdoc cref="Run(LoadSettings, string, ILoadSignals, CancellationToken, SwarmStart)"/>
    public static LoadDocument Run(LoadSettings settings, Target target, ILoadSignals signals, CancellationToken stop, SwarmStart start = default) =>
        Swarm.Run(settings, target, signals, stop, start);

    /// <summary>Gets ready for a run while the target is not known yet, once, beside whatever the caller does meanwhile.</summary>
    public static Task Prepare() => Preparation.Value;

    /// <summary>The document as <c>load --json</c> prints it: one line.</summary>
    public static string ToJson(LoadDocument document) => JsonSerializer.Serialize(document, WireJsonWriter.Default.LoadDocument);
}

/// <summary>Hears how a swarm gets on, from the thread that runs it; never from a client thread.</summary>
public interface ILoadSignals
{
    void Report(LoadSignal signal);
}

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

/// <summary>
/// Compiles what a swarm will run before it has a target. Where the runner starts swarm and server side by side this costs nothing, and
/// no path of the swarm, not the one that a first error takes either, is compiled within the measured window.
/// </summary>
internal static class SwarmCompilation
{
    /// <summary>Never run by the native swarm.</summary>
    private const string OtherDrivers = "ReuseBench.LoadGen.Drivers";

    public static void Run()
    {
        // What serializes a result is in another assembly, and is compiled by a serialization.
        Task serializer = Task.Run(() => Load.ToJson(
            new LoadDocument { Errors = [new ErrorCount("", "", 0)], Timeline = [new TimelinePoint()], ClientThreadDetails = [new ClientThread()] }));

        // The server, which starts at the same time, is up before the swarm: its CPU can help from then on.
        EarlyCompilation.Run(typeof(Swarm).Assembly, OtherDrivers);
        serializer.GetAwaiter().GetResult();
    }
}
