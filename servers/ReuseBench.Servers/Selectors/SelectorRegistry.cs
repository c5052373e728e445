using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;

namespace ReuseBench.Servers.Selectors;

/// <summary>The selectors there are: one more is one file and one line here.</summary>
internal static class SelectorRegistry
{
    private static readonly Dictionary<Selector, Func<IListenerSelector>> Makers = new()
    {
        [Selector.Hash] = () => new HashSelector(),
        [Selector.CbpfCpu] = () => new CbpfCpuSelector(),
        [Selector.CbpfRandom] = () => new CbpfRandomSelector(),
        [Selector.IncomingCpu] = () => new IncomingCpuSelector(),
        [Selector.EbpfWeight] = EbpfSelector.ByWeight,
        [Selector.EbpfRoundRobin] = EbpfSelector.InTurns,
        [Selector.EbpfAlive] = () => new EbpfAliveSelector(),
    };

    public static IListenerSelector Create(Selector selector) => Makers[selector]();
}

/// <summary>Who picks the listener of a SO_REUSEPORT group. Kept for as long as the group listens.</summary>
internal interface IListenerSelector : IDisposable
{
    /// <summary>Where the worker of a listener says that it lives; null for a selector that does not ask. After <see cref="Attach"/>.</summary>
    Pulse? PulseOf(int listener) => null;

    /// <summary>Takes over the choice for a group.</summary>
    /// <param name="listeners">Descriptors of all listeners, in the order of their listen(2).</param>
    /// <param name="cpus">CPUs of the workers: listener i is served on the ith; empty where nothing is pinned.</param>
    /// <exception cref="Core.UsageException">The group or the CPUs do not suit the selector.</exception>
    /// <exception cref="Linux.LinuxException">The kernel or the rights do not allow it.</exception>
    void Attach(IReadOnlyList<int> listeners, CpuList cpus);
}

/// <summary><c>hash</c>: the kernel's default, nothing is attached.</summary>
internal sealed class HashSelector : IListenerSelector
{
    public void Attach(IReadOnlyList<int> listeners, CpuList cpus)
    {
    }

    public void Dispose()
    {
    }
}
