namespace ReuseBench.Semantics.Cases;

/// <summary>Who gets the connections (TCP) or datagrams (UDP) for a destination at which both sockets could be reached.</summary>
public enum Receivers
{
    None,
    First,
    Second,

    /// <summary>Some go to the first, some to the second.</summary>
    Both,

    /// <summary>No destination is common to both: each gets what is sent to its own address or comes in on its own device.</summary>
    Each,
}
