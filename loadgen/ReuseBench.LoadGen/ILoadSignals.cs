using ReuseBench.Core.Wire;

namespace ReuseBench.LoadGen;

/// <summary>Hears how a swarm gets on, from the thread that runs it; never from a client thread.</summary>
public interface ILoadSignals
{
    void Report(LoadSignal signal);
}
