namespace ReuseBench.Servers.Workers;

/// <summary>
/// The connections of one worker. Objects are made the first time their number is needed and then used again, so a steady load
/// allocates nothing.
/// </summary>
internal sealed class ConnectionTable
{
    private readonly List<Connection> _slots;
    private readonly Stack<Connection> _free;

    public ConnectionTable(int prepared)
    {
        _slots = new List<Connection>(prepared);
        _free = new Stack<Connection>(prepared);
        for (int slot = 0; slot < prepared; slot++)
        {
            _slots.Add(new Connection(slot));
        }

        for (int slot = prepared - 1; slot >= 0; slot--)
        {
            _free.Push(_slots[slot]);
        }
    }

    /// <summary>Connections that are open.</summary>
    public int Count { get; private set; }

    /// <summary>Slots made so far, used or not; the range of <see cref="At"/>.</summary>
    public int Slots => _slots.Count;

    public Connection At(int slot) => _slots[slot];

    public Connection Open(int fd)
    {
        if (!_free.TryPop(out Connection? connection))
        {
            connection = new Connection(_slots.Count);
            _slots.Add(connection);
        }

        connection.Open(fd);
        Count++;
        return connection;
    }

    /// <summary>The connection that an event is about; null where that one is gone.</summary>
    public Connection? Find(ulong eventData)
    {
        Connection connection = _slots[(int)(uint)eventData];
        return connection.State != ConnectionState.Free && connection.EventData == eventData ? connection : null;
    }

    public void Free(Connection connection)
    {
        connection.Free();
        _free.Push(connection);
        Count--;
    }
}

/// <summary>Connections that wait for their client to close, in the order in which the patience with them ends.</summary>
internal sealed class LingerQueue
{
    private readonly Queue<(ulong Connection, long UntilNs)> _waiting = new();

    /// <param name="connection">The connection's event data.</param>
    /// <param name="untilNs">CLOCK_MONOTONIC, not before that of the last one added.</param>
    public void Add(ulong connection, long untilNs) => _waiting.Enqueue((connection, untilNs));

    /// <summary>Takes out one connection whose time is up; it may have closed meanwhile.</summary>
    public bool TryExpire(long nowNs, out ulong connection)
    {
        if (_waiting.TryPeek(out (ulong Connection, long UntilNs) first) && first.UntilNs <= nowNs)
        {
            _waiting.Dequeue();
            connection = first.Connection;
            return true;
        }

        connection = 0;
        return false;
    }
}
