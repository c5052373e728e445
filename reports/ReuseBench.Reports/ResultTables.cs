using ReuseBench.Core.Cells;
using ReuseBench.Core.Statistics;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Data;
using ReuseBench.Reports.Findings;
using ReuseBench.Reports.Topics;
using ReuseBench.Reports.Topics.Restart;
using ReuseBench.Reports.Wording;

namespace ReuseBench.Reports;

/// <summary>What one experiment of a run measured, as the terminal shows it. A column is there only where a row has something in it.</summary>
/// <param name="Experiment">Its name, such as <c>throughput</c>; <c>fairness, accept-only probe</c> where no server answered.</param>
/// <param name="Columns">From left to right.</param>
/// <param name="Rows">In the order of the report.</param>
/// <param name="Verdicts">What became of its repeats, such as <c>12 repeats: 10 valid, 2 limited</c>; empty where they have no verdict.</param>
public sealed record ResultTable(string Experiment, IReadOnlyList<ResultColumn> Columns, IReadOnlyList<ResultLine> Rows, string Verdicts)
{
    /// <summary>What a reader has to know of two columns that seem to contradict each other; empty where none do.</summary>
    public string Note { get; init; } = "";
}

/// <param name="Title">Its head.</param>
/// <param name="IsNumber">Whether it is aligned to the right.</param>
public sealed record ResultColumn(string Title, bool IsNumber)
{
    /// <summary>Where a table is too wide, columns are left out in this order, the lowest first; null for one that is never left out.</summary>
    public int? Spared { get; init; }

    /// <summary>Whether its texts are of several words and may be broken between them.</summary>
    public bool Wraps { get; init; }

    /// <summary>What stands in it, for who does not know; empty where the title says it.</summary>
    public string Meaning { get; init; } = "";
}

/// <param name="Load">What holds for the row and its neighbours, such as <c>connect, closed loop, 64 connections</c>; empty for none.</param>
/// <param name="Texts">One for each column; empty for none.</param>
public sealed record ResultLine(string Load, IReadOnlyList<string> Texts);

/// <summary>Makes them.</summary>
internal static class ResultTables
{
    private const string Repeats = "n";
    private const int RepeatsSpared = 4;
    private const string MeaningOfRepeats = "valid repeats, of all that were taken where some are not";

    /// <summary>Every column that a table of cells may have. What a cell does not have is null, and a column without a value is left out.</summary>
    private static readonly Column[] OfCells =
    [
        new("variant", false, (c, _) => IsRestart(c) ? null : c.Series.Label),
        new("method", false, (c, _) => IsRestart(c) ? RestartLabel.Split(c.Cell).Method : null),
        new("workers", true, (c, _) => IsRestart(c) || c.IsAcceptOnly ? null : $"{c.Workers}"),
        new("listeners", true, (c, _) => c.IsAcceptOnly ? $"{c.Workers}" : null),
        new("throughput", true, (c, known) => c.IsAcceptOnly || IsRestart(c) ? null : Shown(known.Run.Throughput(c))),
        new("× best (95 %)", true, (c, known) => c.Is(Experiment.Throughput) ? ToBest(c, Figure.Throughput(c.Conditions).Key, known) : null)
        {
            Spared = 6,
            Meaning = "the figure over the best one's, and the interval that holds for all ratios of the report at once",
        },
        new("CPU/request", true, (c, known) => c.Is(Experiment.Throughput) ? Shown(known.Run.Median(c, Figure.ServerCpuPerRequest)) : null)
        {
            Spared = 1,
            Meaning = "CPU time that the server uses for a request",
        },
        new("p50", true, (c, known) => Percentile(c, known.Run, 50)) { Spared = 2 },
        new("p99", true, (c, known) => Percentile(c, known.Run, 99)),
        new("× lowest p99 (95 %)", true, (c, known) => c.Is(Experiment.Latency) ? ToBest(c, LatencyTail.Key(99), known) : null)
        {
            Spared = 5,
            Meaning = "the figure over the lowest one, likewise",
        },
        new("gap", true, (c, known) => IsRestart(c) ? known.Run.Of(c, GapSummary.Of).Marked : null)
        {
            Meaning = "for how long clients could not connect, or had no response",
        },
        new("connections", true, (c, _) => c.IsAcceptOnly ? Accepted(c) : null),
        new("max/mean", true, (c, known) => c.Is(Experiment.Throughput) || c.Is(Experiment.Latency)
            ? null : Shown(known.Run.Median(c, Figure.AcceptedMaxOverMean)))
        {
            Meaning = "connections of the busiest worker or listener over the mean of all; 1 is even",
        },
        new("by chance", true, (c, _) => c.IsAcceptOnly ? ByChance(c) : null) { Spared = 3, Meaning = "the same of an ideal hash, on average" },
        new(Repeats, true, (c, _) => CellWords.Repeats(c, CellWords.MeasuredFor(c))) { Spared = RepeatsSpared, Meaning = MeaningOfRepeats },
        new("verdict", false, (c, _) => CellWords.Grades(c)) { Wraps = true },
    ];

    /// <summary>Topics whose cells have none of these figures: their findings are their rows.</summary>
    private static readonly TopicColumns[] OfFindings =
    [
        new("affinity", [
            new("change", false, (f, _) => Topics.Affinity.AffinityShare.Words(f.Conditions)),
            new("listeners", false, (_, e) => e.Label.Replace(" listeners (", " (", StringComparison.Ordinal)),
            new("kept", true, (_, e) => Percent(e.Value)) { Meaning = "client addresses and ports that keep their listener over the change" },
            new("rule", true, (_, e) => Percent(e.Expected)) { Meaning = "the same by the kernel's rule" },
            new(Repeats, true, (_, e) => $"{e.Repeats}"),
        ]),
        new("stall", [
            new("server", false, (_, e) => e.Label),
            new("requests that wait", true, (_, e) => Percent(e.Value)),
            new("one worker's share", true, (_, e) => Percent(e.Expected)),
            new(Repeats, true, (_, e) => $"{e.Repeats}"),
        ]),
        new("semantics", [
            new("cases tried", true, (_, e) => $"{e.Repeats}"),
            new("otherwise than documented", true, (_, e) => $"{e.Value:0}"),
        ]),
    ];

    /// <summary>Whether all that a topic finds is in its table: then no sentence need say it again.</summary>
    public static bool IsWhole(string topic) => OfFindings.Any(o => o.Topic == topic);

    /// <param name="run">What is known.</param>
    /// <param name="findings">Its findings.</param>
    public static IReadOnlyList<ResultTable> Of(RunAnalysis run, IEnumerable<Finding> findings)
    {
        Finding[] all = [.. findings];
        ILookup<string, Finding> byTopic = all.ToLookup(f => f.Topic);
        Known known = Known.Of(run, all);
        return
        [
            .. run.Cells.Where(c => !IsWhole(c.Conditions.Experiment)).GroupBy(c => (c.Cell.Experiment, c.IsAcceptOnly))
                .OrderBy(g => OrderOf(g.Key.Experiment)).ThenBy(g => g.Key.IsAcceptOnly)
                .Select(g => OfExperiment(g.Key.IsAcceptOnly ? $"{g.Key.Experiment}, accept-only probe" : g.Key.Experiment.Name, [.. g], known)),
            .. OfFindings.Where(o => byTopic[o.Topic].Any()).Select(o => OfTopic(o, [.. byTopic[o.Topic]], run)),
        ];
    }

    /// <summary>As in the report; an experiment without a topic comes last.</summary>
    private static int OrderOf(Experiment experiment) => TopicRegistry.All.TakeWhile(t => !t.Experiments.Contains(experiment)).Count();

    private static ResultTable OfExperiment(string name, MeasuredCell[] cells, Known known)
    {
        cells = IsRestart(cells[0]) ? [.. RestartLabel.Order(cells, c => c)] : cells;
        (Column Column, string?[] Texts)[] columns = [.. OfCells.Select(c => (c, Texts: cells.Select(cell => c.Text(cell, known)).ToArray()))
            .Where(c => c.Texts.Any(t => t is not null))];
        return new ResultTable(
            name,
            [
                .. columns.Select(c => new ResultColumn(c.Column.Title, c.Column.IsNumber)
                {
                    Spared = c.Column.Spared, Wraps = c.Column.Wraps, Meaning = c.Column.Meaning,
                }),
            ],
            [.. cells.Select((cell, i) => new ResultLine(CellLabels.LoadOf(cell.Cell, cell.Conditions), [.. columns.Select(c => c.Texts[i] ?? "")]))],
            Verdicts(cells))
        {
            Note = cells.Any(c => known.Reversed.Contains(c.Id)) ? $"×: {RankingWords.ByMean}; a median may order otherwise" : "",
        };
    }

    private static ResultTable OfTopic(TopicColumns topic, Finding[] findings, RunAnalysis run) => new(
        topic.Topic,
        [
            .. topic.Columns.Select(c => new ResultColumn(c.Title, c.IsNumber)
            {
                Spared = c.Title == Repeats ? RepeatsSpared : null, Meaning = c.Title == Repeats ? MeaningOfRepeats : c.Meaning,
            }),
        ],
        [
            .. from finding in findings
               from estimate in finding.Estimates
               select new ResultLine("", [.. topic.Columns.Select(c => c.Text(finding, estimate))]),
        ],
        Verdicts(run.Cells.Where(c => c.Conditions.Experiment == topic.Topic)));

    private static string Percent(double? share) => share is double value ? Words.Percent(value) : "";

    private static string Verdicts(IEnumerable<MeasuredCell> cells) =>
        VerdictTally.Of(cells) is { All: > 0 } counts ? $"{Words.Count(counts.All, "repeat")}: {counts}" : "";

    private static bool IsRestart(MeasuredCell cell) => cell.Is(Experiment.Restart);

    private static string? Shown(Estimate estimate) => estimate.Value is null ? null : estimate.Short;

    private static string? Percentile(MeasuredCell cell, RunAnalysis run, double percentile) =>
        cell.IsAcceptOnly || IsRestart(cell) || !LatencyTail.IsLatency(cell.Conditions, percentile) || cell.Is(Experiment.Throughput)
            ? null : Shown(run.Latency(cell).Percentile(percentile));

    /// <summary>The ratio to the best that the ranking of the report gives, with its interval; null where the ranking does not compare the cell.</summary>
    private static string? ToBest(MeasuredCell cell, string metric, Known known) =>
        known.Ranked.GetValueOrDefault((metric, cell.Id)) is not { RatioToBest: double ratio, RatioLow: double low, RatioHigh: double high } ? null
            : (ratio, low, high) is (1, 1, 1) ? "1"
            : $"{RankingWords.Ratio(ratio)} ({RankingWords.Ratio(low)} to {RankingWords.Ratio(high)})";

    private static string? Accepted(MeasuredCell cell) =>
        cell.Valid(Figures.Fairness).Sum(r => r.Listeners.Sum(l => l.Accepted)) is > 0 and var all ? $"{all}" : null;

    /// <summary>Median over the repeats, as the figure beside it.</summary>
    private static string? ByChance(MeasuredCell cell) =>
        Sample.Of(cell.Valid(Figures.Fairness).Select(r => r.Chance.ChoicesMaxOverMeanExpected).OfType<double>()) is { } sample
            ? Quantity.OverMean.Text(sample.Median)
            : null;

    /// <summary>What columns are made from.</summary>
    /// <param name="Run">The run.</param>
    /// <param name="Ranked">What the rankings say of a cell, by metric and id.</param>
    /// <param name="Reversed">Cells of rankings whose ratios have another order than their medians.</param>
    private sealed record Known(RunAnalysis Run, Dictionary<(string Metric, string CellId), FindingEstimate> Ranked, HashSet<string> Reversed)
    {
        public static Known Of(RunAnalysis run, Finding[] findings)
        {
            Dictionary<(string Metric, string CellId), FindingEstimate> ranked = [];
            HashSet<string> reversed = [];
            foreach (RankingFinding ranking in findings.OfType<RankingFinding>())
            {
                if (ranking.Metric != Figure.ServerCpuPerRequest.Key && Ranking.Reversed(ranking.Over.Cells.Where(c => c.ToBest is not null)) is not null)
                {
                    reversed.UnionWith(ranking.Cells);
                }

                foreach (FindingEstimate estimate in ranking.Estimates)
                {
                    ranked.TryAdd((ranking.Metric, estimate.CellId), estimate);
                }
            }

            return new Known(run, ranked, reversed);
        }
    }

    private sealed record Column(string Title, bool IsNumber, Func<MeasuredCell, Known, string?> Text)
    {
        public int? Spared { get; init; }

        public bool Wraps { get; init; }

        public string Meaning { get; init; } = "";
    }

    private sealed record FindingColumn(string Title, bool IsNumber, Func<Finding, FindingEstimate, string> Text)
    {
        public string Meaning { get; init; } = "";
    }

    private sealed record TopicColumns(string Topic, IReadOnlyList<FindingColumn> Columns);
}

/// <summary>A cell in words before it is measured: the same in the log of a run and in the tables at its end.</summary>
public static class CellLabels
{
    private const string Between = ", ";

    /// <param name="cells">All of the run: what they share is said of none.</param>
    /// <returns>By id, such as <c>throughput: reuseport, 2 workers; connect, closed loop, 64 connections</c>.</returns>
    public static IReadOnlyDictionary<string, string> Of(IEnumerable<Cell> cells)
    {
        (Cell Cell, Conditions Conditions)[] all = [.. cells.DistinctBy(c => c.Id).Select(c => (c, new Conditions(c, default)))];
        Conditions.SetLabels([.. all.Select(a => a.Conditions)]);
        return all.ToDictionary(a => a.Cell.Id, a => $"{a.Cell.Experiment}: {Subject(a.Cell)}; {LoadOf(a.Cell, a.Conditions)}");
    }

    /// <summary>What a cell was measured under. A restart has words of its own for it, and of its conditions only what is not in them.</summary>
    internal static string LoadOf(Cell cell, Conditions conditions)
    {
        if (cell.Experiment != Experiment.Restart)
        {
            return conditions.Label;
        }

        string under = RestartLabel.Split(cell).Under;
        string[] parts = [.. under.Split(Between), CellSettings.Find("restart_every")!.Say($"{cell.Server.RestartEvery}")];
        IEnumerable<string> others = conditions.Label[Math.Min(conditions.Load.Length, conditions.Label.Length)..].Split(Between)
            .Where(part => part.Length > 0 && !parts.Contains(part));
        return string.Join(Between, others.Prepend(under));
    }

    private static string Subject(Cell cell) => cell.Experiment == Experiment.Restart
        ? RestartLabel.Split(cell).Method
        : $"{Series.Of(cell).Label}, {Words.Count(cell.Server.Workers, cell.Driver == Driver.AcceptOnly ? "listener" : "worker")}";
}
