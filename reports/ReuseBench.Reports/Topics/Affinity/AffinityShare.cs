using ReuseBench.Core.Results;
using ReuseBench.Core.Statistics.Chance;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Analysis;

namespace ReuseBench.Reports.Topics.Affinity;

/// <summary>The share of tuples that kept their listener, over all valid repeats of a group size and change.</summary>
public sealed record AffinityShare
{
    public required string CellId { get; init; }

    public required int Listeners { get; init; }

    public required int Processes { get; init; }

    public required string Change { get; init; }

    /// <summary>0 to 1.</summary>
    public required double Kept { get; init; }

    /// <summary>By the kernel's rule for a uniform hash, 0 to 1.</summary>
    public required double Expected { get; init; }

    public required long Tuples { get; init; }

    /// <summary>Repeats whose rule leaves something to chance: those that have a band.</summary>
    public required int Banded { get; init; }

    /// <summary>Of these, repeats whose share lies outside its 95 % band.</summary>
    public required int OutsideBand { get; init; }

    /// <summary>
    /// Whether a repeat is farther from the rule than chance can be made answerable for: at an error rate of 0.05 divided by the number of all
    /// shares of the run (Bonferroni), since one in twenty lies outside its own band anyway.
    /// </summary>
    public required bool IsBeyondChance { get; init; }

    /// <summary>Whether nothing contradicts the rule.</summary>
    public bool FollowsRule => !IsBeyondChance && AgainstRule == 0;

    /// <summary>Tuples whose move the rule does not allow.</summary>
    public required long AgainstRule { get; init; }

    /// <summary>Valid repeats that it is over.</summary>
    public required int Repeats { get; init; }

    /// <summary>In the order of the table.</summary>
    internal static IReadOnlyList<AffinityShare> All(RunAnalysis run)
    {
        HashSet<(string, int)> valid =
            [.. run.Cells.SelectMany(c => c.Repeats).Where(r => r.IsValid(Figures.Fairness)).Select(r => (r.Row.CellId, r.Row.Repeat))];
        AffinityRow[] rows = [.. run.Data.Table<AffinityRow>().Where(r => r.Tuples > 0 && valid.Contains((r.CellId, r.Repeat)))];
        double errorRate = ErrorRate / Math.Max(1, rows.Count(IsBanded));
        return
        [
            .. rows.GroupBy(r => (r.CellId, r.Listeners, r.Processes, r.Change))
                .OrderBy(g => Array.IndexOf(Order, g.Key.Change))
                .Select(g => new AffinityShare
                {
                    CellId = g.Key.CellId,
                    Listeners = g.Key.Listeners,
                    Processes = g.Key.Processes,
                    Change = g.Key.Change,
                    Kept = (double)g.Sum(r => r.Kept) / g.Sum(r => r.Tuples),
                    Expected = g.First().ExpectedShare ?? 0,
                    Tuples = g.Sum(r => r.Tuples),
                    Banded = g.Count(IsBanded),
                    OutsideBand = g.Count(r => IsBanded(r) && (r.KeptShare < r.BandLow || r.KeptShare > r.BandHigh)),
                    IsBeyondChance = g.Any(r => r.ExpectedShare is double expected
                        && BinomialBand.PValue(expected, (int)r.Tuples, (int)r.Kept) < errorRate),
                    AgainstRule = g.Sum(r => r.AgainstRule),
                    Repeats = g.Select(r => r.Repeat).Distinct().Count(),
                }),
        ];
    }

    private static bool IsBanded(AffinityRow row) => row.BandLow < row.BandHigh;

    /// <summary>A change in words.</summary>
    public static string Words(string change) => change switch
    {
        "first-replaced-add-close" => "one added, then first closed",
        "first-replaced-close-add" => "first closed, then one added",
        "rebuilt" => "all closed, rebuilt in order",
        "added" => "one added",
        _ => change.Replace('-', ' '),
    };

    private const double ErrorRate = 0.05;

    private static readonly string[] Order =
    [
        "unchanged", "rebuilt", "added", "last-closed", "middle-closed", "first-closed", "first-replaced-add-close", "first-replaced-close-add",
    ];
}

/// <summary>The shares of a run, in the order of the table.</summary>
public sealed record AffinityShares(IReadOnlyList<AffinityShare> All)
{
    public static AffinityShares Of(RunAnalysis run) => new(AffinityShare.All(run));
}
