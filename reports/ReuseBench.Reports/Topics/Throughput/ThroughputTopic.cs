using System.Globalization;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Core.Verdicts;
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
        WorkersFinding advice => new Statement("How many workers", advice.Text),
        RankingFinding ranking when ranking.Metric == Figure.ServerCpuPerRequest.Key => RankingWords.Say(
            ranking, "Server CPU per request", "lowest", ServiceTime("Each value", ranking.All[0].Cell.Conditions)),
        _ => RankingWords.Say((RankingFinding)finding, "Throughput", "highest"),
    };

    public IEnumerable<Headline> Headlines(RunAnalysis run, IReadOnlyList<Finding> found) =>
    [
        .. found.OfType<WorkersFinding>().Select(f => f.Headline).OfType<Headline>(),
        .. RankingHeadlines.Of(
            found.OfType<RankingFinding>().Where(f => f.Metric != Figure.ServerCpuPerRequest.Key), HeadlineKind.Throughput, "throughput", "highest",
            Figures.Throughput),
    ];

    public IEnumerable<Section> Sections(TopicMaterial material) => [new Section("Which variant serves the most?", [.. Blocks(material)])];

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
        (Finding Finding, Statement Statement)[] rankings = [.. material.Found.Where(f => f.Finding.Topic == Name && f.Finding is RankingFinding)];
        (Finding Finding, Statement Statement)[] carried = [.. rankings.Where(f => f.Finding.Metric != Figure.ServerCpuPerRequest.Key)];
        if (carried.Length == 0)
        {
            yield break;
        }

        Block[] pictures = [.. material.Pictures(Charts.First().Name)];
        foreach (Block picture in pictures.Take(1))
        {
            yield return picture;
        }

        RankingFinding[] findings = [.. carried.Select(f => (RankingFinding)f.Finding)];
        yield return findings.Any(f => f.All.Any(e => e.Value is not null))
            ? RankingWords.Best(findings, "Throughput", run.Provenance.Of(run.Cells.Where(c => c.Is(Experiment.Throughput))))
            : new Paragraph($"No cell has a valid throughput: {string.Join("; ", findings.SelectMany(f => f.All).Select(e => e.WhyNone).Distinct())}.");
        foreach (Block full in material.InFull(Name, f => f.Metric != Figure.ServerCpuPerRequest.Key))
        {
            yield return full;
        }

        if (pictures.Length > 1)
        {
            yield return new Fold($"More charts ({pictures.Length - 1})", pictures[1..]);
        }

        yield return RankingWords.Tables(carried);
        yield return new Fold("What a request costs the server: CPU time", [.. Cpu(material, [.. rankings.Except(carried)])]);
        yield return new Fold("Threads, listen queues and verdict of each cell", [.. run.Groups(Experiment.Throughput).SelectMany(g => Cells(g, run))]);
    }

    private IEnumerable<Block> Cpu(TopicMaterial material, (Finding Finding, Statement Statement)[] paid)
    {
        foreach (Block picture in material.Pictures(Charts.Last().Name))
        {
            yield return picture;
        }

        if (material.Run.Groups(Experiment.Throughput).Any(group => CpuCharges.IsOnLoopback(group.Key)))
        {
            yield return new Paragraph(CpuCharges.InTables);
        }

        foreach (Block full in material.InFull(Name, f => f.Metric == Figure.ServerCpuPerRequest.Key))
        {
            yield return full;
        }

        foreach ((Finding finding, Statement statement) in paid.Where(f => f.Statement.Figures is not null))
        {
            yield return new Subheading(finding.Conditions);
            yield return statement.Figures!;
        }
    }

    private static IEnumerable<Block> Cells(IGrouping<Conditions, MeasuredCell> group, RunAnalysis run)
    {
        Estimate[] estimates = [.. group.Select(run.Throughput)];
        Estimate[] cpu = [.. group.Select(c => run.Median(c, Figure.ServerCpuPerRequest)), .. group.Select(c => run.Median(c, Figure.BothCpuPerRequest))];
        (double factor, string unit) = estimates[0].Quantity.ScaleFor(estimates.Max(e => e.Value ?? 0));
        (double cpuFactor, string cpuUnit) = cpu[0].Quantity.ScaleFor(cpu.Max(e => e.Value ?? 0));
        string service = ServiceTime("The server CPU per request", group.Key) is string part ? $" {part}" : "";
        yield return new Table(
            $"{group.Key.Label}. Server CPUs {CellWords.Cpus(group.Key.ServerCpus)}.{service} {run.Provenance.Of(group)}",
            [
                new Column("Variant"), new Column("Workers"), new Column("Threads"), new Column("Listen queue"),
                new Column("Throughput") { Unit = unit, IsNumber = true }, new Column("Range") { Unit = unit },
                new Column("Server CPU per request") { Unit = cpuUnit, IsNumber = true },
                new Column("Its range") { Unit = cpuUnit }, new Column("Both sides' CPU per request") { Unit = cpuUnit, IsNumber = true },
                new Column("Repeats"), new Column("Verdict"),
            ],
            [
                .. estimates.Select(e => Row(
                    e, run.Median(e.Cell, Figure.ServerCpuPerRequest), run.Median(e.Cell, Figure.BothCpuPerRequest), factor, cpuFactor,
                    Figure.Throughput(group.Key), run.IsBeyondCores(e.Cell))),
            ]);
        foreach (string restriction in RestrictionWords.Say(estimates))
        {
            yield return new Paragraph(restriction);
        }
    }

    private static IReadOnlyList<Entry> Row(
        Estimate throughput, Estimate cpu, Estimate both, double factor, double cpuFactor, Figure figure, bool isBeyondCores) =>
    [
        throughput.Cell.Series.Label,
        $"{throughput.Cell.Workers}{(isBeyondCores ? " (more than cores)" : "")}",
        $"{throughput.Cell.Row.ServerThreads}",
        Queue(throughput.Cell.Row),
        Entries.Value(throughput, factor),
        Entries.Range(throughput, factor),
        Entries.Value(cpu, cpuFactor),
        Entries.Range(cpu, cpuFactor),
        Entries.Value(both, cpuFactor),
        CellWords.Repeats(throughput.Cell, figure.Affects),
        Entries.Verdict(throughput.Cell),
    ];

    /// <summary>
    /// What the server was told to burn is no cost of its way of listening. Such as <c>Each value includes 20 µs of service time.</c>; null without.
    /// </summary>
    private static string? ServiceTime(string what, Conditions conditions) => conditions.ServiceCpuUs <= 0
        ? null
        : string.Create(CultureInfo.InvariantCulture, $"{what} includes {conditions.ServiceCpuUs:0.###} µs of service time.");

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
