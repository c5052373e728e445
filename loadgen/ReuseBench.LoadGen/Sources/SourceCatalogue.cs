using System.Net;
using ReuseBench.Core.Cells;
using ReuseBench.Linux;

namespace ReuseBench.LoadGen.Sources;

/// <summary>
/// Makes the tuple sources of all threads from the settings. A new plan is one more case here and one class of <see cref="TupleSource"/>.
/// </summary>
internal sealed class SourceCatalogue
{
    private readonly LoadSettings _settings;
    private readonly SockAddr[] _addresses;
    private readonly TupleSpace? _space;
    private readonly Permutation? _order;

    public SourceCatalogue(LoadSettings settings, SockAddr target, PortRange ephemeralPorts)
    {
        _settings = settings;
        _addresses = [.. settings.Sources.Addresses.Select(a => SockAddr.From(a, 0))];
        Ports = settings.SourcePorts ?? ephemeralPorts;
        if (!settings.SourcePlan.BindsPorts)
        {
            Tuples = (long)Math.Max(1, _addresses.Length) * ephemeralPorts.Count;
            return;
        }

        IPAddress wildcard = target.Family == SocketCalls.Inet6 ? IPAddress.IPv6Any : IPAddress.Any;
        IReadOnlyList<IPAddress> addresses = settings.Sources.IsAny ? [wildcard] : settings.Sources.Addresses;
        int step = settings.SourcePlan.Kind == SourcePlanKind.Stride ? settings.SourcePlan.Parameter : 1;
        _space = new TupleSpace(addresses, Ports, step, target);
        Tuples = settings.SourcePlan.Kind == SourcePlanKind.Fixed ? Math.Min(FixedTuples, _space.Count) : _space.Count;
        _order = settings.SourcePlan.Kind == SourcePlanKind.Random && _space.Count > 0 ? new Permutation(_space.Count, settings.Seed) : null;
    }

    /// <summary>Ports that the plan takes from.</summary>
    public PortRange Ports { get; }

    /// <summary>Distinct source tuples that the plan has.</summary>
    public long Tuples { get; }

    /// <summary>Length of the list that <c>fixed</c> asks for.</summary>
    public int FixedTuples => _settings.SourcePlan.Parameter == 0 ? _settings.Connections : _settings.SourcePlan.Parameter;

    /// <summary>Some of the plan's tuples, lowest first: what a check before the start may try to bind.</summary>
    public IEnumerable<SockAddr> BoundTuples()
    {
        for (long number = 0; _space is not null && number < Tuples; number++)
        {
            yield return _space.InTurn(number);
        }
    }

    public TupleSource ForThread(int thread)
    {
        int threads = _settings.Threads;
        TupleSlice slots = TupleSlice.Of(_settings.Connections, thread, threads);
        if (_space is null)
        {
            return new EphemeralSource(_addresses, (int)slots.First, _settings.Connections);
        }

        TupleSlice slice = TupleSlice.Of(_space.Count, thread, threads);
        return _settings.SourcePlan.Kind switch
        {
            SourcePlanKind.Sequential or SourcePlanKind.Stride => new SequentialSource(_space, slice),
            SourcePlanKind.Random => new RandomSource(_space, slice, _order!),
            SourcePlanKind.Fixed => new FixedSource(_space, FixedTuples, (int)slots.First, (int)slots.Count, _settings.Connections),
            _ => throw new InvalidOperationException($"no source for {_settings.SourcePlan}"),
        };
    }
}
