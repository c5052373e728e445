using ReuseBench.Core.Cells;
using ReuseBench.Linux;
using ReuseBench.Servers.Counters;
using ReuseBench.Servers.Listening;
using ReuseBench.Servers.Workers;

namespace ReuseBench.Servers.Variants;

/// <summary>The variants there are: one more is one file and one line here.</summary>
internal static class VariantRegistry
{
    private static readonly Dictionary<Variant, Func<VariantContext, IListenerVariant>> Makers = new()
    {
        [Variant.Single] = context => new SingleVariant(context),
        [Variant.Shared] = context =>
            context.Settings.Accept == AcceptMode.Blocking ? new SharedBlockingVariant(context) : new SharedVariant(context, sockets => sockets.Open()),
        [Variant.Reuseport] = context => new ReuseportVariant(context),
        [Variant.Inherited] = context => new SharedVariant(context, sockets => sockets.Adopt(InheritedOf(context))),
        [Variant.Restart] = context => new RestartVariant(context),
    };

    public static IListenerVariant Create(VariantContext context) => Makers[context.Settings.Variant](context);

    /// <summary>
    /// The listener with SO_REUSEPORT that one of several processes inherited: what servers do that open their socket once and fork. The option stands on
    /// one socket, which is a group of one; the workers wait for it as those of <c>shared</c> do.
    /// </summary>
    private static Descriptor InheritedOf(VariantContext context) => context.InheritedListener
        ?? throw new InvalidOperationException("a process of the variant inherited is started with the listener that its parent opened");
}

/// <summary>One way of listening, over workers that run already. Called by one thread.</summary>
internal interface IListenerVariant : IDisposable
{
    /// <summary>Restarts completed so far; only a variant that restarts counts any.</summary>
    int Restarts => 0;

    /// <summary>CLOCK_MONOTONIC of the last accept by a thread that is no worker, 0 for none.</summary>
    long LastAcceptNs => 0;

    /// <summary>Opens the listeners and sets the workers to serve; returns once every listener listens.</summary>
    /// <returns>The first listener; the variant owns it.</returns>
    /// <exception cref="Core.UsageException">The address cannot be bound.</exception>
    Listener Listen();

    /// <summary>Accepts no more and closes the listeners; returns once all that was accepted is with its worker.</summary>
    void StopListening();
}

/// <summary>What a variant works with.</summary>
internal sealed record VariantContext
{
    public required ServerSettings Settings { get; init; }

    public required WorkerGroup Workers { get; init; }

    public required ServerPageWriter Page { get; init; }

    public required Milestones Milestones { get; init; }

    public required AcceptFailures Failures { get; init; }

    /// <summary>A listening socket that the parent process opened and left to this one; null for none. Its taker's.</summary>
    public Descriptor? InheritedListener { get; init; }
}
