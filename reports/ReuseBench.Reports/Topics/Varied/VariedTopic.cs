using System.Globalization;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Data;
using ReuseBench.Reports.Document;
using ReuseBench.Reports.Findings;
using ReuseBench.Reports.Wording;

namespace ReuseBench.Reports.Topics.Varied;

/// <summary>
/// Which backlog, how many connections, how large a batch? Where a run varies one of the settings that are conditions otherwise
/// (<see cref="SettingRole.Varied"/>), cells that are equal in all else are ranked over its values.
/// </summary>
public sealed class VariedTopic : ITopic
{
    /// <summary>More comparisons are counted in the sentence and listed in the table alone.</summary>
    private const int MostSentences = 4;

    private static readonly Figure Overflows = Figure.All.Single(f => f.Key == "listen_overflows");

    public string Name => "varied";

    public IReadOnlyCollection<Experiment> Experiments => [];

    public IEnumerable<Contest> Contests(RunAnalysis run) =>
        Variations(run).SelectMany(v => v.Groups.Select(g => new Contest(v.Measure.Key, [.. g.Points.Select(p => p.Estimate)])));

    /// <inheritdoc/>
    public IEnumerable<Finding> Find(RunAnalysis run) =>
        from variation in Variations(run)
        let setting = variation.Setting
        let measure = variation.Measure
        let comparisons = variation.Groups.Select(g => Ranked(run, measure, g)).ToArray()
        select new VariedFinding
        {
            Topic = Name,
            Kind = "ranking_over_setting",
            Metric = measure.Key,
            Setting = setting,
            Measure = measure,
            Comparisons = comparisons,
            Claim = Strongest(comparisons.Select(c => RankingFinding.ClaimOf(c.Ranking))),
            Estimates = [.. comparisons.SelectMany(Said)],
            Restrictions =
            [
                .. comparisons.SelectMany(c => c.Points).Where(p => p.Estimate.Value is not null).SelectMany(p => p.Estimate.Restrictions)
                    .DistinctBy(r => r.Code),
            ],
        };

    public Statement Describe(Finding finding)
    {
        VariedFinding found = (VariedFinding)finding;
        string name = Spoken(found.Setting);
        IEnumerable<string> sentences = found.Comparisons.Count <= MostSentences
            ? found.Comparisons.SelectMany(c => Sentences(found, c))
            : [Counted(found)];
        return new Statement($"{found.Measure.What} over {name}", string.Join(' ', sentences)) { Figures = Table(found) };
    }

    public IEnumerable<Headline> Headlines(RunAnalysis run, IReadOnlyList<Finding> found) =>
        from varied in found.OfType<VariedFinding>()
        let ranked = varied.Comparisons.Any(c => c.Ranking.Leader is not null)
        select new Headline(
            HeadlineKind.Setting,
            varied.Comparisons.Count == 1 ? Sentences(varied, varied.Comparisons[0]).First() : Counted(varied))
        { IsResult = ranked };

    public IEnumerable<Section> Sections(TopicMaterial material) =>
        from found in material.Found
        where found.Finding is VariedFinding
        group found by TitleOf((VariedFinding)found.Finding) into alike
        from one in alike
        select new Section(
            alike.Skip(1).Any() ? $"{alike.Key} ({ExperimentOf((VariedFinding)one.Finding)})" : alike.Key,
            [
                new Paragraph($"{Words.Sentence(Spoken(((VariedFinding)one.Finding).Setting))}: {((VariedFinding)one.Finding).Setting.Help}."),
                new Paragraph(one.Statement.Text),
                .. one.Statement.Figures is { } figures ? [figures] : Array.Empty<Block>(),
            ]);

    private static string TitleOf(VariedFinding varied) => $"What does {Spoken(varied.Setting)} change? {varied.Measure.What}";

    private static string ExperimentOf(VariedFinding varied) => varied.Comparisons[0].Points[0].Estimate.Cell.Conditions.Experiment;

    private static string Spoken(Setting setting) => setting.Key.Replace('_', ' ');

    private static string Strongest(IEnumerable<string> claims)
    {
        string[] all = [.. claims];
        return ((string[])["separated", "within_null_control", "not_separated", "undecidable"]).FirstOrDefault(all.Contains) ?? "not_ranked";
    }

    private static Comparison Ranked(RunAnalysis run, Measure measure, (string Label, Point[] Points) group) =>
        new(group.Label, group.Points, run.Rankings[new Contest(measure.Key, [.. group.Points.Select(p => p.Estimate)])].Over);

    private static IReadOnlyList<Variation> Variations(RunAnalysis run) =>
    [
        .. from setting in CellSettings.OfCells
           where setting.Role == SettingRole.Varied
           from experiment in run.Cells.GroupBy(c => c.Cell.Experiment)
           let measure = Measure.Of(experiment.Key)
           where measure is not null
           let groups = Groups(run, setting, measure, experiment.Where(measure.IsOf)).ToArray()
           where groups.Length > 0
           select new Variation(setting, measure, groups),
    ];

    /// <summary>Cells that are equal in all but the setting, where it has several values among them.</summary>
    private static IEnumerable<(string Label, Point[] Points)> Groups(RunAnalysis run, Setting setting, Measure measure, IEnumerable<MeasuredCell> cells)
    {
        Setting[] others = [.. CellSettings.All.Where(s => s.Role != SettingRole.Process && s != setting)];
        MeasuredCell[][] groups =
        [
            .. cells.GroupBy(c => string.Join('\n', [.. others.Select(s => s.Get(c.Cell) ?? ""), Names.Of(c.Row.Isolation)]))
                .Where(g => g.Select(c => setting.Get(c.Cell)).Distinct().Skip(1).Any()).Select(g => g.ToArray()),
        ];
        Setting[] said = [.. others.Where(s => s.Role != SettingRole.Compared && groups.Select(g => s.Get(g[0].Cell) ?? "").Distinct().Skip(1).Any())];
        foreach (MeasuredCell[] group in groups)
        {
            Point[] points =
            [
                .. group.Select(c => new Point(setting.Get(c.Cell) ?? "none", measure.Take(run, c), run.Median(c, Overflows).Value ?? 0))
                    .OrderBy(p => double.TryParse(p.Value, CultureInfo.InvariantCulture, out double number) ? number : 0)
                    .ThenBy(p => p.Value, StringComparer.Ordinal),
            ];
            if (points.Any(p => p.Estimate.Value is not null))
            {
                string label = string.Join(", ", said.Select(s => s.Say(s.Get(group[0].Cell) ?? "")).Where(t => t.Length > 0).Prepend(group[0].Label));
                yield return (label, points);
            }
        }
    }

    private static IEnumerable<FindingEstimate> Said(Comparison comparison) => comparison.Points.Select(point =>
        RankingFinding.Said(comparison.Ranking.Cells.First(c => ReferenceEquals(c.Estimate, point.Estimate))));

    private static IEnumerable<string> Sentences(VariedFinding found, Comparison comparison)
    {
        string name = Spoken(found.Setting);
        Ranking over = comparison.Ranking;
        if (over.Leader is not { } leader)
        {
            string why = over.IsUndecidable ? RankingWords.Undecidable(over)
                : $"not ranked over {name}, fewer than {Contest.FewestRepeats} valid repeats of each value";
            yield return $"{Words.Sentence(comparison.Label)}: {why}.";
            yield break;
        }

        string ValueOf(Estimate e) => comparison.Points.First(p => ReferenceEquals(p.Estimate, e)).Value;
        string Listed(IEnumerable<Estimate> cells) => string.Join("; ", cells.Select(e => RankingWords.RatioOver(over, leader, e, $"{name} {ValueOf(e)}")));
        yield return $"{Words.Sentence(comparison.Label)}: {found.Measure.Best} with {name} {ValueOf(leader)}"
            + (over.Behind.Count > 0 ? $", {Listed(over.Behind)}" : "")
            + (over.NotSeparated.Count > 0 ? $"; not separated from it: {Listed(over.NotSeparated)}" : "")
            + (over.WithinNull.Count > 0 ? $"; within the null control: {Listed(over.WithinNull)}" : "") + ".";
        foreach (Point point in comparison.Points.Where(p => p.Overflows > 0))
        {
            yield return $"With {name} {point.Value} the accept queue overflowed {point.Overflows:0} times in the median repeat: "
                + "each such connection waits a second or more for its next SYN.";
        }
    }

    private static string Counted(VariedFinding found)
    {
        string name = Spoken(found.Setting);
        IEnumerable<string> leaders = found.Comparisons.Where(c => c.Ranking.Behind.Count > 0)
            .GroupBy(c => c.Points.First(p => ReferenceEquals(p.Estimate, c.Ranking.Leader)).Value).OrderByDescending(g => g.Count())
            .Select(g => $"{found.Measure.Best} with {name} {g.Key} in {g.Count()}");
        int undecided = found.Comparisons.Count(c => c.Ranking.Leader is null || c.Ranking.Behind.Count == 0);
        return $"{found.Comparisons.Count} comparisons over {name}, all else equal: "
            + string.Join("; ", [.. leaders, .. undecided > 0 ? [$"no value is separated in {undecided}"] : Array.Empty<string>()]) + ".";
    }

    private static Table Table(VariedFinding found)
    {
        string[] values = [.. found.Comparisons.SelectMany(c => c.Points).Select(p => p.Value).Distinct()];
        IEnumerable<Estimate> all = found.Comparisons.SelectMany(c => c.Points).Select(p => p.Estimate);
        (double factor, string unit) = all.First().Quantity.ScaleFor(all.Max(e => Math.Abs(e.Value ?? 0)));
        bool overflowed = found.Comparisons.SelectMany(c => c.Points).Any(p => p.Overflows > 0);
        return new Table(
            $"{found.Measure.What}, {unit}, over {Spoken(found.Setting)}; all other settings of a row are equal; * limited"
                + (overflowed ? "; in brackets how often an accept queue overflowed." : "."),
            ["Cell", .. values.Select(v => $"{Spoken(found.Setting)} {v}")],
            [
                .. found.Comparisons.Select(c => (IReadOnlyList<string>)
                [
                    c.Label,
                    .. values.Select(v => c.Points.FirstOrDefault(p => p.Value == v) is { } point ? Text(point, factor) : "–"),
                ]),
            ]);
    }

    private static string Text(Point point, double factor) => point.Estimate.Value is not double value
        ? "–"
        : Quantity.Number(value, factor) + (point.Estimate.Grade == Grade.Limited ? " *" : "")
            + (point.Overflows > 0 ? string.Create(CultureInfo.InvariantCulture, $" ({point.Overflows:0})") : "");
}

/// <summary>Cells that differ in one setting, ranked over its values, for one experiment.</summary>
public sealed record VariedFinding : Finding
{
    public required Setting Setting { get; init; }

    public required Measure Measure { get; init; }

    public required IReadOnlyList<Comparison> Comparisons { get; init; }
}

/// <summary>A setting that cells of an experiment vary.</summary>
internal sealed record Variation(Setting Setting, Measure Measure, IReadOnlyList<(string Label, Point[] Points)> Groups);

/// <summary>One comparison: everything but the setting is equal.</summary>
/// <param name="Label">What is equal, as far as comparisons differ in it.</param>
/// <param name="Points">In the order of their values.</param>
/// <param name="Ranking">Over the values.</param>
public sealed record Comparison(string Label, IReadOnlyList<Point> Points, Ranking Ranking);

/// <param name="Value">Of the setting.</param>
/// <param name="Estimate">Of the cell.</param>
/// <param name="Overflows">How often an accept queue overflowed in the median repeat; 0 where that was not counted.</param>
public sealed record Point(string Value, Estimate Estimate, double Overflows);
