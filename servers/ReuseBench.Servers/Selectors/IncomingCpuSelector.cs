using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;
using ReuseBench.Linux;

namespace ReuseBench.Servers.Selectors;

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
