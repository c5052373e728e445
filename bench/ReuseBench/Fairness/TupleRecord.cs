using ReuseBench.Linux;

namespace ReuseBench.Bench.Fairness;

/// <summary>Which listener got which client, as the listeners saw it.</summary>
internal sealed class TupleRecord(int listeners)
{
    private const int RoomAtFirst = 100_000;

    private readonly Dictionary<SockAddr, int> _listenerOf = new(RoomAtFirst);
    private readonly long[] _connections = new long[listeners];
    private readonly long[] _tuples = new long[listeners];

    /// <summary>By listener.</summary>
    public IReadOnlyList<long> Connections => _connections;

    /// <summary>Distinct tuples by the listener that got them first.</summary>
    public IReadOnlyList<long> Tuples => _tuples;

    /// <summary>Connections that met another listener than their tuple did at first.</summary>
    public long Moved { get; private set; }

    public void Add(in SockAddr client, int listener)
    {
        _connections[listener]++;
        if (_listenerOf.TryAdd(client, listener))
        {
            _tuples[listener]++;
        }
        else if (_listenerOf[client] != listener)
        {
            Moved++;
        }
    }
}
