using ReuseBench.Core.Wire;

namespace ReuseBench.LoadGen.Tests.Server;

/// <summary>Keeps the signals of a run.</summary>
internal sealed class KeptSignals : ILoadSignals
{
    private readonly List<LoadSignal> _signals = [];

    public IReadOnlyList<LoadSignal> All => _signals;

    public void Report(LoadSignal signal) => _signals.Add(signal);
}
