using ReuseBench.Core.Wire;

namespace ReuseBench.Servers;

/// <summary>A server that listens, in this process or in several. Called by one thread.</summary>
public interface IRunningServer : IDisposable
{
    /// <summary>Where it listens and what it consists of.</summary>
    ServerReady Ready { get; }

    /// <summary>Closes the listeners, answers what is under way within a bounded time, closes, and gives the whole-life counts. Once.</summary>
    ServerStats Stop();
}
