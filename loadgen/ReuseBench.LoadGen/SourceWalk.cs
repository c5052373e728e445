using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Linux;
using ReuseBench.LoadGen.Sources;

namespace ReuseBench.LoadGen;

/// <summary>The source tuples of a plan in its own order, for a client that is not the swarm: the same plans, checked the same way.</summary>
public sealed class SourceWalk
{
    private readonly TupleSource _source;
    private readonly int _slots;
    private int _slot;

    private SourceWalk(TupleSource source, int slots)
    {
        _source = source;
        _slots = slots;
    }

    /// <summary>Whether a socket must be bound to the address of <see cref="Next"/> before its connect.</summary>
    public bool Binds => _source.Binding != SourceBinding.None;

    /// <summary>Whether the port, too, is the plan's; otherwise IP_BIND_ADDRESS_NO_PORT leaves it to connect(2).</summary>
    public bool BindsPort => _source.Binding == SourceBinding.AddressAndPort;

    /// <param name="settings">Plan, addresses, ports and seed; <see cref="LoadSettings.Connections"/> is the most that may be open at once.</param>
    /// <param name="target">Where the connections go.</param>
    /// <exception cref="UsageException">The plan has no tuple, too few, or none that is free here.</exception>
    public static SourceWalk Start(LoadSettings settings, SockAddr target)
    {
        LoadSettings one = settings with { Threads = 1 };
        SourceCatalogue sources = Swarm.Check(one, target);
        return new SourceWalk(sources.ForThread(0), one.Connections);
    }

    /// <summary>The tuple of the next connection. The last <see cref="LoadSettings.Connections"/> of them differ from each other.</summary>
    public SockAddr Next()
    {
        _slot = (_slot + 1) % _slots;
        return _source.Next(_slot);
    }
}
