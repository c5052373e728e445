using ReuseBench.Reports.Charts;
using ReuseBench.Reports.Document;
using ReuseBench.Reports.Findings;
using ReuseBench.Reports.Tables;
using ReuseBench.Reports.Wording;

namespace ReuseBench.Reports.Sections;

/// <summary>What sections are made from.</summary>
/// <param name="Tables">The run.</param>
/// <param name="Findings">What follows from it.</param>
/// <param name="Charts">The charts that were drawn, and what was not.</param>
/// <param name="Provenance">Says host, repeats and run in one line.</param>
public sealed record ReportMaterial(RunTables Tables, IReadOnlyList<Finding> Findings, ChartSet Charts, Provenance Provenance)
{
    public IEnumerable<Block> Pictures(string topic) => Charts.Drawn.Where(d => d.Topic == topic).Select(d => d.Picture);
}
