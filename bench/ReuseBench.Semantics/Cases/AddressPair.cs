namespace ReuseBench.Semantics.Cases;

/// <summary>The addresses of the first and the second socket, under the name that they have in a case.</summary>
public sealed record AddressPair(string Name, BindAddress First, BindAddress Second)
{
    public static AddressPair Same { get; } = new("same", BindAddress.V4Loopback, BindAddress.V4Loopback);

    public static AddressPair Wildcard { get; } = new("wildcard", BindAddress.V4Wildcard, BindAddress.V4Wildcard);

    public static AddressPair WildcardThenSpecific { get; } =
        new("wildcard-then-specific", BindAddress.V4Wildcard, BindAddress.V4Loopback);

    public static AddressPair SpecificThenWildcard { get; } =
        new("specific-then-wildcard", BindAddress.V4Loopback, BindAddress.V4Wildcard);

    public static AddressPair DifferentLoopback { get; } =
        new("different-loopback", BindAddress.V4Loopback, BindAddress.V4SecondLoopback);

    /// <summary>Every pair of the matrix; one more is one more line here.</summary>
    public static IReadOnlyList<AddressPair> All { get; } =
    [
        Same,
        Wildcard,
        WildcardThenSpecific,
        SpecificThenWildcard,
        DifferentLoopback,
        new("localhost", BindAddress.V4Loopback, BindAddress.V6Loopback),
        new("v6-same", BindAddress.V6Loopback, BindAddress.V6Loopback),
        new("dual", BindAddress.DualWildcard, BindAddress.DualWildcard),
        new("dual-then-v6", BindAddress.DualWildcard, BindAddress.V6Loopback),
        new("v6-then-dual", BindAddress.V6Loopback, BindAddress.DualWildcard),
        new("dual-then-v4-wildcard", BindAddress.DualWildcard, BindAddress.V4Wildcard),
        new("v4-wildcard-then-dual", BindAddress.V4Wildcard, BindAddress.DualWildcard),
        new("dual-then-v4", BindAddress.DualWildcard, BindAddress.V4Loopback),
        new("v4-then-dual", BindAddress.V4Loopback, BindAddress.DualWildcard),
        new("v6only", BindAddress.V6OnlyWildcard, BindAddress.V6OnlyWildcard),
        new("v6only-then-v4-wildcard", BindAddress.V6OnlyWildcard, BindAddress.V4Wildcard),
        new("v4-wildcard-then-v6only", BindAddress.V4Wildcard, BindAddress.V6OnlyWildcard),
        new("dual-then-v6only", BindAddress.DualWildcard, BindAddress.V6OnlyWildcard),
        new("v6only-then-dual", BindAddress.V6OnlyWildcard, BindAddress.DualWildcard),
        new("mapped", BindAddress.MappedLoopback, BindAddress.MappedLoopback),
        new("mapped-then-v4", BindAddress.MappedLoopback, BindAddress.V4Loopback),
        new("v4-then-mapped", BindAddress.V4Loopback, BindAddress.MappedLoopback),
        new("mapped-then-v4-wildcard", BindAddress.MappedLoopback, BindAddress.V4Wildcard),
        new("v4-wildcard-then-mapped", BindAddress.V4Wildcard, BindAddress.MappedLoopback),
        new("mapped-then-dual", BindAddress.MappedLoopback, BindAddress.DualWildcard),
        new("dual-then-mapped", BindAddress.DualWildcard, BindAddress.MappedLoopback),
    ];
}
