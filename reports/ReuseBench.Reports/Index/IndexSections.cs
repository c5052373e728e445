using System.Globalization;
using ReuseBench.Core.Csv;
using ReuseBench.Core.Statistics;
using ReuseBench.Core.Units;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Comparison;
using ReuseBench.Reports.Document;
using ReuseBench.Reports.Wording;

namespace ReuseBench.Reports.Index;

/// <summary>What an index says, section by section.</summary>
internal static class IndexSections
{
    private const int MostSentences = 6;

    /// <summary>Of a trend table; a full matrix has some hundred cells.</summary>
    private const int MostTrends = 300;

    private const int MostLeftOut = 200;

    private const int MostDifferences = 4;

    private const string None = "–";

    /// <summary>The figures that a run is listed by, each of one metric and unit, so that only what can be compared is.</summary>
    private static readonly Best[] Bests =
    [
        new("Highest throughput", "connections/s", Figure.Connections.Key),
        new("Highest throughput", "requests/s", Figure.Requests.Key),
        new("Lowest p99 latency", "µs", LatencyTail.Key(99)),
        new("Shortest restart gap", "ms", "gap_p50_ms"),
    ];

    /// <summary>The first screen.</summary>
    public static Lead First(Trends trends, int leftOut)
    {
        IndexedRun[] runs = [.. trends.Hosts.SelectMany(h => h.Runs).OrderBy(r => r.Started)];
        (IndexedHost Host, Trend Trend)[] changed =
            [.. trends.Hosts.SelectMany(h => h.Trends.Where(t => t.Changes.Count > 0), (h, t) => (h, t)).OrderByDescending(c => c.t.LargestChange)];
        List<string> results = [];
        if (runs.Length == 0)
        {
            results.Add("No run was found.");
        }
        else
        {
            results.Add($"{Words.Count(runs.Length, "run")} of {Words.Count(trends.Hosts.Count, "host")}, from {runs[0].Date} to {runs[^1].Date}.");
        }

        results.AddRange(changed.Take(MostSentences).Select(c => $"{c.Host.Name}: {Sentence(c.Trend, c.Trend.Changes[^1])}"));
        if (changed.Length > MostSentences)
        {
            results.Add($"{Words.Count(changed.Length - MostSentences, "more figure")} changed; see the trends.");
        }

        results.AddRange(Tested(trends, changed.Length));
        return new Lead("What did the runs find, and what changed over time?", results, [],
        [
            new Tile($"{runs.Length}", runs.Length == 1 ? "run" : "runs"),
            new Tile($"{trends.Hosts.Count}", trends.Hosts.Count == 1 ? "host" : "hosts"),
            new Tile($"{changed.Length}", changed.Length == 1 ? "changed figure" : "changed figures"),
            .. leftOut > 0 ? [new Tile($"{leftOut}", leftOut == 1 ? "folder left out" : "folders left out")] : Array.Empty<Tile>(),
        ]);
    }

    /// <summary>The newest first.</summary>
    public static Section Runs(Trends trends)
    {
        Best[] shown = [.. Bests.Where(b => trends.Hosts.Any(h => h.Runs.Any(r => r.Cells.Any(b.IsOf))))];
        return new Section("Runs", trends.Hosts.Count == 0 ? [] : [RunTable(trends, shown)]);
    }

    private static Table RunTable(Trends trends, Best[] shown) =>
        new(
            "The newest run first. A headline figure is the best median of the run's cells; whether that cell is ahead of the others is in the run's report. "
            + "Then its repeats by verdict, and the thresholds that it was held to. * limited: valid with caveats; ≥ or ≤: a bound.",
            [
                new Column("Run (UTC)") { IsNumber = false }, new Column("Host"), new Column("Kernel"), new Column("Matrix"), new Column("Version"),
                .. shown.Select(b => new Column(b.Name) { Unit = b.Unit, IsNumber = false }), new Column("valid") { IsNumber = true },
                new Column("limited") { IsNumber = true }, new Column("invalid") { IsNumber = true }, new Column("Thresholds"), new Column("Status"),
            ],
            [.. trends.Hosts.SelectMany(h => h.Runs, (h, r) => Row(h, r, shown)).OrderByDescending(r => r.Started).Select(r => r.Entries)]);

    /// <summary>Over the runs of one host.</summary>
    /// <param name="host">With its trends.</param>
    /// <param name="trends">All of the page.</param>
    /// <param name="chart">Null where none was drawn.</param>
    public static Section Host(IndexedHost host, Trends trends, Picture? chart)
    {
        string title = $"{host.Name}: {host.Label}";
        string id = $"host-{host.Number}";
        if (host.Trends.Count == 0)
        {
            return new Section(title, [new Paragraph("No cell has a valid figure in two runs: there is no trend yet.")]) { Id = id };
        }

        Trend[] ordered = [.. host.Trends.OrderByDescending(t => t.LargestChange).ThenBy(t => t.Cell.Purpose is Figures.Fairness)];
        string[] sentences = [.. ordered.SelectMany(t => t.Changes.Select(c => Sentence(t, c)))];
        return new Section(title,
        [
            sentences.Length == 0
                ? new Paragraph($"No change found in {Words.Count(host.Trends.Count(t => t.Points.Count >= trends.FewestRuns), "figure")} with "
                    + $"{trends.FewestRuns} runs or more.")
                : new Bullets([.. sentences.Take(2 * MostSentences), .. sentences.Length > 2 * MostSentences
                    ? [$"{sentences.Length - (2 * MostSentences)} more in the table."] : Array.Empty<string>()]),
            .. chart is null ? [] : (Block[])[chart],
            new Fold($"All {Words.Count(host.Trends.Count, "figure")} over the runs of {host.Name}", [TrendTable(ordered, trends)]),
        ])
        { Id = id };
    }

    /// <summary>The newest two runs of one host and matrix.</summary>
    /// <param name="host">Theirs.</param>
    /// <param name="comparison">Of the newest with the one before.</param>
    /// <param name="runs">All of that matrix, the newest first.</param>
    /// <param name="chart">Null where none was drawn.</param>
    public static IEnumerable<Block> Comparison(IndexedHost host, RunComparison comparison, IReadOnlyList<IndexedRun> runs, Picture? chart)
    {
        yield return new Subheading($"{host.Name}, {runs[0].Matrix}: {runs[0].RunId} against {runs[1].RunId}");
        yield return new Paragraph(ComparisonText.Headline(comparison) + ".");
        if (chart is not null)
        {
            yield return chart;
        }

        yield return new Fold("Every cell", [
            new Table("Worst first.", [.. ComparisonText.Header(comparison)], [.. ComparisonText.Rows(comparison)]),
            new Bullets([.. ComparisonText.Notes(comparison)])]);
        yield return new Fold("Compare two others", [
            new Paragraph("Any two runs of one host: name the earlier one first. A table of them all stands above."),
            new Code(string.Join('\n', runs.Skip(1).Take(10).Select(r => ShellWords.Join(["reusebench", "compare", r.Path, runs[0].Path])))),
        ]);
    }

    public static Section LeftOut(IReadOnlyList<LeftOutFolder> folders) => new("Left out", folders.Count == 0 ? [] :
    [
        new Table(
            "Folders that are no runs, or whose files cannot be read.",
            ["Folder", "Reason"],
            [.. folders.Take(MostLeftOut).Select(f => (IReadOnlyList<string>)[TextFromOutside.Clip(f.Path, 120), TextFromOutside.Clip(f.Reason, 300)])]),
        .. folders.Count > MostLeftOut ? [new Paragraph($"{folders.Count - MostLeftOut} more are not listed.")] : Array.Empty<Block>(),
    ]);

    public static Section Reading(Trends trends) => new("How to read this page", trends.Hosts.Count == 0 ? [] :
    [
        new Bullets([
            "A host is known by its machine and how it was used: CPU model and count, cores, hypervisor, CPUs of server and clients, isolation. Its name is "
                + "not recorded, so two alike machines are one host here. Runs of different hosts are never in one trend.",
            "A cell is followed over all runs of a host that have it, whatever their matrix: equal settings are one cell.",
            $"A change is where the level of the medians' logarithms differs before and after: the largest weighted difference of means (CUSUM), with a "
                + $"p-value from permutations of the order of the runs. On the whole page a change is claimed where none is with at most "
                + $"{Words.Percent(Trends.Alpha)}; a series with a change is cut there, and both parts are tested at half the level. One odd run is no change, "
                + "and the newest run alone is never one: the comparison says what it differs in.",
            "What stands beside a change (kernel, commit, settings) is what else differed between the run before it and the run after; it need not be the "
                + "cause.",
        ]),
    ]);

    private static IEnumerable<string> Tested(Trends trends, int changed)
    {
        int all = trends.All.Count();
        int tested = trends.Tested.Count();
        if (all == 0)
        {
            yield return "No cell was measured twice on one host: there is no trend yet.";
        }
        else if (tested == 0)
        {
            yield return $"Too few runs to find a change: with {Words.Count(all, "figure")} it takes {trends.FewestRuns} runs of one.";
        }
        else if (tested > changed || all > tested)
        {
            yield return (changed == 0 ? "No change found" : "No other change found")
                + $" in {Words.Count(tested - changed, "figure")}"
                + (all > tested ? $"; {all - tested} more have fewer than {trends.FewestRuns} runs" : "") + ".";
        }
    }

    /// <summary>Such as <c>reuseport, 4 workers (throughput, connect …): throughput is 12.0 % lower from 2026-07-30 on; commit a and b differ</c>.</summary>
    private static string Sentence(Trend trend, ChangePoint change)
    {
        IndexedCell cell = trend.Cell;
        double ratio = Math.Exp(change.After - change.Before);
        bool isWorse = cell.Figure.Better == Better.Higher ? ratio < 1 : ratio > 1;
        string how = Math.Abs(ratio - 1) < ComparisonOptions.DefaultMargin ? $", which is within the margin of {Words.Percent(ComparisonOptions.DefaultMargin)}"
            : cell.Figure.Better == Better.Neither ? "" : isWorse ? ", which is worse" : ", which is better";
        (string What, string? Before, string? After)[] differences = [.. trend.DifferencesAt(change)];
        string beside = differences.Length == 0 ? "no other condition of the two runs beside it differs"
            : "also different: " + string.Join(", ", differences.Take(MostDifferences).Select(Difference))
                + (differences.Length > MostDifferences ? $" and {differences.Length - MostDifferences} more" : "");
        return $"{cell.Label} ({cell.Conditions}): {Name(cell)} is {Words.Percent(Math.Abs(ratio - 1))} {(ratio < 1 ? "lower" : "higher")} from "
            + $"{trend.Points[change.At].Run.Date} on{how}; {beside}.";
    }

    private static string Difference((string What, string? Before, string? After) difference) =>
        $"{difference.What} ({Short(difference, difference.Before)} → {Short(difference, difference.After)})";

    /// <summary>As much of a value as tells two apart: of a commit the first ten digits.</summary>
    private static string Short((string What, string? Before, string? After) of, string? value) =>
        value is null ? "unknown" : of.What == "commit" ? value[..Math.Min(value.Length, 10)] : TextFromOutside.Clip(value, 16);

    private static Table TrendTable(Trend[] trends, Trends all) => new(
        "Medians of the valid repeats. A change: the first run after it, how much, and the p-value of its test"
        + (trends.Length > MostTrends ? $". Of {trends.Length} figures {MostTrends} are shown, those that changed first." : "."),
        [
            new Column("Cell"), new Column("Load"), new Column("Figure"), new Column("Runs"), new Column("First") { IsNumber = true },
            new Column("Newest") { IsNumber = true }, new Column("Newest over first") { IsNumber = true }, new Column("Change"),
        ],
        [
            .. trends.Take(MostTrends).Select(t => (IReadOnlyList<Entry>)
            [
                t.Cell.Label, t.Cell.Conditions, Name(t.Cell), $"{t.Points.Count}",
                new Entry(t.Points[0].Cell.Text) { Sort = t.Points[0].Cell.Median }, new Entry(t.Cell.Text) { Sort = t.Cell.Median },
                t.NewestToFirst.ToString("0.000", CultureInfo.InvariantCulture),
                t.Points.Count < all.FewestRuns ? $"not told: fewer than {all.FewestRuns} runs"
                    : t.Changes.Count == 0 ? "none found" : string.Join("; ", t.Changes.Select(c => Change(t, c))),
            ]),
        ]);

    private static string Change(Trend trend, ChangePoint change)
    {
        double relative = Math.Exp(change.After - change.Before) - 1;
        return $"{trend.Points[change.At].Run.Date}: {(relative < 0 ? "−" : "+")}{Words.Percent(Math.Abs(relative))} (p = {Words.P(change.P)})";
    }

    private static (DateTime Started, IReadOnlyList<Entry> Entries) Row(IndexedHost host, IndexedRun run, Best[] shown) => (run.Started,
    [
        new Entry(run.Started.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)) { Link = run.Link },
        new Entry(host.Name) { Link = $"#host-{host.Number}" },
        TextFromOutside.Clip(run.Host.Kernel ?? None, 40),
        TextFromOutside.Clip(run.Matrix),
        TextFromOutside.Clip(run.Version, 40),
        .. shown.Select(b => Headline(run, b)),
        $"{run.Verdicts.Valid}",
        $"{run.Verdicts.Limited}",
        $"{run.Verdicts.Invalid}",
        Thresholds(run),
        Names.Of(run.Status),
    ]);

    /// <summary>The best median of the cells that have the figure, with who had it; the unit stands in the head.</summary>
    private static Entry Headline(IndexedRun run, Best figure)
    {
        IndexedCell[] cells = [.. run.Cells.Where(figure.IsOf)];
        IndexedCell? best = cells.Any(c => c.Figure.Better == Better.Higher) ? cells.MaxBy(c => c.Median) : cells.MinBy(c => c.Median);
        return best is null
            ? new Entry(None)
            : new Entry($"{best.Bound}{Quantity.Number(best.Median, 1)}{best.Star} ({best.Label})") { Sort = best.Median };
    }

    private static string Thresholds(IndexedRun run)
    {
        int failed = run.Thresholds.Count(t => t == ExpectationStanding.Fail);
        int untold = run.Thresholds.Count(t => t == ExpectationStanding.Undecided);
        return run.Thresholds.Count == 0 ? None
            : failed + untold == 0 ? $"✓ {run.Thresholds.Count} hold"
            : string.Join(", ", new[] { failed > 0 ? $"✗ {failed} missed" : null, untold > 0 ? $"? {untold} cannot be decided" : null }.OfType<string>());
    }

    /// <summary>In words, within a sentence.</summary>
    private static string Name(IndexedCell cell) => char.ToLowerInvariant(cell.Figure.Name[0]) + cell.Figure.Name[1..];

    /// <param name="Name">Of the column, without the unit.</param>
    /// <param name="Unit">Of the figure.</param>
    /// <param name="Key">Of the figure: its column in the tables.</param>
    private sealed record Best(string Name, string Unit, string Key)
    {
        public bool IsOf(IndexedCell cell) => cell.Figure.Key == Key;
    }
}
