using System.Globalization;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Reports.Document;

namespace ReuseBench.Reports.Topics.Micro;

/// <summary>What single operations cost, so that the figures of whole runs can be explained.</summary>
public sealed class MicroTopic : ITopic
{
    private const double NsPerUs = 1e3;
    private const double NsPerMs = 1e6;

    /// <summary>A mean whose interval is wider than itself says nothing; it is left out, and the range stands alone.</summary>
    private const double LargestErrorShare = 0.5;

    /// <summary>The groups of micro-benchmarks in the field's words.</summary>
    private static readonly Dictionary<string, string> Groups = new()
    {
        ["ListenerLifecycle"] = "A listener from socket(2) to close(2), by its reuse options",
        ["GroupJoin"] = "One more listener for a SO_REUSEPORT group, and out again, by the group's members",
        ["AcceptAndClose"] = "From the listen queue to close(2), on the path of each variant",
        ["ClientConnect"] = "A connection of the swarm, handshake included, by source plan and local addresses",
        ["SelectorAttach"] = "Giving a SO_REUSEPORT group another selector, by the group's members",
        ["RequestParse"] = "The responder's parse of one request, by who sent it",
        ["HistogramRecord"] = "One latency into the swarm's histogram",
        ["SourceNext"] = "The next local address and port of a source plan",
    };

    public string Name => "micro";

    public IReadOnlyCollection<Experiment> Experiments => [];

    public IEnumerable<Section> Sections(TopicMaterial material)
    {
        IReadOnlyList<MicroRow> rows = material.Run.Data.Table<MicroRow>();
        return [new Section("What does one operation cost?", rows.Count == 0 ? [] : [.. Build([.. rows])])];
    }

    private static IEnumerable<Block> Build(MicroRow[] rows)
    {
        string jobs = string.Join(", ", rows.Select(r => r.Job).Distinct());
        string where = rows.All(r => r.Isolation == "netns") ? "each case in a network namespace of its own" : "in the host's network namespace";
        Paragraph measured = new(
            $"BenchmarkDotNet, iterations of {jobs} a round, {where}; one thread, nobody else to contend with; no iteration is left out. "
            + "Every figure is for one operation. ± is half the width of the 95 % confidence interval of the mean, from the means of the rounds: "
            + "the iterations of one round follow each other at once and see one mood of the machine. A single round has no interval and "
            + "gives orders "
            + "of magnitude only. A mean is left out where ± is more than half of it: what else ran on the host got in the way.");
        Paragraph read = new(
            "“To the first” is the mean by that of the table's first row, with both intervals in its own; where 1 lies within, the two are "
                + "not told apart. "
            + "A few allocated bytes are BenchmarkDotNet's own, spread over an iteration. Costs of several threads at once are in the "
            + "sections above, not here.");
        yield return new Paragraph("Mean time of one operation on one thread, with nobody else to contend with; each group of operations is folded below.");
        foreach (IGrouping<string, MicroRow> group in rows.GroupBy(r => r.Group))
        {
            MicroRow first = group.First();
            string name = Groups.GetValueOrDefault(group.Key, group.Key);
            yield return new Fold(name,
            [
                new Table(
                    $"{name}.", ["Operation", "Parameters", "Mean", "±", "To the first", "Median", "Lowest to highest", "Iterations", "Allocated"],
                    [.. group.Select(row => Cells(row, first))]),
            ]);
        }

        yield return new Fold("How this was measured, and how to read it", [measured, read]);
    }

    private static IReadOnlyList<string> Cells(MicroRow row, MicroRow first) => row.MeanNs is null
        ? [row.Benchmark, row.Parameters, $"none: {row.Failure}", "", "", "", "", "", ""]
        :
        [
            row.Benchmark,
            row.Parameters,
            IsSettled(row) ? Time(row.MeanNs) : "unsettled",
            IsSettled(row) ? Time(row.ErrorNs) : "–",
            ReferenceEquals(row, first) ? "1" : Ratio(row, first),
            Time(row.MedianNs),
            $"{Time(row.MinNs)} to {Time(row.MaxNs)}",
            row.Rounds is > 1 ? $"{row.Iterations} in {row.Rounds} rounds" : $"{row.Iterations}",
            row.AllocatedBytes is double bytes ? $"{bytes:0} B" : "–",
        ];

    private static bool IsSettled(MicroRow row) => row.ErrorNs is null || row.ErrorNs <= row.MeanNs * LargestErrorShare;

    /// <summary>The relative errors of two independent means add as squares.</summary>
    private static string Ratio(MicroRow row, MicroRow first)
    {
        if (row.ErrorNs is not double error || first.ErrorNs is not double firstError || !IsSettled(row) || !IsSettled(first))
        {
            return "–";
        }

        double ratio = row.MeanNs!.Value / first.MeanNs!.Value;
        double half = ratio * Math.Sqrt(Math.Pow(error / row.MeanNs.Value, 2) + Math.Pow(firstError / first.MeanNs.Value, 2));
        return string.Create(CultureInfo.InvariantCulture, $"{ratio:0.00} ± {half:0.00}");
    }

    private static string Time(double? ns) => ns switch
    {
        null => "–",
        >= NsPerMs => string.Create(CultureInfo.InvariantCulture, $"{ns / NsPerMs:0.00} ms"),
        >= NsPerUs => string.Create(CultureInfo.InvariantCulture, $"{ns / NsPerUs:0.00} µs"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{ns:0.0} ns"),
    };
}
