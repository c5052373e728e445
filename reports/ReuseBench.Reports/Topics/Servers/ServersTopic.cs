using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Core.Statistics;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Data;
using ReuseBench.Reports.Document;
using ReuseBench.Reports.Wording;

namespace ReuseBench.Reports.Topics.Servers;

/// <summary>Servers of somebody else: their versions, the sockets that were counted, and what they were told.</summary>
public sealed class ServersTopic : ITopic
{
    public string Name => "servers";

    /// <summary>None alone: their cells are shown by the topics of what they are run for.</summary>
    public IReadOnlyCollection<Experiment> Experiments { get; } = [];

    public IEnumerable<Section> Sections(TopicMaterial material) => [new Section("Servers of somebody else", [.. Blocks(material.Run)])];

    private static IEnumerable<Block> Blocks(RunAnalysis run)
    {
        IGrouping<Series, MeasuredCell>[] servers = [.. run.Cells.Where(c => c.Series.Program is not null).GroupBy(c => c.Series).OrderBy(g => g.Key)];
        if (servers.Length == 0)
        {
            yield break;
        }

        yield return new Paragraph("Each is what this host has installed, with the smallest configuration that serves. Such a server does more for a request "
            + "than ours, so that a difference is one of programs, not of listening alone. It tells neither its connections nor its requests: these are the "
            + "swarm's, held against the kernel's handshakes, and where the rights allow it against the accepts that the kernel's tracepoints see. "
            + "The listening sockets are counted by their inodes, over all of its processes, before anything is measured.");
        yield return new Table(
            "Sockets: how many listened on the port, and how many the mode means; a repeat where these differ is invalid (not-the-mode). Connections "
                + "max/mean: of the busiest worker, by the header of the responses, the median of the valid repeats with a connection for each request. "
                + "Accepts max/mean: of the worker that accepts most, by the tracepoints; it may hand on what it accepts. Reloads: how often it was told. "
                + "Counts: in how many repeats those of swarm, kernel and server agree.",
            [
                "Server", "Version", "Workers", "Sockets", "Sockets meant", "Repeats", "Not in the mode", "Reloads", "Connections max/mean",
                "Accepts max/mean", "Counts",
            ],
            [.. servers.SelectMany(s => s.GroupBy(c => c.Workers).OrderBy(w => w.Key).Select(w => Row(s.Key, w.Key, [.. w.SelectMany(c => c.Repeats)])))]);
        foreach (PlannedServer server in run.Data.Manifest?.Servers ?? [])
        {
            yield return new Fold(
                $"What {Path.GetFileNameWithoutExtension(server.Server)} was told in the mode {server.Mode}",
                [
                    new Paragraph("Words in braces were replaced for each repeat; the files of each are in logs/servers."),
                    new Code(string.Join(' ', server.Command)),
                    .. server.Files.SelectMany(f => new Block[] { new Paragraph($"{f.Key}:"), new Code(f.Value) }),
                ]);
        }
    }

    private static IReadOnlyList<string> Row(Series series, int workers, MeasuredRepeat[] repeats)
    {
        ResultRow[] rows = [.. repeats.Select(r => r.Row).Where(r => r.ServerVersion is not null)];
        return
        [
            series.Label,
            rows.Length == 0 ? "–" : string.Join(", ", rows.Select(r => r.ServerVersion!).Distinct()),
            $"{workers}",
            rows.Length == 0 ? "–" : string.Join(", ", rows.Select(r => $"{r.Listeners}").Distinct()),
            rows.Length == 0 ? "–" : string.Join(", ", rows.Select(r => $"{r.ListenersMeant}").Distinct()),
            $"{rows.Length}",
            $"{rows.Count(r => r.Listeners != r.ListenersMeant)}",
            $"{repeats.Sum(Reloads)}",
            Evenness(repeats, row => row.AcceptedMaxOverMean),
            Evenness(repeats, row => row.AcceptsMaxOverMean),
            Counts(rows),
        ];
    }

    private static string Evenness(MeasuredRepeat[] repeats, Func<ResultRow, double?> of)
    {
        IEnumerable<MeasuredRepeat> single = repeats.Where(r => r.IsValid(Figures.Fairness) && r.Row.Cell.Load.Workload.IsConnect);
        return Sample.Of(single.Select(r => of(r.Row)).OfType<double>()) is { } sample ? Quantity.OverMean.Text(sample.Median) : "–";
    }

    private static int Reloads(MeasuredRepeat repeat) => repeat.Restarts.Count(r => r.Status == RestartStatus.Measured)
        * (RestartRules.IsBurst(repeat.Row.Cell.Restart) ? repeat.Row.Cell.Restart!.Count : 1);

    /// <summary>Such as <c>9 of 12 agree; at full load nobody counts</c>.</summary>
    private static string Counts(ResultRow[] rows)
    {
        string[] why = [.. rows.Select(r => r.AcceptsUntold).OfType<string>().Distinct()];
        return string.Join("; ", [$"{rows.Count(r => r.CountsAgree == true)} of {rows.Count(r => r.CountsAgree is not null)} agree", .. why]);
    }
}
