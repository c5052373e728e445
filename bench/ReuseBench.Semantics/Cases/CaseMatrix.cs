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
