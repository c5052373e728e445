using ReuseBench.Servers.Listening;

namespace ReuseBench.Servers.Variants;

/// <summary>One way of listening, over workers that run already. Called by one thread.</summary>
internal interface IListenerVariant : IDisposable
{
    /// <summary>Restarts completed so far; only a variant that restarts counts any.</summary>
    int Restarts => 0;

    /// <summary>CLOCK_MONOTONIC of the last accept by a thread that is no worker, 0 for none.</summary>
    long LastAcceptNs => 0;

    /// <summary>Opens the listeners and sets the workers to serve; returns once every listener listens.</summary>
    /// <returns>The first listener; the variant owns it.</returns>
    /// <exception cref="Core.UsageException">The address cannot be bound.</exception>
    Listener Listen();

    /// <summary>Accepts no more and closes the listeners; returns once all that was accepted is with its worker.</summary>
    void StopListening();
}
