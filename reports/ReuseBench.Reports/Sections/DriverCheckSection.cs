using System.Globalization;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Document;
using ReuseBench.Reports.Findings;
using ReuseBench.Reports.Tables;

namespace ReuseBench.Reports.Sections;

/// <summary>The native swarm and the NBomber driver under the same load: whether what one of them measures can be held against the other.</summary>
public sealed class DriverCheckSection : ISection
{
    public string Title => "The two drivers side by side";

    public IEnumerable<Block> Build(ReportMaterial material)
    {
        foreach (IGrouping<string, Line> load in material.Tables.Cells.Where(c => c.Is(Experiment.DriverCheck)).Select(c => new Line(c)).GroupBy(l => l.Load))
        {
            Line[] lines = [.. load];
            yield return new Table(
                $"{load.Key}. {material.Provenance.Of(lines.Select(l => l.Cell))}",
                ["Driver", "Throughput", "Median latency", "99th percentile", "Repeats", "Verdict"],
                [.. lines.Select(l => l.Texts)]);
            yield return new Paragraph(Compare(lines));
            foreach (string restriction in RestrictionWords.Say(lines.Select(l => l.Latency)))
            {
                yield return new Paragraph(restriction);
            }
        }
    }

    private static string Compare(Line[] lines)
    {
        Line? native = lines.SingleOrDefault(l => l.Driver == Names.Of(Driver.Native));
        Line? other = lines.SingleOrDefault(l => l.Driver != Names.Of(Driver.Native));
        if (native is null || other is null)
        {
            return $"Only {lines[0].Driver} was run, so nothing is compared; what was left out says why.";
        }

        return native.Throughput.Value is double rate && other.Throughput.Value is double otherRate
            && native.Latency.Value is double latency && other.Latency.Value is double otherLatency
            ? $"{other.Driver} against {native.Driver}: {Difference(otherRate, rate)} requests/s, {Difference(otherLatency, latency)} median latency. "
                + "The two differ in their clients (asynchronous sockets against one epoll loop a thread) and in how they space their arrivals; the server is the same."
            : "One of the two has no valid figure, so nothing is compared.";
    }

    private static string Difference(double value, double from) =>
        ((value / from) - 1).ToString("+0.0 %;-0.0 %;0.0 %", CultureInfo.InvariantCulture);

    private sealed class Line
    {
        public Line(MeasuredCell cell)
        {
            Cell = cell;
            Throughput = Estimate.OfMedian(cell, Figure.Requests);
            LatencyTail tail = LatencyTail.Of(cell);
            Latency = tail.Percentile(50);
            Texts = [Driver, Throughput.Text, Latency.Text, tail.Percentile(99).Text, CellWords.Repeats(cell, Figures.Latency), CellWords.Verdict(cell)];
        }

        public MeasuredCell Cell { get; }

        public string Driver => Cell.Settings.Driver;

        public string Load => Cell.Conditions.Load;

        public Estimate Throughput { get; }

        public Estimate Latency { get; }

        public IReadOnlyList<string> Texts { get; }
    }
}
