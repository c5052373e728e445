using System.Text.Json;
using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Wire;

namespace ReuseBench.LoadGen;

/// <summary>The role behind <c>reusebench load</c>: one swarm against any HTTP/1.1 server.</summary>
public static class Load
{
    private static readonly Lazy<Task> Preparation = new(() => Task.Run(EarlyCompilation.Run));

    /// <param name="settings">All options but the target.</param>
    /// <param name="target">HOST:PORT.</param>
    /// <param name="signals">Hears progress and marks.</param>
    /// <param name="stop">SIGTERM or Ctrl-C: ends the window early.</param>
    /// <exception cref="UsageException">One line: what cannot be done, and what would do.</exception>
    public static LoadDocument Run(LoadSettings settings, string target, ILoadSignals signals, CancellationToken stop) =>
        Swarm.Run(settings, Target.Resolve(target, settings.Sources), signals, stop);

    /// <summary>Gets ready for <see cref="Run"/> while the target is not known yet, once, beside whatever the caller does meanwhile.</summary>
    public static Task Prepare() => Preparation.Value;

    /// <summary>The document as <c>load --json</c> prints it: one line.</summary>
    public static string ToJson(LoadDocument document) => JsonSerializer.Serialize(document, WireJsonWriter.Default.LoadDocument);
}
