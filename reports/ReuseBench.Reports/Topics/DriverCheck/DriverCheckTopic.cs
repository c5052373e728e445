using System.Globalization;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Data;
using ReuseBench.Reports.Document;
using ReuseBench.Reports.Findings;

namespace ReuseBench.Reports.Topics.DriverCheck;

/// <summary>The native swarm and the NBomber driver under the same load: whether what one of them measures can be held against the other.</summary>
public sealed class DriverCheckTopic : ITopic
{
    private const string Heading = "The two drivers side by side";

    public string Name => "driver_check";

    public IReadOnlyCollection<Experiment> Experiments { get; } = [Experiment.DriverCheck];

    public IEnumerable<Finding> Find(RunAnalysis run) => Pairs(run).Where(p => p.Compared).SelectMany(p => new[]
    {
        Difference(p, Figure.Requests.Key, p.Native!.Throughput, p.Other!.Throughput),
        Difference(p, LatencyTail.Key(50), p.Native.Latency, p.Other.Latency),
    });

    public Statement Describe(Finding finding) => new(
        Heading,
        $"{finding.Conditions}: {finding.Estimates[1].Label} against {finding.Estimates[0].Label}: {Percent(finding.Effect!.Value)} "
            + $"{(finding.Metric == Figure.Requests.Key ? "requests/s" : "median latency")}.");

    public IEnumerable<Section> Sections(TopicMaterial material) => [new Section("Do the two load generators agree?", [.. Blocks(material.Run)])];

    private Finding Difference(Pair pair, string metric, Estimate native, Estimate other) => new()
    {
        Topic = Name,
        Kind = "driver_difference",
        Conditions = pair.Load,
        Metric = metric,
        Claim = "differs_by",
        Estimates = [native.AsFinding() with { Label = pair.Native!.Driver }, other.AsFinding() with { Label = pair.Other!.Driver }],
        Effect = new FindingEffect("ratio", native.Cell.Id, other.Cell.Id, other.Value!.Value / native.Value!.Value, null, null),
        Restrictions = [.. native.Restrictions.Concat(other.Restrictions).DistinctBy(r => r.Code)],
    };

    private static IEnumerable<Block> Blocks(RunAnalysis run)
    {
        foreach (Pair pair in Pairs(run))
        {
            yield return new Table(
                $"{pair.Load}. {run.Provenance.Of(pair.Lines.Select(l => l.Cell))}",
                ["Driver", "Throughput", "p50", "p99", "Repeats", "Verdict"],
                [.. pair.Lines.Select(l => l.Texts)]);
            yield return new Paragraph(Compare(pair));
            foreach (string restriction in RestrictionWords.Say(pair.Lines.Select(l => l.Latency)))
            {
                yield return new Paragraph(restriction);
            }
        }
    }

    private static string Compare(Pair pair) =>
        pair.Native is null || pair.Other is null ? $"Only {pair.Lines[0].Driver} was run, so nothing is compared; what was left out says why."
        : pair.Compared ? $"{pair.Other.Driver} against {pair.Native.Driver}: "
            + $"{Percent(pair.Other.Throughput.Value!.Value / pair.Native.Throughput.Value!.Value)} requests/s, "
            + $"{Percent(pair.Other.Latency.Value!.Value / pair.Native.Latency.Value!.Value)} median latency. "
            + "The two differ in their clients (asynchronous sockets against one epoll loop a thread) and in how they space their arrivals; "
            + "the server is the same."
        : "One of the two has no valid figure, so nothing is compared.";

    private static string Percent(double ratio) => (ratio - 1).ToString("+0.0 %;-0.0 %;0.0 %", CultureInfo.InvariantCulture);

    private static IEnumerable<Pair> Pairs(RunAnalysis run) =>
        run.Cells.Where(c => c.Is(Experiment.DriverCheck)).Select(c => new Line(c, run)).GroupBy(l => l.Cell.Conditions.Load)
            .Select(g => new Pair(g.Key, [.. g]));

    private sealed record Pair(string Load, Line[] Lines)
    {
        public Line? Native { get; } = Lines.FirstOrDefault(l => l.Cell.Cell.Driver == Core.Cells.Driver.Native);

        public Line? Other { get; } = Lines.FirstOrDefault(l => l.Cell.Cell.Driver != Core.Cells.Driver.Native);

        public bool Compared => Native is { Throughput.Value: not null, Latency.Value: not null }
            && Other is { Throughput.Value: not null, Latency.Value: not null };
    }

    private sealed class Line(MeasuredCell cell, RunAnalysis run)
    {
        public MeasuredCell Cell { get; } = cell;

        public string Driver => Names.Of(Cell.Cell.Driver);

        public Estimate Throughput { get; } = run.Median(cell, Figure.Requests);

        public Estimate Latency { get; } = run.Latency(cell).Percentile(50);

        public IReadOnlyList<string> Texts =>
        [
            Driver, Throughput.Text, Latency.Text,
            LatencyTail.IsLatency(Cell.Conditions, 99) ? run.Latency(Cell).Percentile(99).Text : "– (closed loop)",
            CellWords.Repeats(Cell, Figures.Latency), CellWords.Verdict(Cell),
        ];
    }
}
