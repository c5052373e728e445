namespace ReuseBench.Semantics.Cases;

/// <summary>Why a combination is not probed.</summary>
/// <param name="Name">Stable, for the count.</param>
/// <param name="Why">One sentence for the reader.</param>
/// <param name="Excludes">Whether the rule leaves the case out.</param>
public sealed record ExclusionRule(string Name, string Why, Predicate<SemanticCase> Excludes)
{
    /// <summary>All rules; a case is counted under the first that leaves it out.</summary>
    public static IReadOnlyList<ExclusionRule> All { get; } =
    [
        new(
            "udp-has-one-state",
            "a UDP socket neither listens nor has connection states: bound is all there is",
            c => c is { Transport: Transport.Udp, State: not FirstState.Bound }),
        new(
            "one-slice-at-a-time",
            "another user and a device are compared by rules that do not touch each other: each is a slice of its own",
            c => c is { User: SecondUser.Other, Device: not DeviceBinding.None }),
        new(
            "other-user-on-ipv4",
            "the user is compared only where addresses overlap: the IPv4 pairs stand for all",
            c => c.User == SecondUser.Other && !OtherUserPairs.Contains(c.Addresses)),
        new(
            "device-on-the-wildcard",
            "a loopback address is out of reach from another interface: the device slice listens on 0.0.0.0",
            c => c.Device != DeviceBinding.None && c.Addresses != AddressPair.Wildcard),
    ];

    private static readonly AddressPair[] OtherUserPairs =
    [
        AddressPair.Same,
        AddressPair.Wildcard,
        AddressPair.WildcardThenSpecific,
        AddressPair.SpecificThenWildcard,
        AddressPair.DifferentLoopback,
    ];
}
