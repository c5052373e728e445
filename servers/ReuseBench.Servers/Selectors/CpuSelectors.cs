using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;
using ReuseBench.Linux;

namespace ReuseBench.Servers.Selectors;

/// <summary><c>cbpf-cpu</c>: the listener of the CPU that handles the packet, by an explicit table. Another CPU's packet goes by the hash.</summary>
internal sealed class CbpfCpuSelector : IListenerSelector
{
    public void Attach(IReadOnlyList<int> listeners, CpuList cpus)
    {
        IReadOnlyList<int> table = CpuOfListener.Table(Selector.CbpfCpu, listeners.Count, cpus);
        LinuxException.ThrowIfError(
            SocketCalls.AttachReuseportCbpf(listeners[0], ReuseportPrograms.ByCpu(table)), "setsockopt", SocketOption.AttachReuseportCbpf.Text);
    }

    public void Dispose()
    {
    }
}

/// <summary><c>incoming-cpu</c>: SO_INCOMING_CPU names each listener's CPU, which the kernel prefers (Linux 6.2 for groups).</summary>
internal sealed class IncomingCpuSelector : IListenerSelector
{
    public void Attach(IReadOnlyList<int> listeners, CpuList cpus)
    {
        IReadOnlyList<int> table = CpuOfListener.Table(Selector.IncomingCpu, listeners.Count, cpus);
        for (int listener = 0; listener < listeners.Count; listener++)
        {
            LinuxException.ThrowIfError(
                SocketCalls.SetOption(listeners[listener], SocketOption.IncomingCpu, table[listener]), "setsockopt", SocketOption.IncomingCpu.Text);
        }
    }

    public void Dispose()
    {
    }
}

/// <summary>Which CPU is whose, for selectors that go by the CPU: that of the worker with the listener's number.</summary>
internal static class CpuOfListener
{
    /// <exception cref="UsageException">More listeners than CPUs: some would never be picked.</exception>
    public static IReadOnlyList<int> Table(Selector selector, int listeners, CpuList cpus)
    {
        CpuList usable = cpus.IsEmpty ? new CpuList(CpuAffinity.OfCurrentThread()) : cpus;
        return listeners <= usable.Count
            ? [.. PinningOrder.Of(usable.Cpus).Take(listeners)]
            : throw new UsageException(
                $"selector: {Names.Of(selector)} needs a CPU for each listener, and {listeners} listeners have {usable.Count} ({usable}); "
                + $"use at most {usable.Count} workers, or name more --cpus");
    }
}
