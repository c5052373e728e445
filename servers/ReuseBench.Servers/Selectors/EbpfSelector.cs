using ReuseBench.Core.Units;
using ReuseBench.Linux;

namespace ReuseBench.Servers.Selectors;

/// <summary>A selector in eBPF: the listeners in a map by their number, and a program that names the number.</summary>
/// <param name="name">For messages.</param>
/// <param name="assemble">Makes the program for a map of so many listeners.</param>
/// <param name="state">What the program keeps; goes with this object.</param>
internal sealed class EbpfSelector(string name, Func<BpfMap, int, EbpfInstruction[]> assemble, IDisposable? state = null) : IListenerSelector
{
    private BpfMap? _listeners;

    /// <summary><c>ebpf-weight</c>: by weight, decided by the hash.</summary>
    public static EbpfSelector ByWeight() => new("ebpf-weight", (map, listeners) =>
        ReuseportPrograms.ByWeight(map, [.. Enumerable.Range(0, listeners).Select(Core.Cells.SelectorShares.WeightOf)]));

    /// <summary><c>ebpf-round-robin</c>: one after the other.</summary>
    public static EbpfSelector InTurns()
    {
        BpfMap counter = BpfMap.CreateArray(1);
        return new EbpfSelector("ebpf-round-robin", (map, listeners) => ReuseportPrograms.InTurns(map, counter, listeners), counter);
    }

    public void Attach(IReadOnlyList<int> listeners, CpuList cpus)
    {
        _listeners = BpfMap.CreateReuseportSockets(listeners.Count);
        for (int listener = 0; listener < listeners.Count; listener++)
        {
            _listeners.Set(listener, listeners[listener]);
        }

        // The group holds the program from here on.
        using BpfProgram program = BpfProgram.LoadReuseport(name, assemble(_listeners, listeners.Count));
        LinuxException.ThrowIfError(
            SocketCalls.AttachReuseportEbpf(listeners[0], program.Fd), "setsockopt", SocketOption.AttachReuseportEbpf.Text);
    }

    public void Dispose()
    {
        _listeners?.Dispose();
        state?.Dispose();
    }
}
