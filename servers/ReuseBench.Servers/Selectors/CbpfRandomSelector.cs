using ReuseBench.Core.Units;
using ReuseBench.Linux;

namespace ReuseBench.Servers.Selectors;

/// <summary><c>cbpf-random</c>: any listener, drawn anew for every connection.</summary>
internal sealed class CbpfRandomSelector : IListenerSelector
{
    public void Attach(IReadOnlyList<int> listeners, CpuList cpus) => LinuxException.ThrowIfError(
        SocketCalls.AttachReuseportCbpf(listeners[0], ReuseportPrograms.AtRandom(listeners.Count)),
        "setsockopt",
        SocketOption.AttachReuseportCbpf.Text);

    public void Dispose()
    {
    }
}
