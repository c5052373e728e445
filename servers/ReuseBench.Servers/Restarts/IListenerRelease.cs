using ReuseBench.Servers.Listening;
using ReuseBench.Servers.Variants;

namespace ReuseBench.Servers.Restarts;

/// <summary>How a life of the server lets go of its listener.</summary>
internal interface IListenerRelease
{
    /// <summary>Returns once this server's descriptor is closed; what was accepted is with its worker.</summary>
    void Release(Listener listener, VariantContext context);
}
