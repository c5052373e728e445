namespace ReuseBench.Core.Verdicts;

/// <summary>How far a figure of a repeat is valid.</summary>
public enum Grade
{
    Ok,

    /// <summary>Ranked, but marked, and the claim is restricted in words.</summary>
    Limited,

    /// <summary>Kept in the CSV, marked, never ranked.</summary>
    Invalid,
}

/// <summary>The figures that a reason can touch.</summary>
[Flags]
public enum Figures
{
    None = 0,
    Throughput = 1,
    Latency = 2,
    Fairness = 4,
    Gap = 8,
    All = Throughput | Latency | Fairness | Gap,
}
