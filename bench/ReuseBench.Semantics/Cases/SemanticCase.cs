using ReuseBench.Core.Units;

namespace ReuseBench.Semantics.Cases;

/// <summary>
/// One experiment: a first socket that was brought to a state, and a second one that then tries to have the same port.
/// </summary>
public sealed record SemanticCase(
    Transport Transport,
    AddressPair Addresses,
    FirstState State,
    ReuseOptions First,
    ReuseOptions Second,
    SecondUser User = SecondUser.Same,
    DeviceBinding Device = DeviceBinding.None)
{
    /// <summary>
    /// Stable and readable, such as <c>tcp/same/listening/reuseaddr+none</c>; what differs from one user and no device comes
    /// last: <c>…/other-user</c>, <c>…/same-device</c>, <c>…/other-device</c>.
    /// </summary>
    public string Name { get; } =
        $"{Names.Of(Transport)}/{Addresses.Name}/{Names.Of(State)}/{Names.Of(First)}+{Names.Of(Second)}"
        + (User == SecondUser.Other ? "/other-user" : "")
        + (Device == DeviceBinding.None ? "" : $"/{Names.Of(Device)}-device");

    public override string ToString() => Name;
}

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

/// <summary>Which of the two options a socket has set before bind(2).</summary>
/// <seealso href="https://man7.org/linux/man-pages/man7/socket.7.html"/>
[Flags]
public enum ReuseOptions
{
    None = 0,
    Reuseaddr = 1,
    Reuseport = 2,
    Both = Reuseaddr | Reuseport,
}

public enum Transport
{
    Tcp,
    Udp,
}

/// <summary>Who owns the second socket, compared with the first.</summary>
public enum SecondUser
{
    Same,
    Other,
}

/// <summary>SO_BINDTODEVICE of the two sockets.</summary>
/// <seealso href="https://man7.org/linux/man-pages/man7/socket.7.html"/>
public enum DeviceBinding
{
    /// <summary>Neither socket is bound to a device.</summary>
    None,

    /// <summary>Both are bound to the same device.</summary>
    Same,

    /// <summary>Each is bound to a device of its own.</summary>
    Other,
}

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
