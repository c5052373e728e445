using ReuseBench.Core.Units;

namespace ReuseBench.Servers.Selectors;

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
