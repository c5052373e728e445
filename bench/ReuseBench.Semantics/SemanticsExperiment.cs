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
    /// <param name="cancel">Cancelled, nothing is written any more.</param>
    /// <param name="self">The command line that starts <see cref="SemanticsCommand"/> again, for the claim about several processes.</param>
    /// <param name="pace"><see cref="Pace.Slow"/> adds a minute.</param>
    public static SemanticsResult Run(string runFolder, string runId, CancellationToken cancel, IReadOnlyList<string>? self = null, Pace pace = Pace.Quick)
    {
        SemanticsResult result = SemanticsResult.Take(pace, self);
        cancel.ThrowIfCancellationRequested();
        SemanticsFile.Replace(Path.Combine(runFolder, Tables.Semantics.FileName), SemanticsRows.Of(result, runId));
        return result;
    }
}

/// <summary>What <c>reusebench semantics</c> is asked for. Without any option: claims, .NET and the whole matrix.</summary>
public sealed record SemanticsOptions
{
    /// <summary><c>--case NAME</c>: only this case, with its system calls.</summary>
    public string? Case { get; init; }

    /// <summary><c>--explain NAME</c>: why this case comes out as it does, without trying it.</summary>
    public string? Explain { get; init; }

    /// <summary><c>--list</c>: the names of all cases.</summary>
    public bool List { get; init; }

    /// <summary><c>--slow</c>: also the claim that has to see TIME_WAIT end.</summary>
    public Pace Pace { get; init; }

    /// <summary>
    /// The command line that starts <c>reusebench semantics</c> again, for the claim about several processes; null skips that claim.
    /// </summary>
    public IReadOnlyList<string>? Self { get; init; }

    /// <summary><c>--join PORT</c> (hidden): be one of those processes, see <see cref="GroupMember"/>.</summary>
    public ushort? Join { get; init; }

    /// <summary><c>--csv FILE</c>: write every row there too; the file is replaced.</summary>
    public string? Csv { get; init; }
}
