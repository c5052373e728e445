using ReuseBench.Core;
using ReuseBench.Linux;
using ReuseBench.Servers.Listening;
using ReuseBench.Servers.Variants;

namespace ReuseBench.Servers.Restarts;

/// <summary>The socket that a supervisor has left to this process (LISTEN_FDS).</summary>
internal sealed class InheritedOrigin : IListenerOrigin
{
    public Listener Take(VariantContext context)
    {
        Descriptor socket = SocketActivation.Take()
            ?? throw new UsageException("no socket was left to this process; start it with LISTEN_FDS=1, LISTEN_PID and a listening socket at descriptor 3");
        return new ListenerFactory(context.Settings, context.Settings.Port).Adopt(socket);
    }
}
