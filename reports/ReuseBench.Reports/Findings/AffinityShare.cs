using ReuseBench.Core.Results;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Tables;

namespace ReuseBench.Reports.Findings;

/// <summary>The share of tuples that kept their listener, over all believed repeats of a group size and change.</summary>
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

    public required bool AllWithinBand { get; init; }

    /// <summary>Tuples whose move the rule does not allow.</summary>
    public required long AgainstRule { get; init; }

    /// <summary>In the order of the table.</summary>
    public static IReadOnlyList<AffinityShare> All(RunTables tables)
    {
        HashSet<(string, int)> believed =
            [.. tables.Cells.SelectMany(c => c.Repeats).Where(r => r.IsBelieved(Figures.Fairness)).Select(r => (r.Row.CellId, r.Row.Repeat))];
        return
        [
            .. tables.Table<AffinityRow>(RunFiles.Affinity)
                .Where(r => r.Tuples > 0 && believed.Contains((r.CellId, r.Repeat)))
                .GroupBy(r => (r.CellId, r.Listeners, r.Processes, r.Change))
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
                    AllWithinBand = g.All(r => r.KeptShare >= r.BandLow && r.KeptShare <= r.BandHigh),
                    AgainstRule = g.Sum(r => r.AgainstRule),
                }),
        ];
    }

    /// <summary>A change in words.</summary>
    public static string Words(string change) => change switch
    {
        "first-replaced-add-close" => "successor joins, first closes",
        "first-replaced-close-add" => "first closes, successor joins",
        "rebuilt" => "all closed, rebuilt in order",
        "added" => "one added",
        _ => change.Replace('-', ' '),
    };

    private static readonly string[] Order =
    [
        "unchanged", "rebuilt", "added", "last-closed", "middle-closed", "first-closed", "first-replaced-add-close", "first-replaced-close-add",
    ];
}
