namespace ReuseBench.Semantics.Cases;

/// <summary>What the first socket has come to when the second one tries to bind.</summary>
public enum FirstState
{
    /// <summary>Bound, not listening. For UDP the only state: a bound UDP socket receives.</summary>
    Bound,

    Listening,

    /// <summary>The listener is closed; a connection that it accepted is still open.</summary>
    EstablishedChild,

    /// <summary>The listener is closed and its connection was closed first on this side: the client has not closed yet.</summary>
    FinWait2,

    /// <summary>The listener is closed; the client has closed its side of the connection, the server has not.</summary>
    CloseWait,

    /// <summary>The listener is closed and its connection is closed on both sides, on this side first.</summary>
    TimeWait,
}
