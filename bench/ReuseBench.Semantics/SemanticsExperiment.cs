using ReuseBench.Core.Results;
using ReuseBench.Semantics.Claims;
using ReuseBench.Semantics.Output;

namespace ReuseBench.Semantics;

/// <summary>The semantics experiment as a part of <c>run</c>.</summary>
public static class SemanticsExperiment
{
    /// <summary>Tries it all and writes <c>semantics.csv</c> into the run folder, in place of one that is there.</summary>
    /// <param name="runFolder">An existing directory.</param>
    /// <param name="runId">Goes into every row.</param>
    /// <param name="self">The command line that starts <see cref="SemanticsCommand"/> again, for the claim about several processes.</param>
    /// <param name="pace"><see cref="Pace.Slow"/> adds a minute.</param>
    public static SemanticsResult Run(string runFolder, string runId, IReadOnlyList<string>? self = null, Pace pace = Pace.Quick)
    {
        SemanticsResult result = SemanticsResult.Take(pace, self);
        SemanticsFile.Replace(Path.Combine(runFolder, Tables.Semantics.FileName), SemanticsRows.Of(result, runId));
        return result;
    }
}
