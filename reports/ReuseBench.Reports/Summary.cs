using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Data;
using ReuseBench.Reports.Document;
using ReuseBench.Reports.Findings;
using ReuseBench.Reports.Topics.Expectations;
using ReuseBench.Reports.Topics.Restart;

namespace ReuseBench.Reports;

/// <summary>
/// The run for the terminal: a table of the cells that have a throughput, a latency or a gap, and a line for each finding about anything else.
/// </summary>
/// <param name="Rows">In the order of the report.</param>
/// <param name="Leads">Who is ahead and by how much, a line for each ranking.</param>
/// <param name="Lines">One sentence each.</param>
public sealed record Summary(IReadOnlyList<SummaryRow> Rows, IReadOnlyList<string> Leads, IReadOnlyList<string> Lines)
{
    /// <summary>One for each experiment.</summary>
    public IReadOnlyList<ResultTable> Tables { get; init; } = [];

    /// <summary>What the report begins with: the same sentences.</summary>
    public required FirstScreen First { get; init; }

    /// <param name="run">What is known.</param>
    /// <param name="found">Its findings in words.</param>
    public static Summary Of(RunAnalysis run, IReadOnlyList<(Finding Finding, Statement Statement)> found)
    {
        // An accept-only probe, and with it affinity and stall, has none of the table's figures: its row would be dashes.
        MeasuredCell[] inTable = [.. run.Cells.Where(c => !c.IsAcceptOnly)];
        HashSet<string> shown = [.. inTable.Select(c => c.Id)];
        return new Summary(
            [.. inTable.Select(c => SummaryRow.Of(c, run))],
            [.. found.Select(f => f.Statement.Lead).OfType<string>()],
            [
                .. found.Where(f => f.Statement.Lead is null && f.Finding.Kind != ExpectationTopic.ExpectationKind
                        && !ResultTables.IsWhole(f.Finding.Topic) && !f.Finding.Cells.Any(shown.Contains))
                    .Select(f => f.Statement.Text),
            ])
        {
            Tables = ResultTables.Of(run, found.Select(f => f.Finding)),
            First = FirstScreens.Of(run, found),
        };
    }
}

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
    private const string None = "–";

    /// <summary>The verdict without its reasons: of which figures it is.</summary>
    public string Grades { get; init; } = Verdict.Split(':', 2)[0];

    internal static SummaryRow Of(MeasuredCell cell, RunAnalysis run)
    {
        LatencyTail tail = run.Latency(cell);
        bool isRestart = cell.Is(Core.Cells.Experiment.Restart);
        return new SummaryRow(
            cell.Conditions.Experiment,
            cell.Conditions.Label,
            isRestart ? RestartLabel.Of(cell) : cell.Series.Label,
            cell.Workers,
            CellWords.Repeats(cell, CellWords.MeasuredFor(cell)),
            run.Throughput(cell).Short,
            run.Median(cell, Figure.ServerCpuPerRequest).Short,
            tail.Percentile(50).Short,
            LatencyTail.IsLatency(cell.Conditions, 99) ? tail.Percentile(99).Short : None,
            isRestart ? GapText(run.Of(cell, GapSummary.Of)) : None,
            run.Median(cell, Figure.AcceptedMaxOverMean).Short,
            CellWords.Verdict(cell))
        {
            Grades = CellWords.Grades(cell),
        };
    }

    private static string GapText(GapSummary gaps) => gaps.Median is not Gap median
        ? None
        : median.Short + (gaps.Restrictions.Count > 0 ? " *" : "");
}
