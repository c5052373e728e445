using ReuseBench.Servers.Listening;
using ReuseBench.Servers.Variants;

namespace ReuseBench.Servers.Restarts;

/// <summary>Where a life of the server gets its listener from.</summary>
internal interface IListenerOrigin
{
    /// <summary>Returns once there is a listener.</summary>
    /// <exception cref="Core.UsageException">There is none to be had, or not in time.</exception>
    Listener Take(VariantContext context);
}
