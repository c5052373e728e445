using System.Globalization;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Core.Units;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Document;
using ReuseBench.Reports.Wording;

namespace ReuseBench.Reports.Topics.Hosts;

/// <summary>A run over several machines: which did what, how exactly their clocks are known, and how far apart they began.</summary>
public sealed class HostsTopic : ITopic
{
    private const double UsPerMs = 1000;

    public string Name => "hosts";

    /// <summary>It shows no cells: those of a run over several hosts are shown as any others.</summary>
    public IReadOnlyCollection<Experiment> Experiments => [];

    public IEnumerable<Section> Sections(TopicMaterial material)
    {
        IReadOnlyList<HostRow> rows = material.Run.Data.Table<HostRow>();
        return [new Section("The hosts", rows.Count == 0 ? [] : [.. Blocks(material.Run, rows)])];
    }

    private static IEnumerable<Block> Blocks(RunAnalysis run, IReadOnlyList<HostRow> rows)
    {
        ResultRow[] repeats = [.. run.Data.Cells.SelectMany(c => c.Repeats).Select(r => r.Row).Where(r => r.ServerHost is not null)];
        string[] networks = [.. repeats.Select(r => r.Network).OfType<string>().Distinct()];
        double[] spreads = [.. repeats.Select(r => r.StartSpreadUs).OfType<double>().Order()];
        int lost = repeats.Sum(r => r.HostsLost ?? 0);
        yield return new Paragraph(
            $"The server ran on {Words.Listed([.. NamesOf(rows, HostRole.Server)])}, the swarm on {Words.Listed([.. NamesOf(rows, HostRole.Swarm)])}"
            + (networks.Length > 0 ? $" ({Words.Listed(networks)} between them)" : "")
            + (spreads.Length > 0 ? $". The swarms of a repeat began {Time(Median(spreads))} apart (median; at most {Time(spreads[^1])})" : "")
            + (lost > 0 ? $". Hosts were lost {Words.Count(lost, "time")}; those repeats were tried again." : ". No host was lost."));
        yield return new Table(
            "One line for each host, over all repeats: medians, and the worst of the clock bounds and of the late starts. Percentiles of a repeat come from "
                + $"the sum of all hosts' histograms. From {Tables.Hosts.FileName}.",
            ["Host", "Role", "Address", "Repeats", "Lost", "Responses", "Start late by", "Clock known to ±", "Clock", "Round trip", "Own reasons"],
            [
                .. rows.GroupBy(r => (r.Host, r.Role)).OrderBy(g => g.Key.Role).ThenBy(g => g.Key.Host, StringComparer.Ordinal)
                    .Select(g => Line(run, g.Key.Host, [.. g])),
            ]);
    }

    private static IReadOnlyList<string> Line(RunAnalysis run, string host, HostRow[] rows)
    {
        LabHost? known = run.Data.Manifest?.Hosts?.Hosts.FirstOrDefault(h => h.Name == host);
        return
        [
            host,
            Names.Of(rows[0].Role),
            known?.Address ?? "",
            $"{rows.Length}",
            $"{rows.Count(r => r.Lost)}",
            rows.Any(r => r.Requests is not null) ? rows.Sum(r => r.Requests ?? 0).ToString("N0", CultureInfo.InvariantCulture) : "",
            Of(rows, r => r.StartErrorUs) is { Length: > 0 } late ? $"{Time(Median(late))} (at most {Time(late[^1])})" : "",
            Of(rows, r => r.ClockBoundUs) is { Length: > 0 } bounds ? Time(bounds[^1]) : "",
            rows.Select(r => r.ClockState).OfType<string>().FirstOrDefault() ?? "",
            Of(rows, r => r.RttP50Us) is { Length: > 0 } trips ? Time(Median(trips)) : "",
            string.Join(", ", rows.SelectMany(r => (r.OwnReasons ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries)).CountBy(c => c)
                .OrderByDescending(c => c.Value).Select(c => $"{c.Key} ({c.Value})")),
        ];
    }

    private static IEnumerable<string> NamesOf(IEnumerable<HostRow> rows, HostRole role) => rows.Where(r => r.Role == role).Select(r => r.Host).Distinct();

    /// <summary>Ascending.</summary>
    private static double[] Of(IEnumerable<HostRow> rows, Func<HostRow, double?> value) => [.. rows.Select(value).OfType<double>().Order()];

    private static double Median(double[] ascending) => (ascending[(ascending.Length - 1) / 2] + ascending[ascending.Length / 2]) / 2;

    private static string Time(double us) => us < UsPerMs ? Quantity.Microseconds.Text(us) : Quantity.Milliseconds.Text(us / UsPerMs);
}
