using ReuseBench.Core.Cells;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Data;
using ReuseBench.Reports.Document;
using ReuseBench.Reports.Findings;
using ReuseBench.Reports.Wording;

namespace ReuseBench.Reports.Topics.Sockets;

/// <summary>
/// One listener with SO_REUSEPORT that processes inherit, beside a listener for each of them: how many sockets there really were, and what that did to what
/// the cells were measured for.
/// </summary>
public sealed class SocketsTopic : ITopic
{
    private const string Heading = "An inherited listener";

    public string Name => "sockets";

    /// <summary>None alone: its cells are shown by the topics of what they are run for.</summary>
    public IReadOnlyCollection<Experiment> Experiments { get; } = [];

    public IEnumerable<Finding> Find(RunAnalysis run) =>
        from cell in run.Cells
        where cell.Cell.Server is { Program: null, Variant: Variant.Inherited } && Measure.Of(cell.Cell.Experiment) is not null
        let sockets = SocketsOf(cell)
        where sockets is not null
        let measure = Measure.Of(cell.Cell.Experiment)!
        where measure.IsOf(cell)
        let own = measure.Take(run, cell)
        let groups = run.Cells.Where(c => IsGroupBeside(c, cell)).Take(1).ToArray()
        select new SocketsFinding
        {
            Topic = Name,
            Kind = "inherited_listener",
            Conditions = cell.Conditions.Label,
            Metric = measure.Key,
            Claim = sockets == 1 ? "one_socket" : "several_sockets",
            Sockets = sockets.Value,
            Processes = cell.Cell.Server.ServingProcesses,
            Measure = measure,
            Own = own,
            Group = groups.Length == 0 ? null : measure.Take(run, groups[0]),
            GroupSockets = groups.Length == 0 ? null : SocketsOf(groups[0]),
            Estimates = [own.AsFinding(), .. groups.Select(g => measure.Take(run, g).AsFinding())],
            Restrictions = own.Restrictions,
        };

    public Statement Describe(Finding finding)
    {
        SocketsFinding found = (SocketsFinding)finding;
        string beside = found.Group is not { } group ? ""
            : $" With a listener for each process ({found.GroupSockets} counted) it was {group.MarkedText}.";
        return new Statement(
            Heading,
            $"{Words.Sentence(found.Own.Cell.Label)} ({found.Conditions}): SO_REUSEPORT was set, and {found.Processes} "
                + $"process{(found.Processes == 1 ? "" : "es")} shared {Words.Count(found.Sockets, "listening socket")}, "
                + $"by the kernel's table. {found.Measure.What}: {found.Own.MarkedText}.{beside}");
    }

    public IEnumerable<Section> Sections(TopicMaterial material) => [new Section("How many sockets listened?", [.. Blocks(material)])];

    private IEnumerable<Block> Blocks(TopicMaterial material)
    {
        MeasuredCell[] cells =
        [
            .. material.Run.Cells.Where(c => c.Series.Program is null && SocketsOf(c) is not null).OrderBy(c => c.Conditions.Experiment, StringComparer.Ordinal)
                .ThenBy(c => c.Series).ThenBy(c => c.Workers),
        ];
        if (!cells.Any(c => c.Cell.Server.Variant == Variant.Inherited))
        {
            yield break;
        }

        yield return new Paragraph(
            "A server that opens its socket once and forks has one listener, whatever options it sets: SO_REUSEPORT on one socket is a group of one. Its "
                + "processes wait for that socket as the threads of shared do. A group takes a socket for each process, opened by itself.");
        yield return new Table(
            "Listening sockets on the server's port, told apart by their inodes, over all of its processes, when it was ready. "
                + $"{material.Run.Provenance.Of(cells)}",
            ["Experiment", "Variant", "Workers", "Processes", "SO_REUSEPORT", "Sockets", "Sockets meant"],
            [
                .. cells.GroupBy(c => (c.Conditions.Experiment, c.Series, c.Workers)).Select(g => (IReadOnlyList<string>)
                [
                    g.Key.Experiment,
                    g.Key.Series.Label,
                    $"{g.Key.Workers}",
                    $"{g.First().Cell.Server.ServingProcesses}",
                    g.First().Cell.Server.EffectiveReusePort ? "on" : "off",
                    string.Join(", ", g.Select(c => $"{SocketsOf(c)}").Distinct()),
                    string.Join(", ", g.Select(c => $"{c.Row.ListenersMeant}").Distinct()),
                ]),
            ]);
        foreach (Block full in material.InFull(Name))
        {
            yield return full;
        }
    }

    /// <returns>As many as were counted; null where none were, as in a run of an earlier version.</returns>
    private static int? SocketsOf(MeasuredCell cell) => cell.Row is { ListenersMeant: not null, Listeners: > 0 } row ? row.Listeners : null;

    /// <summary>As many processes, each with a listener of its own, under the same conditions.</summary>
    private static bool IsGroupBeside(MeasuredCell cell, MeasuredCell inherited) =>
        cell.Cell.Server is { Program: null, Variant: Variant.Reuseport, Selector: Selector.Hash, Accept: AcceptMode.Epoll } server
        && server.Processes == inherited.Workers && cell.Workers == inherited.Workers && cell.Conditions.Equals(inherited.Conditions);
}

/// <summary>What processes that share one listener were measured at, beside as many with a listener each.</summary>
public sealed record SocketsFinding : Finding
{
    /// <summary>Listening sockets that were counted.</summary>
    public required int Sockets { get; init; }

    public required int Processes { get; init; }

    public required Measure Measure { get; init; }

    public required Estimate Own { get; init; }

    /// <summary>Of a listener for each process; null where the run has none beside it.</summary>
    public Estimate? Group { get; init; }

    public int? GroupSockets { get; init; }
}
