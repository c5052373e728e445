using ReuseBench.Core.Units;

namespace ReuseBench.Bench.Running;

/// <summary>How long a run will take from its first measurement to its report, the micro-benchmarks left out.</summary>
internal static class RunEstimate
{
    /// <summary>All cases and claims; measured on a two-core machine.</summary>
    private static readonly Duration Semantics = Duration.FromSeconds(6);

    /// <summary>Charts and report; measured likewise.</summary>
    private static readonly Duration Report = Duration.FromSeconds(4);

    public static Duration Of(RunOptions options) =>
        options.Plan.Estimate + Report + (options.Matrix.Semantics ? Semantics : Duration.Zero);
}
