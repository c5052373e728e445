using ReuseBench.Core.Results;
using ReuseBench.Core.Statistics;
using ReuseBench.Core.Units;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Data;

namespace ReuseBench.Reports.Analysis;

/// <summary>How a threshold of the user's stands.</summary>
public enum ExpectationStanding
{
    Pass,
    Fail,

    /// <summary>What it is about was not measured, or is invalid.</summary>
    Undecided,
}

/// <summary>A threshold held against one cell, or a ratio against one pair of cells.</summary>
/// <param name="Cells">It is about: one, or of a ratio the upper and the lower.</param>
/// <param name="Value">The median of the valid repeats, or the worst of them where each must hold; null without one.</param>
/// <param name="Repeats">That are in the value.</param>
/// <param name="Standing">Of this cell.</param>
/// <param name="Why">It cannot be said; null where it can.</param>
public sealed record CellExpectation(IReadOnlyList<MeasuredCell> Cells, double? Value, int Repeats, ExpectationStanding Standing, string? Why)
{
    public string Label => string.Join(" / ", Cells.Select(c => c.Label));
}

/// <summary>A threshold held against a run.</summary>
/// <param name="Expectation">The threshold.</param>
/// <param name="Cells">Every cell that has what it is about.</param>
public sealed record ExpectationResult(Expectation Expectation, IReadOnlyList<CellExpectation> Cells)
{
    /// <summary>One cell that fails fails it, whatever cannot be said of others.</summary>
    public ExpectationStanding Standing => Cells.Any(c => c.Standing == ExpectationStanding.Fail) ? ExpectationStanding.Fail
        : Cells.Count == 0 || Cells.Any(c => c.Standing == ExpectationStanding.Undecided) ? ExpectationStanding.Undecided
        : ExpectationStanding.Pass;

    /// <param name="expectation">The threshold.</param>
    /// <param name="cells">Of a run, or the one of a load.</param>
    public static ExpectationResult Of(Expectation expectation, IReadOnlyList<MeasuredCell> cells) => new(
        expectation,
        expectation.IsRatio
            ? [.. cells.GroupBy(c => (c.Conditions, c.Workers)).SelectMany(g => Ratios(expectation, [.. g]))]
            : [.. cells.Select(c => OfCell(expectation, c)).OfType<CellExpectation>()]);

    /// <summary>Whether a cell is meant by a name in a ratio: its label, or the variant where that says all.</summary>
    public static bool IsNamed(string name, Series series) =>
        name == Names.Of(series.Variant) || name == series.Label.Replace(", ", "-", StringComparison.Ordinal);

    /// <returns>Null where the cell is none that has such a figure.</returns>
    private static CellExpectation? OfCell(Expectation expectation, MeasuredCell cell)
    {
        // A metric that belongs to several sorts of figures (failures, counts of requests) is taken away by what takes the sort that the cell is for, not
        // by each reason there is.
        Figures purpose = VerdictRules.PurposeOf(cell.Cell.Experiment);
        Figures affects = expectation.Metric?.Affects is { } some && (some & purpose) == 0 ? some : purpose;
        (MeasuredRepeat Repeat, double Value)[] all = [.. cell.Repeats.SelectMany(r => ValuesOf(expectation.Metric, r).Select(v => (r, v)))];
        if (all.Length == 0)
        {
            return null;
        }

        // A failure that was counted is one, whatever else is wrong with its repeat.
        double[] missed = expectation.IsOfEachRepeat ? [.. all.Select(v => v.Value).Where(v => !expectation.Holds(v))] : [];
        if (missed.Length > 0)
        {
            return new CellExpectation([cell], Worst(expectation, missed), all.Length, ExpectationStanding.Fail, null);
        }

        if (!cell.IsValid(affects))
        {
            string codes = string.Join(", ", cell.Repeats.SelectMany(r => r.Verdict.Reasons)
                .Where(r => r.Grade == Grade.Invalid && (r.Affects & affects) != 0).Select(r => r.Code).Distinct().Order(StringComparer.Ordinal));
            return new CellExpectation([cell], null, 0, ExpectationStanding.Undecided, $"more than half of its repeats are invalid: {codes}");
        }

        double[] values = [.. all.Where(v => v.Repeat.IsValid(affects)).Select(v => v.Value)];
        if (values.Length == 0)
        {
            return new CellExpectation([cell], null, 0, ExpectationStanding.Undecided, "no valid repeat has it");
        }

        double value = expectation.IsOfEachRepeat ? Worst(expectation, values) : Sample.Of(values)!.Median;
        return new CellExpectation([cell], value, values.Length, expectation.Holds(value) ? ExpectationStanding.Pass : ExpectationStanding.Fail, null);
    }

    private static double Worst(Expectation expectation, double[] values) =>
        expectation.Operator is ComparisonOperator.Above or ComparisonOperator.AtLeast ? values.Min() : values.Max();

    private static IEnumerable<CellExpectation> Ratios(Expectation expectation, MeasuredCell[] cells)
    {
        foreach (MeasuredCell above in cells.Where(c => IsNamed(expectation.Numerator!, c.Series)))
        {
            foreach (MeasuredCell below in cells.Where(c => c != above && IsNamed(expectation.Denominator!, c.Series)))
            {
                yield return Ratio(expectation, above, below);
            }
        }
    }

    private static CellExpectation Ratio(Expectation expectation, MeasuredCell above, MeasuredCell below)
    {
        Metric metric = expectation.Metric ?? Figure.Throughput(above.Conditions).Metric;

        // A ratio is one of medians, whatever the metric.
        Expectation named = expectation with { Metric = metric };
        (CellExpectation? upper, CellExpectation? lower) = (OfCell(named, above), OfCell(named, below));
        if (upper?.Value is not double numerator || lower?.Value is not double denominator)
        {
            return new CellExpectation(
                [above, below], null, 0, ExpectationStanding.Undecided,
                upper is { Value: null, Why: { } why } ? why : lower?.Why ?? $"{metric.Column} is not measured");
        }

        double ratio = numerator / denominator;
        return double.IsFinite(ratio)
            ? new CellExpectation(
                [above, below], ratio, Math.Min(upper.Repeats, lower.Repeats),
                expectation.Holds(ratio) ? ExpectationStanding.Pass : ExpectationStanding.Fail, null)
            : new CellExpectation([above, below], null, 0, ExpectationStanding.Undecided, $"{metric.Column} is 0");
    }

    /// <summary>Those of one repeat: a restart or a listener each, or the one of the repeat.</summary>
    private static IEnumerable<double> ValuesOf(Metric? metric, MeasuredRepeat repeat) => (metric switch
    {
        null => repeat.Row.Failure is null ? [ErrorsOf(repeat.Row)] : Enumerable.Empty<double?>(),
        Metric<ResultRow> result => repeat.Row.Failure is null ? [result.Get(repeat.Row)] : [],
        Metric<RestartRow> restart => repeat.Restarts.Select(r => restart.Get(r)),
        Metric<FairnessRow> listener => repeat.Listeners.Select(l => listener.Get(l)),
        _ => [],
    }).OfType<double>();

    private static double? ErrorsOf(ResultRow row) => row.ToEvidence(row.Cell.Experiment, row.Cell.Load.Load).Errors;
}
