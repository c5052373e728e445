using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using ReuseBench.Core.Csv;
using ReuseBench.Core.Statistics;
using ReuseBench.Core.Units;
using ReuseBench.Reports.Document;
using ReuseBench.Reports.Render;
using ReuseBench.Reports.Wording;

namespace ReuseBench.Reports.Comparison;

/// <summary>A comparison in words: for the terminal, and for a pull request.</summary>
public static class ComparisonText
{
    /// <summary>Such as <c>run-b against run-a, 24 cells: 1 worse, 2 better, 15 equivalent within 5 %, 6 not decided</c>.</summary>
    public static string Headline(RunComparison comparison) =>
        $"{string.Join(", ", comparison.Others.Select(o => o.Name))} against {comparison.Baseline.Name}, {Words.Count(comparison.Cells.Count, "cell")}: "
        + $"{comparison.Count(ComparisonVerdict.Worse)} worse, {comparison.Count(ComparisonVerdict.Better)} better, "
        + $"{comparison.Count(ComparisonVerdict.Equivalent)} equivalent within {Words.Percent(comparison.Options.Margin)}, "
        + $"{comparison.Count(ComparisonVerdict.NotDecided)} not decided, {comparison.Count(ComparisonVerdict.NotCompared)} not compared";

    /// <summary>What restricts it and how sure it is, a sentence or two each.</summary>
    public static IEnumerable<string> Notes(RunComparison comparison)
    {
        yield return $"Ratio: other over baseline, of geometric means of the valid repeats, with its 95 % interval (Welch, on logarithms). The verdicts are "
            + $"corrected over all cells (Holm): of the differences that are claimed one or more is false in at most {Words.Percent(RunComparison.Alpha)} of "
            + "comparisons, and of the equivalences likewise.";
        yield return comparison.KnowsScatterOfRuns
            ? "The scatter between runs of one side is in the intervals."
            : "How much runs of one host differ by themselves is not known from one run of each side: a difference may come from when each was "
                + "measured. To know it, give three of each, separated by commas.";
        foreach (string difference in comparison.Differences)
        {
            yield return $"Not alike: {difference}.";
        }

        if (comparison.Options.Across.Count > 0)
        {
            yield return $"Cells are matched whatever their {string.Join(", ", comparison.Options.Across.Select(s => s.Key))}.";
        }

        foreach ((ComparedSide side, int there, int baseline) in comparison.Unmatched.Where(u => u.OnlyThere + u.OnlyBaseline > 0))
        {
            yield return $"Not compared: {Words.Count(there, "cell")} that only {side.Name} has, {baseline} that only {comparison.Baseline.Name} has.";
        }

        string[] codes = [.. comparison.Cells.SelectMany(c => c.Restrictions).Select(r => r.Code).Distinct().Order(StringComparer.Ordinal)];
        if (codes.Length > 0)
        {
            yield return $"* limited: {string.Join(", ", codes)}; see docs/VERDICTS.md.";
        }
    }

    /// <summary>Columns of the table.</summary>
    public static IReadOnlyList<string> Header(RunComparison comparison) =>
        [.. comparison.Others.Count > 1 ? ["run"] : Array.Empty<string>(), "cell", "figure", "baseline", "other", "ratio", "95 % interval", "n", "verdict"];

    /// <summary>A row for each cell, worst first.</summary>
    public static IEnumerable<IReadOnlyList<string>> Rows(RunComparison comparison) => comparison.Cells.Select(c => (IReadOnlyList<string>)
    [
        .. comparison.Others.Count > 1 ? [c.Side.Name] : Array.Empty<string>(),
        $"{c.Cell.Label}; {c.Cell.Conditions.Experiment}, {c.Cell.Conditions.Label}",
        c.Figure.Key,
        Middle(c, c.Baseline),
        Middle(c, c.Other),
        c.Ratio is { } ratio ? Number(ratio.Ratio) + (c.Restrictions.Count > 0 ? " *" : "") : "–",
        c.Ratio is { } interval ? $"{Number(interval.Low)} to {Number(interval.High)}" : "–",
        $"{c.Baseline.Count}, {c.Other.Count}",
        Say(c),
    ]);

    /// <summary>For a pull request: the headline, the notes and the table.</summary>
    public static string Markdown(RunComparison comparison) =>
        $"### {MarkdownWriter.Escape(Headline(comparison))}\n\n" + MarkdownWriter.Body(new Section("", [
            new Table("Worst first.", Header(comparison), [.. Rows(comparison)]), new Bullets([.. Notes(comparison)])]));

    internal static string Say(CellComparison cell) => cell.Verdict switch
    {
        ComparisonVerdict.NotDecided => "not decided",
        ComparisonVerdict.NotCompared => $"not compared: {cell.WhyNot}",
        ComparisonVerdict.Worse => $"worse by {Words.Percent(Math.Abs(cell.Loss))}",
        ComparisonVerdict.Better => $"better by {Words.Percent(Math.Abs(cell.Loss))}",
        _ => "equivalent",
    };

    private static string Middle(CellComparison cell, IReadOnlyList<double> values) =>
        Sample.Of(values) is { } sample ? cell.Figure.Quantity.Text(sample.Median) : "–";

    private static string Number(double value) => value.ToString(value is < 0.1 or >= 10 ? "0.00#" : "0.000", CultureInfo.InvariantCulture);
}

/// <summary>A comparison as a table of its own, one row for each cell; never part of a run folder.</summary>
public sealed record ComparisonRow : IRow
{
    [Column("Run that is compared.")]
    public string RunId { get; init; } = "";

    [Column("Run that it is compared with.")]
    public string BaselineRunId { get; init; } = "";

    [Column("Cell, as in the run that is compared.")]
    public string CellId { get; init; } = "";

    [Column("What is compared: a column of results.csv.")]
    public string Metric { get; init; } = "";

    [Column("Median of the valid repeats of the baseline, in the unit of the metric.")]
    public double? Baseline { get; init; }

    [Column("The same of the run that is compared.")]
    public double? Other { get; init; }

    [Column("Valid repeats of the baseline, and of the run that is compared.")]
    public int BaselineRepeats { get; init; }

    [Column("Likewise.")]
    public int Repeats { get; init; }

    [Column("Other over baseline, of geometric means; empty where it is not compared.")]
    public double? Ratio { get; init; }

    [Column("Lower end of its 95 % interval, by itself.")]
    public double? RatioLow { get; init; }

    [Column("Upper end.")]
    public double? RatioHigh { get; init; }

    [Column("p-value of a difference, corrected over all cells (Holm).")]
    public double? DifferenceP { get; init; }

    [Column("p-value of equivalence within the margin, likewise.")]
    public double? EquivalenceP { get; init; }

    [Column("worse, better, not-decided, equivalent or not-compared.")]
    public string Verdict { get; init; } = "";

    [Column("Why it is not compared, or codes of what restricts it.")]
    public string? Reason { get; init; }

    internal static ComparisonRow Of(RunComparison comparison, CellComparison c) => new()
    {
        RunId = c.Side.Name,
        BaselineRunId = comparison.Baseline.Name,
        CellId = c.Cell.Id,
        Metric = c.Figure.Key,
        Baseline = Sample.Of(c.Baseline)?.Median,
        Other = Sample.Of(c.Other)?.Median,
        BaselineRepeats = c.Baseline.Count,
        Repeats = c.Other.Count,
        Ratio = c.Ratio?.Ratio,
        RatioLow = c.Ratio?.Low,
        RatioHigh = c.Ratio?.High,
        DifferenceP = c.DifferenceP,
        EquivalenceP = c.EquivalenceP,
        Verdict = Names.Of(c.Verdict),
        Reason = c.WhyNot ?? (c.Restrictions.Count > 0 ? string.Join(';', c.Restrictions.Select(r => r.Code)) : null),
    };
}

/// <summary>A comparison as files for programs.</summary>
public static class ComparisonFiles
{
    private static readonly ComparisonContext Readable =
        new(new JsonSerializerOptions(ComparisonContext.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    public static string Json(RunComparison comparison) => JsonSerializer.Serialize(
        new ComparisonDocument(
            1,
            comparison.Baseline.Name,
            [.. comparison.Others.Select(o => o.Name)],
            comparison.Options.Margin,
            RunComparison.Alpha,
            [.. comparison.Differences],
            [.. comparison.Cells.Select(c => ComparisonRow.Of(comparison, c))]),
        Readable.ComparisonDocument) + "\n";

    /// <param name="comparison">What came out.</param>
    /// <param name="path">Replaced.</param>
    public static void WriteCsv(RunComparison comparison, string path)
    {
        File.Delete(path);
        using CsvTable<ComparisonRow> table = new(path);
        table.Append(comparison.Cells.Select(c => ComparisonRow.Of(comparison, c)));
    }
}

internal sealed record ComparisonDocument(
    int SchemaVersion, string Baseline, string[] Others, double Margin, double Alpha, string[] Differences, ComparisonRow[] Cells);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, WriteIndented = true)]
[JsonSerializable(typeof(ComparisonDocument))]
internal sealed partial class ComparisonContext : JsonSerializerContext;
