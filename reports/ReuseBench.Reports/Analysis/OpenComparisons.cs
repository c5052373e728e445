using ReuseBench.Reports.Data;
using ReuseBench.Reports.Wording;

namespace ReuseBench.Reports.Analysis;

/// <summary>The comparisons of a report that are neither decided nor shown to be within a margin, and the cells that it could compare with none.</summary>
public sealed record OpenComparisons
{
    /// <summary>Ids of all cells that are to be compared with any.</summary>
    public required IReadOnlySet<string> Contested { get; init; }

    /// <summary>Ids of those that another repeat could decide something about.</summary>
    public required IReadOnlySet<string> Cells { get; init; }

    /// <summary>Of these, those that lack valid repeats since the host spoilt some: whatever was decided, they are made up for.</summary>
    public required IReadOnlySet<string> Spoilt { get; init; }

    /// <summary>The open cells by what they are compared in, each list to be measured in one round; a cell may be in several.</summary>
    public required IReadOnlyList<IReadOnlySet<string>> Contests { get; init; }

    /// <summary>How many pairs of cells are compared, decided or not.</summary>
    public required int Compared { get; init; }

    /// <summary>How many of them are open.</summary>
    public required int Pairs { get; init; }

    /// <summary>Repeats of each cell that the slowest of them would take, as far as its interval tells; null where it does not.</summary>
    public required int? RepeatsNeeded { get; init; }

    /// <summary>Contested cells that are compared with none.</summary>
    internal IReadOnlyList<MeasuredCell> Left { get; init; } = [];

    /// <summary>How far a run with a budget came, for the end of the run: one sentence without a full stop.</summary>
    public string Describe()
    {
        if (Contested.Count == 0)
        {
            return "nothing is compared: the run ranks no two cells";
        }

        if (Compared == 0)
        {
            return $"nothing could be compared: fewer than {Contest.FewestRepeats} valid repeats of each cell{Lost}";
        }

        string compared = Pairs > 0
            ? $"{Words.Count(Pairs, "comparison")} {(Pairs == 1 ? "is" : "are")} open when the budget is spent"
                + (RepeatsNeeded is int needed ? $"; the slowest would take about {needed} repeats of each cell" : "")
            : $"every comparison{(Left.Count > 0 ? " that could be made" : "")} is decided, or within the margin";
        return Left.Count == 0 ? compared : $"{compared}; {Left.Count} of {Contested.Count} cells could not be compared{Why}";
    }

    /// <summary>The same, or that there were too few of them to begin with.</summary>
    private string Why => Lost.Length > 0 ? Lost
        : Left.Any(c => c.Valid(CellWords.MeasuredFor(c)).Count() < Contest.FewestRepeats) ? $" (fewer than {Contest.FewestRepeats} valid repeats)" : "";

    /// <summary>What took the repeats of the cells that are compared with none, in brackets; empty where nothing did.</summary>
    private string Lost => InvalidRepeats.Describe(Left.Select(c => (c, CellWords.MeasuredFor(c)))) is { } lost ? $" ({lost})" : "";
}
