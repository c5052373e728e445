namespace ReuseBench.Servers.Workers;

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
