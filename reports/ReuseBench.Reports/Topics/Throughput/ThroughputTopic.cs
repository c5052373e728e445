using System.Globalization;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Data;
using ReuseBench.Reports.Document;
using ReuseBench.Reports.Findings;

namespace ReuseBench.Reports.Topics.Throughput;

/// <summary>Closed loop: how much the server carries, and what it pays for it.</summary>
public sealed class ThroughputTopic : ITopic
{
    public string Name => "throughput";

    public IReadOnlyCollection<Experiment> Experiments { get; } = [Experiment.Throughput];

    public IEnumerable<IChart> Charts { get; } =
    [
        new MetricByWorkersChart(
            "throughput", "Throughput by workers and variant", (c, ratio, other) => $"{(c.IsConnect ? "accepts" : "serves")} {ratio} × {other}",
            Figure.Throughput),
        new MetricByWorkersChart(
            "cpu-per-request", "Server CPU per request by workers and variant", (_, ratio, other) => $"needs {ratio} × the CPU per request of {other}",
            _ => Figure.ServerCpuPerRequest),
    ];

    public IEnumerable<Contest> Contests(RunAnalysis run) => [.. Carried(run), .. Paid(run)];

    public IEnumerable<Finding> Find(RunAnalysis run) =>
    [
        .. Carried(run).SelectMany(c => new Finding[]
        {
            RankingFinding.Of(Name, c, Figure.Throughput(c.Estimates[0].Cell.Conditions).Name, run), WorkersFinding.Of(Name, c, run),
        }),
        .. Paid(run).Select(c => RankingFinding.Of(Name, c, Figure.ServerCpuPerRequest.Name, run)),
    ];

    public Statement Describe(Finding finding) => finding switch
    {
        WorkersFinding advice => new Statement("How many workers", advice.Text) { Lead = advice.Text },
        RankingFinding ranking when ranking.Metric == Figure.ServerCpuPerRequest.Key => RankingWords.Say(
            ranking, "Server CPU per request", "lowest", ServiceTime(ranking.All[0].Cell.Conditions) is string part ? $"Of each figure {part}." : null)
            with
        { Lead = null },
        _ => RankingWords.Say((RankingFinding)finding, "Throughput", "highest"),
    };

    public IEnumerable<Section> Sections(TopicMaterial material) => [new Section("Throughput", [.. Blocks(material)])];

    /// <summary>Figures under equal conditions, as they are ranked.</summary>
    internal static Contest ContestOf(Figure figure, IReadOnlyList<Estimate> estimates, RunAnalysis run) =>
        new(figure.Key, estimates, e => run.IsBeyondCores(e.Cell));

    private static IEnumerable<Contest> Carried(RunAnalysis run) =>
        from @group in run.Groups(Experiment.Throughput)
        select ContestOf(Figure.Throughput(@group.Key), [.. @group.Select(run.Throughput)], run);

    private static IEnumerable<Contest> Paid(RunAnalysis run) =>
        from @group in run.Groups(Experiment.Throughput)
        let estimates = @group.Select(c => run.Median(c, Figure.ServerCpuPerRequest)).ToArray()
        where estimates.Any(e => e.Value is not null)
        select ContestOf(Figure.ServerCpuPerRequest, estimates, run);

    private IEnumerable<Block> Blocks(TopicMaterial material)
    {
        RunAnalysis run = material.Run;
        foreach (Block picture in material.Pictures(Charts.Select(c => c.Name)))
        {
            yield return picture;
        }

        if (run.Groups(Experiment.Throughput).Any(group => CpuCharges.IsOnLoopback(group.Key)))
        {
            yield return new Paragraph(CpuCharges.InTables);
        }

        foreach (IGrouping<Conditions, MeasuredCell> group in run.Groups(Experiment.Throughput))
        {
            Estimate[] estimates = [.. group.Select(run.Throughput)];
            string service = ServiceTime(group.Key) is string part ? $" Of the server CPU per request {part}." : "";
            yield return new Table(
                $"{group.Key.Label}. Server CPUs {CellWords.Cpus(group.Key.ServerCpus)}.{service} {run.Provenance.Of(group)}",
                ["Variant", "Workers", "Threads", "Listen queue", "Throughput", "its spread", "Server CPU per request", "its spread",
                    "Both sides' CPU per request", "Repeats", "Verdict"],
                [
                    .. estimates.Select(e => Row(
                        e, run.Median(e.Cell, Figure.ServerCpuPerRequest), run.Median(e.Cell, Figure.BothCpuPerRequest), Figure.Throughput(group.Key),
                        run.IsBeyondCores(e.Cell))),
                ]);
            foreach (string restriction in RestrictionWords.Say(estimates))
            {
                yield return new Paragraph(restriction);
            }
        }
    }

    private static IReadOnlyList<string> Row(Estimate throughput, Estimate cpu, Estimate both, Figure figure, bool isBeyondCores) =>
    [
        throughput.Cell.Series.Label,
        $"{throughput.Cell.Workers}{(isBeyondCores ? " (more than cores)" : "")}",
        $"{throughput.Cell.Row.ServerThreads}",
        Queue(throughput.Cell.Row),
        throughput.ShortOrWhy,
        throughput.SpreadText,
        cpu.ShortOrWhy,
        cpu.SpreadText,
        both.ShortOrWhy,
        CellWords.Repeats(throughput.Cell, figure.Affects),
        CellWords.Verdict(throughput.Cell),
    ];

    /// <summary>
    /// What the server was told to burn is no cost of its way of listening. Such as <c>20 µs are the configured service time</c>; null without.
    /// </summary>
    private static string? ServiceTime(Conditions conditions) => conditions.ServiceTimeUs <= 0
        ? null
        : string.Create(CultureInfo.InvariantCulture, $"{conditions.ServiceTimeUs:0.###} µs are the configured service time");

    /// <summary>Connections that the kernel queues, such as <c>2 × 4096</c>: a group has as many queues as listeners.</summary>
    private static string Queue(ResultRow row)
    {
        int each = row.BacklogEffective ?? row.Cell.Server.Backlog;
        return row.Listeners > 1 ? $"{row.Listeners} × {each}" : $"{each}";
    }
}

/// <summary>Who is charged for the receiving of packets: it decides what a CPU time per request holds.</summary>
public static class CpuCharges
{
    private const string OnLoopback = "On loopback the kernel receives a packet in the time of whoever sent it: the server's CPU per request holds the "
        + "receiving of what the server sends, and not of what the clients send";

    /// <summary>For a chart.</summary>
    public static string Note => $"{OnLoopback}.";

    /// <summary>Before tables that have both figures.</summary>
    public static string InTables => $"{OnLoopback}. Both sides' CPU per request (server, client threads and ksoftirqd) holds all of it.";

    public static bool IsOnLoopback(Conditions conditions) => System.Net.IPAddress.IsLoopback(conditions.Cell.Server.Bind);
}
