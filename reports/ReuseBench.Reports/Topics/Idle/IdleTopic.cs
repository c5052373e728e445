using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Data;
using ReuseBench.Reports.Document;
using ReuseBench.Reports.Findings;
using ReuseBench.Reports.Wording;

namespace ReuseBench.Reports.Topics.Idle;

/// <summary>
/// Which worker holds persistent connections that stay idle: those that arrive one by one (experiment idle), and those that a swarm opens, in a burst or
/// spaced, and leaves alone (experiment fairness, <c>idle: on</c>).
/// </summary>
public sealed class IdleTopic : ITopic
{
    private const string Heading = "Idle connections";

    public string Name => "idle";

    public IReadOnlyCollection<Experiment> Experiments { get; } = [Experiment.Idle];

    /// <summary>Whether connections of the cell stay and send nothing.</summary>
    internal static bool IsOf(MeasuredCell cell) => cell.Is(Experiment.Idle) || cell.Cell.Load.Idle;

    public IEnumerable<Finding> Find(RunAnalysis run) =>
        from held in Measured(run)
        let busiest = run.Median(held.Cell, Figure.AcceptedMaxOverMean)
        where busiest.Value is not null
        select new IdleFinding
        {
            Topic = Name,
            Kind = "idle_connections_held",
            Conditions = held.Cell.Conditions.Label,
            Metric = Figure.AcceptedMaxOverMean.Key,
            Claim = held.NoneShare > 0 ? "workers_without_connections" : "every_worker_has_connections",
            Estimates = [busiest.AsFinding() with { Expected = 1 }],
            Restrictions = busiest.Restrictions,
            Held = held,
            Busiest = busiest,
        };

    public Statement Describe(Finding finding)
    {
        IdleFinding found = (IdleFinding)finding;
        return new Statement(
            Heading,
            $"{Words.Sentence(found.Held.Cell.Label)} ({found.Conditions}): the busiest worker holds {Words.Percent(found.Held.BusiestShare)} of the "
                + $"connections, {found.Busiest.MarkedText} times its even share; {Without(found.Held)}. {Why(found.Held.Cell.Cell.Server)}");
    }

    /// <summary>The most uneven way beside the most even one, of the load under which most ways were tried.</summary>
    public IEnumerable<Headline> Headlines(RunAnalysis run, IReadOnlyList<Finding> found)
    {
        IdleFinding[] alike = found.OfType<IdleFinding>().GroupBy(f => (f.Conditions, f.Held.Cell.Workers)).OrderByDescending(g => g.Count())
            .Select(g => g.OrderByDescending(f => f.Busiest.Value).ToArray()).FirstOrDefault() ?? [];
        if (alike.Length == 0)
        {
            yield break;
        }

        string even = alike.Length == 1 ? ""
            : $"; it is {Words.Percent(alike[^1].Held.BusiestShare)} with {alike[^1].Held.Cell.Label}, the most even of {alike.Length} ways";
        yield return new Headline(
            HeadlineKind.Fairness,
            $"Of persistent connections that stay idle the busiest worker holds {Words.Percent(alike[0].Held.BusiestShare)} with "
                + $"{alike[0].Held.Cell.Label}, and {Without(alike[0].Held)}{even}.");
    }

    public IEnumerable<Section> Sections(TopicMaterial material)
    {
        HeldConnections[] cells = [.. Measured(material.Run).OrderBy(h => h.Cell.Conditions.Label, StringComparer.Ordinal).ThenBy(h => h.Cell.Series)];
        return
        [
            new Section("Who holds persistent connections that stay idle?", cells.Length == 0 ? [] :
            [
                new Table(
                    "Connections that were answered once and stayed. max/mean: connections of the busiest worker over the mean of all; a worker that holds "
                        + "most of them does most of the work once they are used. Without any: share of the workers that no connection came to, over the "
                        + $"valid repeats. {material.Run.Provenance.Of(cells.Select(h => h.Cell))}",
                    [
                        new Column("Load"), new Column("Variant"), new Column("Workers"), new Column("Busiest worker's share") { IsNumber = true },
                        new Column("max/mean") { IsNumber = true }, new Column("Range"), new Column("Workers without any") { IsNumber = true },
                        new Column("Repeats"), new Column("Verdict"),
                    ],
                    [.. cells.Select(h => Row(h, material.Run))]),
                .. material.InFull(Name),
                new Fold(
                    "What is to be expected",
                    [new Bullets([.. cells.Select(h => h.Cell.Cell.Server).DistinctBy(Why).Select(s => $"{Way(s)}: {Why(s)}")])]),
            ]),
        ];
    }

    private static IReadOnlyList<Entry> Row(HeldConnections held, RunAnalysis run)
    {
        Estimate busiest = run.Median(held.Cell, Figure.AcceptedMaxOverMean);
        return
        [
            held.Cell.Conditions.Label,
            held.Cell.Series.Label,
            $"{held.Cell.Workers}",
            new Entry(Words.Percent(held.BusiestShare)) { Sort = held.BusiestShare },
            busiest.Value is double value ? new Entry(Quantity.OverMean.Text(value)) { Sort = value } : Entries.Value(busiest, 1),
            busiest.SpreadText,
            new Entry(Words.Percent(held.NoneShare)) { Sort = held.NoneShare },
            CellWords.Repeats(held.Cell, Figures.Fairness),
            Entries.Verdict(held.Cell),
        ];
    }

    private static IEnumerable<HeldConnections> Measured(RunAnalysis run) =>
        from cell in run.Cells
        where IsOf(cell) && cell.Workers > 1
        let repeats = cell.Valid(Figures.Fairness).Where(r => r.Listeners.Sum(l => l.Accepted) > 0).ToArray()
        where repeats.Length > 0
        select new HeldConnections(cell, repeats);

    private static string Without(HeldConnections held) => held.NoneShare == 0
        ? "every worker has some"
        : $"{Words.Percent(held.NoneShare)} of the workers have none";

    private static string Way(ServerSettings server) => Series.Of(Cell.Blank with { Server = server with { Workers = Math.Max(1, server.Processes) } }).Label;

    /// <summary>What the kernel, or the server, does with a connection that comes while all workers wait.</summary>
    private static string Why(ServerSettings server) => server switch
    {
        { Variant: Variant.Single } => "One acceptor dispatches connections to the workers in turn.",
        { Variant: Variant.Reuseport, Selector: Selector.Hash } => "The hash binds each connection to a listener, whoever is idle.",
        { Variant: Variant.Reuseport, Selector: var selector } => $"{Names.Of(selector)} picks the listener of each connection, whoever is idle.",
        { Accept: AcceptMode.Blocking } => "Threads that block in accept4(2) are woken in turn: the one that has waited longest is the next.",
        { Accept: AcceptMode.EpollExclusive } => "The kernel wakes one of the workers that wait, in the order in which they registered the listener: while all "
            + "are idle it is the same one each time.",
        { Accept: AcceptMode.IoUring } => "The ring that is first in line takes every connection.",
        _ => "Every idle worker wakes, and the first to accept has the connection: who wakes fastest gets more.",
    };
}

/// <summary>What the valid repeats of a cell say of who holds its connections.</summary>
public sealed record HeldConnections
{
    internal HeldConnections(MeasuredCell cell, MeasuredRepeat[] repeats)
    {
        Cell = cell;
        BusiestShare = repeats.Sum(r => r.Listeners.Max(l => l.Accepted)) / (double)repeats.Sum(r => r.Listeners.Sum(l => l.Accepted));
        NoneShare = repeats.Sum(r => r.Listeners.Count(l => l.Accepted == 0)) / (double)repeats.Sum(r => r.Listeners.Count);
    }

    public MeasuredCell Cell { get; }

    /// <summary>Of all connections, those of the worker that had most in its repeat; 0 to 1.</summary>
    public double BusiestShare { get; }

    /// <summary>Of all workers, those without any connection; 0 to 1.</summary>
    public double NoneShare { get; }
}

/// <summary>Who held the idle connections of one cell.</summary>
public sealed record IdleFinding : Finding
{
    public required HeldConnections Held { get; init; }

    /// <summary>Connections of the busiest worker over the mean.</summary>
    public required Estimate Busiest { get; init; }
}
