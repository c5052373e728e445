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
