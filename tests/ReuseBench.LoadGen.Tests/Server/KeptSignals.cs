using System.Collections.Concurrent;
using ReuseBench.Core.Wire;

namespace ReuseBench.LoadGen.Tests.Server;

/// <summary>Keeps the signals of a run, which another thread may look at meanwhile.</summary>
internal sealed class KeptSignals : ILoadSignals
{
    private readonly ConcurrentQueue<LoadSignal> _signals = new();

    /// <summary>Those so far, in their order.</summary>
    public IReadOnlyList<LoadSignal> All => [.. _signals];

    public void Report(LoadSignal signal) => _signals.Enqueue(signal);
}
