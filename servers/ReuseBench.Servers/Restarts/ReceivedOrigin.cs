using ReuseBench.Core;
using ReuseBench.Linux;
using ReuseBench.Servers.Listening;
using ReuseBench.Servers.Variants;

namespace ReuseBench.Servers.Restarts;

/// <summary>The listening socket itself, with its queue, from the server or the supervisor that holds it.</summary>
internal sealed class ReceivedOrigin(UnixEndpoint giver) : IListenerOrigin
{
    public Listener Take(VariantContext context) =>
        new ListenerFactory(context.Settings, context.Settings.Port).Adopt(Receive(giver));

    /// <exception cref="UsageException">The giver is another user's.</exception>
    /// <exception cref="LinuxException">Nobody gives a listener there.</exception>
    internal static Descriptor Receive(UnixEndpoint giver)
    {
        using Descriptor connection = giver.Connect();
        if (!DescriptorPassing.IsPeerSameUser(connection.Value))
        {
            throw new UsageException($"{giver} belongs to another user; a listener is taken over from the same user only");
        }

        return Descriptor.Own(DescriptorPassing.Receive(connection.Value), "recvmsg", $"a listener from {giver}");
    }
}
