using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Data;
using ReuseBench.Reports.Document;
using ReuseBench.Reports.Findings;
using ReuseBench.Reports.Topics.Restart;

namespace ReuseBench.Reports;

/// <summary>
/// The run in a screen, for the terminal and for a pull request.
/// </summary>
/// <param name="Rows">Of the cells that have a throughput, a latency or a gap, in the order of the report.</param>
public sealed record Summary(IReadOnlyList<SummaryRow> Rows)
{
    /// <summary>What the report begins with: the same sentences.</summary>
    public required FirstScreen First { get; init; }

    /// <summary>One for each experiment.</summary>
    public IReadOnlyList<ResultTable> Tables { get; init; } = [];

    /// <param name="run">What is known.</param>
    /// <param name="found">Its findings in words.</param>
    public static Summary Of(RunAnalysis run, IReadOnlyList<(Finding Finding, Statement Statement)> found)
    {
        // An accept-only probe, and with it affinity and stall, has none of the table's figures: its row would be dashes.
        MeasuredCell[] measured = [.. run.Cells.Where(c => !c.IsAcceptOnly)];
        IEnumerable<MeasuredCell> restarts = RestartLabel.Order(measured.Where(c => c.Is(Core.Cells.Experiment.Restart)), c => c);
        return new Summary([.. measured.Where(c => !c.Is(Core.Cells.Experiment.Restart)).Concat(restarts).Select(c => SummaryRow.Of(c, run))])
        {
            First = FirstScreens.Of(run, found),
            Tables = ResultTables.Of(run, found.Select(f => f.Finding)),
        };
    }
}

/// <summary>
/// One line of the table of summary.md. A figure is a dash where there is none, and starred where it is limited; the grades say of
/// which figures the verdict is.
/// </summary>
public sealed record SummaryRow(
    string Experiment,
    string Load,
    string Variant,
    int Workers,
    string Repeats,
    string Throughput,
    string LatencyP50,
    string LatencyP99,
    string Gap,
    string Grades)
{
    private const string None = "–";

    internal static SummaryRow Of(MeasuredCell cell, RunAnalysis run)
    {
        LatencyTail tail = run.Latency(cell);
        bool isRestart = cell.Is(Core.Cells.Experiment.Restart);
        return new SummaryRow(
            cell.Conditions.Experiment,
            CellLabels.LoadOf(cell.Cell, cell.Conditions),
            isRestart ? RestartLabel.Split(cell.Cell).Method : cell.Series.Label,
            cell.Workers,
            CellWords.Repeats(cell, CellWords.MeasuredFor(cell)),
            isRestart ? None : run.Throughput(cell).Short,
            isRestart ? None : tail.Percentile(50).Short,
            !isRestart && LatencyTail.IsLatency(cell.Conditions, 99) ? tail.Percentile(99).Short : None,
            isRestart ? run.Of(cell, GapSummary.Of).Marked ?? None : None,
            CellWords.Grades(cell));
    }
}
