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
