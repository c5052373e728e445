using ReuseBench.Core.Cells;
using ReuseBench.Reports.Findings;
using ReuseBench.Reports.Sections;
using ReuseBench.Reports.Tables;

namespace ReuseBench.Reports;

/// <summary>
/// One line of the table that a run ends with. A figure is a dash where there is none, and starred where it is limited; the grades say of
/// which figures the verdict is.
/// </summary>
public sealed record SummaryRow(
    string Experiment,
    string Load,
    string Variant,
    int Workers,
    string Repeats,
    string Throughput,
    string CpuPerRequest,
    string LatencyP50,
    string LatencyP99,
    string Gap,
    string BusiestOverMean,
    string Verdict)
{
    /// <summary>The verdict without its reasons: of which figures it is.</summary>
    public string Grades { get; init; } = Verdict.Split(':', 2)[0];
}

/// <summary>The run in one table, for the terminal.</summary>
public static class Summary
{
    private const string None = "–";

    /// <summary>A row for each cell, in the order of the report.</summary>
    public static IReadOnlyList<SummaryRow> Build(RunTables tables) => [.. tables.Cells.Select(Row)];

    private static SummaryRow Row(MeasuredCell cell)
    {
        LatencyTail tail = LatencyTail.Of(cell);
        bool isRestart = cell.Is(Experiment.Restart);
        return new SummaryRow(
            cell.Conditions.Experiment,
            cell.Conditions.Label,
            isRestart ? RestartLabel.Of(cell) : cell.Series.Label,
            cell.Workers,
            CellWords.Repeats(cell, CellWords.MeasuredFor(cell)),
            Estimate.OfMedian(cell, Figure.Throughput(cell.Conditions)).Short,
            Estimate.OfMedian(cell, Figure.ServerCpuPerRequest).Short,
            tail.Percentile(50).Short,
            tail.Percentile(99).Short,
            isRestart ? Gap(GapSummary.Of(cell)) : None,
            Estimate.OfMedian(cell, Figure.AcceptedMaxOverMean).Short,
            CellWords.Verdict(cell))
        {
            Grades = CellWords.Grades(cell),
        };
    }

    private static string Gap(GapSummary gaps) => gaps.Median is not Gap median
        ? None
        : (median.IsAtLeast ? "≥ " + Wording.Quantity.Milliseconds.Text(median.Ms) : median.Text) + (gaps.Restrictions.Count > 0 ? " *" : "");
}
