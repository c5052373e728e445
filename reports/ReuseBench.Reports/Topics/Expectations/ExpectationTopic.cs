using System.Globalization;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Document;
using ReuseBench.Reports.Findings;
using ReuseBench.Reports.Wording;

namespace ReuseBench.Reports.Topics.Expectations;

/// <summary>What the user expected of the run, and whether it came.</summary>
public sealed class ExpectationTopic : ITopic
{
    private const string ExpectationKind = "expectation";

    /// <summary>Units that are no word behind a number.</summary>
    private const string Count = "count";
    private const string Share = "share";

    private const int MostNamed = 4;

    public string Name => "expectations";

    public IReadOnlyCollection<Experiment> Experiments { get; } = [];

    /// <summary>Those that the run was given, held against its cells.</summary>
    public static IReadOnlyList<ExpectationResult> Of(RunAnalysis run) => run.Once(Judged.Of).Results;

    public IEnumerable<Finding> Find(RunAnalysis run) => Of(run).Select(result => new Finding
    {
        Topic = Name,
        Kind = ExpectationKind,
        Conditions = result.Expectation.Text,
        Metric = result.Expectation.Name,
        Claim = StandingName(result.Standing),
        Estimates =
        [
            .. result.Cells.SelectMany(c => c.Cells, (c, cell) => new FindingEstimate(cell.Id, cell.Label, UnitOf(result.Expectation), c.Value)
            {
                Repeats = c.Repeats,
                Expected = result.Expectation.Limit,
                Standing = StandingName(c.Standing),
                Grade = c.Value is null ? Grade.Invalid : Grade.Ok,
                WhyNone = c.Why,
            }),
        ],
    });

    public Statement Describe(Finding finding) => new("Expectations", Sentence(
        finding.Conditions,
        finding.Claim,
        [.. finding.Estimates.Where(e => e.Standing != StandingName(ExpectationStanding.Pass)).Select(e => e.Label).Distinct()]));

    /// <summary>Each failed threshold, at most two by themselves; else that all hold.</summary>
    public IEnumerable<Headline> Headlines(RunAnalysis run, IReadOnlyList<Finding> found)
    {
        IReadOnlyList<ExpectationResult> all = Of(run);
        ExpectationResult[] failed = [.. all.Where(r => r.Standing == ExpectationStanding.Fail)];
        int unsaid = all.Count(r => r.Standing == ExpectationStanding.Undecided);
        if (failed.Length > 0)
        {
            string more = failed.Length > 2 ? $"; and {failed.Length - 2} more" : "";
            yield return new Headline(
                HeadlineKind.Threshold,
                $"{failed.Length} of {Words.Count(all.Count, "threshold")} failed: {string.Join("; ", failed.Take(2).Select(Failed))}{more}.");
        }
        else if (all.Count > 0)
        {
            yield return new Headline(
                HeadlineKind.Threshold,
                unsaid == 0 ? $"{(all.Count == 1 ? "The threshold holds" : $"All {all.Count} thresholds hold")}."
                    : $"{all.Count - unsaid} of {Words.Count(all.Count, "threshold")} hold; the others cannot be decided.");
        }
    }

    private static string Failed(ExpectationResult result)
    {
        CellExpectation[] cells = [.. result.Cells.Where(c => c.Standing == ExpectationStanding.Fail)];
        string unit = UnitOf(result.Expectation) is { Length: > 0 } some and not (Count or Share) ? $" {some}" : "";
        string more = cells.Length > 1 ? $", {Words.Count(cells.Length - 1, "more cell")} {(cells.Length == 2 ? "fails" : "fail")}" : "";
        return $"{result.Expectation.Text} ({cells[0].Label} has {Measured(cells[0])}{unit}{more})";
    }

    public IEnumerable<Section> Sections(TopicMaterial material)
    {
        IReadOnlyList<ExpectationResult> results = Of(material.Run);
        return
        [
            new Section("Do the thresholds hold?", results.Count == 0 ? [] :
            [
                new Table(
                    "What this run was held to: of a count of failures each repeat must hold it, of all else the median of the valid repeats.",
                    ["Expected", "Result", "Measured", "n", "Of", "Load"],
                    [.. results.SelectMany(Rows)]),
                .. material.InFull(Name),
            ]),
        ];
    }

    /// <summary>The line of a load: of its one cell nothing but the swarm is known.</summary>
    public static string LineOfLoad(ExpectationResult result) =>
        $"{Mark(result)} expect {result.Expectation.Text}: {Said(result.Standing)}, {(result.Cells.Count == 0 ? "not measured" : Measured(result.Cells[0]))}";

    /// <summary>One line for the terminal.</summary>
    public static string Line(ExpectationResult result)
    {
        CellExpectation[] odd = [.. result.Cells.Where(c => c.Standing != ExpectationStanding.Pass).OrderBy(c => c.Standing)];
        string cells = result.Cells.Count == 0 ? "no cell has it"
            : odd.Length == 0 ? $"all {Words.Count(result.Cells.Count, "cell")}: {string.Join(", ", result.Cells.Take(MostNamed).Select(Measured))}"
                + (result.Cells.Count > MostNamed ? " …" : "")
            : $"{odd.Length} of {Words.Count(result.Cells.Count, "cell")}: "
                + string.Join("; ", odd.Take(MostNamed).Select(c => $"{c.Label} {Measured(c)}")) + (odd.Length > MostNamed ? "; …" : "");
        return $"{Mark(result)} expect {result.Expectation.Text}: {Said(result.Standing)}, {cells}";
    }

    private static string Mark(ExpectationResult result) => result.Standing switch
    {
        ExpectationStanding.Pass => "✓",
        ExpectationStanding.Fail => "✗",
        _ => "?",
    };

    private static IEnumerable<IReadOnlyList<string>> Rows(ExpectationResult result)
    {
        if (result.Cells.Count == 0)
        {
            return [[result.Expectation.Text, Said(result.Standing), "– (no cell has it)", "0", "–", "–"]];
        }

        return result.Cells.Select(c => (IReadOnlyList<string>)
            [result.Expectation.Text, Said(c.Standing), Measured(c), $"{c.Repeats}", c.Label, c.Cells[0].Conditions.Label]);
    }

    private static string Sentence(string expected, string claim, string[] labels) => claim switch
    {
        "pass" => $"{expected}: pass.",
        "fail" => $"{expected}: fail ({Named(labels)}).",
        _ => labels.Length == 0 ? $"{expected}: cannot be decided, no cell has it." : $"{expected}: cannot be decided ({Named(labels)}).",
    };

    private static string Named(string[] labels) =>
        string.Join("; ", labels.Take(MostNamed)) + (labels.Length > MostNamed ? $"; and {labels.Length - MostNamed} more" : "");

    private static string Measured(CellExpectation cell) => cell.Value is double value
        ? value.ToString(Math.Abs(value) >= 100 ? "0.#" : "0.###", CultureInfo.InvariantCulture)
        : $"– ({cell.Why})";

    private static string Said(ExpectationStanding standing) => standing switch
    {
        ExpectationStanding.Pass => "pass",
        ExpectationStanding.Fail => "fail",
        _ => "cannot be decided",
    };

    /// <summary>As in <c>findings.json</c>.</summary>
    private static string StandingName(ExpectationStanding standing) =>
        standing is ExpectationStanding.Undecided ? "undecided" : Said(standing);

    private static string UnitOf(Expectation expectation) => expectation.IsRatio ? "" : expectation.Metric?.Unit ?? Count;

    /// <summary>Made once for a run.</summary>
    private sealed record Judged(IReadOnlyList<ExpectationResult> Results)
    {
        public static Judged Of(RunAnalysis run) => new(
            [.. (run.Data.Manifest?.Expect ?? []).Select(text => ExpectationResult.Of(Expectation.Parse(text), run.Cells))]);
    }
}
