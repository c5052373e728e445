namespace ReuseBench.Semantics.Cases;

/// <summary>The cases that are probed, and how many combinations each rule left out.</summary>
/// <param name="Cases">In a stable order: TCP before UDP, one user and no device before the slices.</param>
/// <param name="LeftOut">Combinations left out, by rule, in the order of <see cref="ExclusionRule.All"/>.</param>
public sealed record CaseMatrix(IReadOnlyList<SemanticCase> Cases, IReadOnlyList<(ExclusionRule Rule, int Count)> LeftOut)
{
    public static CaseMatrix Enumerate()
    {
        List<SemanticCase> cases = [];
        int[] leftOut = new int[ExclusionRule.All.Count];
        foreach (SemanticCase candidate in Product())
        {
            int rule = FirstRuleThatExcludes(candidate);
            if (rule < 0)
            {
                cases.Add(candidate);
            }
            else
            {
                leftOut[rule]++;
            }
        }

        return new CaseMatrix(cases, [.. ExclusionRule.All.Zip(leftOut)]);
    }

    /// <summary>Every combination, sensible or not.</summary>
    internal static IEnumerable<SemanticCase> Product() =>
        from device in Enum.GetValues<DeviceBinding>()
        from user in Enum.GetValues<SecondUser>()
        from transport in Enum.GetValues<Transport>()
        from addresses in AddressPair.All
        from state in Enum.GetValues<FirstState>()
        from first in Enum.GetValues<ReuseOptions>()
        from second in Enum.GetValues<ReuseOptions>()
        select new SemanticCase(transport, addresses, state, first, second, user, device);

    private static int FirstRuleThatExcludes(SemanticCase candidate)
    {
        for (int i = 0; i < ExclusionRule.All.Count; i++)
        {
            if (ExclusionRule.All[i].Excludes(candidate))
            {
                return i;
            }
        }

        return -1;
    }
}

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
