using ReuseBench.Servers.Listening;
using ReuseBench.Servers.Variants;

namespace ReuseBench.Servers.Restarts;

/// <summary>
/// Stops accepting and closes. What is queued is reset, unless the socket has other owners (it was handed over) or the kernel moves it to
/// another listener of the group (tcp_migrate_req).
/// </summary>
internal sealed class CloseRelease : IListenerRelease
{
    public void Release(Listener listener, VariantContext context)
    {
        context.Workers.StopListening();
        listener.Dispose();
    }
}
