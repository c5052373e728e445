using ReuseBench.Core.Csv;
using ReuseBench.Core.Statistics;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Data;
using ReuseBench.Reports.Findings;
using ReuseBench.Reports.Wording;

namespace ReuseBench.Reports.Analysis;

/// <summary>What is known of one figure of one cell: the value over the repeats that are valid, or the reason why there is none.</summary>
public sealed record Estimate
{
    private const string MedianName = "median";

    public required MeasuredCell Cell { get; init; }

    public required Quantity Quantity { get; init; }

    public required Better Better { get; init; }

    /// <summary>Median of the repeats, or a percentile of their merged histograms; null without a valid repeat.</summary>
    public double? Value { get; init; }

    /// <summary>How the value was made, such as <c>median</c> or <c>99th percentile, merged</c>.</summary>
    public required string ValueName { get; init; }

    /// <summary>Whether <see cref="Value"/> is the median of <see cref="Repeats"/>.</summary>
    public bool IsMedian => ValueName == MedianName;

    /// <summary>The valid repeats, each with its own value; null without any.</summary>
    public Sample? Repeats { get; init; }

    /// <summary>The same by their round, in order: what cells are compared by.</summary>
    public IReadOnlyList<RoundFigure> ByRound { get; init; } = [];

    /// <summary>
    /// Of the invalid repeats: those that fell out by rules that depend on the figure alone, so that what is left is biased. What another rule takes out falls
    /// out whatever its figure is.
    /// </summary>
    public int FellOut { get; init; }

    /// <summary>Of the invalid repeats: those that the host spoilt, which another repeat can make up for.</summary>
    public int SpoiltByHost { get; init; }

    /// <summary>The codes of these rules.</summary>
    public IReadOnlyList<string> FellOutBy { get; init; } = [];

    /// <summary>Repeats whose figure is spoiled.</summary>
    public int Invalid { get; init; }

    /// <summary>The worst grade among the valid repeats; <see cref="Grade.Invalid"/> where there is none.</summary>
    public Grade Grade { get; init; }

    /// <summary>Reasons that restrict a valid repeat.</summary>
    public IReadOnlyList<VerdictRule> Restrictions { get; init; } = [];

    /// <summary>Why there is no value; null where there is one.</summary>
    public string? WhyNone { get; init; }

    /// <summary>The two groups that the repeats fall into; null where they are one. No single value stands for both, so there is none.</summary>
    public Modes? Modes { get; init; }

    /// <summary>Why the value is shown and is none that may be published; null where it may be.</summary>
    public string? WhyUnpublished { get; init; }

    /// <summary>The median over the valid repeats of a cell; none where they fall into two groups.</summary>
    internal static Estimate OfMedian(MeasuredCell cell, Figure figure)
    {
        RepeatSelection selection = RepeatSelection.Of(cell, figure);
        RoundFigure[] figures = [.. selection.Valid.Select(r => new RoundFigure(r.Row.Repeat, figure.Of(r.Row)!.Value))];
        Sample? sample = Sample.Of(figures.Select(f => f.Figure));
        Modes? modes = (figure.Affects & (Figures.Throughput | Figures.Latency)) != 0 ? Modes.Of([.. figures.Select(f => f.Figure)]) : null;
        return selection.Describe(new Estimate
        {
            Cell = cell,
            Quantity = figure.Quantity,
            Better = figure.Better,
            Value = modes is null ? sample?.Median : null,
            ValueName = MedianName,
            Repeats = sample,
            ByRound = figures,
            Modes = modes,
            WhyNone = modes is null ? null : TwoModes(modes, figure.Quantity) + Cause(selection.Valid, figure, modes),
        });
    }

    /// <summary>
    /// Such as <c>35.1 k connections/s (median of 3, min–max 34.0 to 36.2)</c>, or <c>79.2 ms (99th percentile, merged of 6; single repeats:
    /// median 13.3, 95 % interval 10.1 to 91.8)</c>, since one repeat may rule what is merged; a dash with the reason where there is no value.
    /// </summary>
    public string Text => Value is double value && Repeats is Sample repeats
        ? Spread.Of(repeats) is Spread spread ? WithSpread(value, repeats, spread) : $"{Quantity.Text(value)} ({NameUnlessMedian}one repeat)"
        : Value is double merged ? $"{Quantity.Text(merged)} ({ValueName}; no single repeat has values enough)" : Without;

    /// <summary><see cref="Text"/>, marked where it is restricted.</summary>
    public string MarkedText => Value is not null && Grade == Grade.Limited ? Text.Replace(" (", " * (", StringComparison.Ordinal) : Text;

    /// <summary>The value alone, marked where it is restricted; the reason where there is none.</summary>
    public string ShortOrWhy => Value is null ? Without : Short;

    /// <summary>The spread alone, such as <c>15.4 to 18.1</c>, on the scale of the value; a dash where there is none.</summary>
    public string SpreadText => Value is double value && Repeats is Sample repeats && Spread.Of(repeats) is Spread spread
        && Quantity.Texts(value, spread.Low, spread.High) is var (_, low, high)
        ? $"{low} to {high}"
        : "–";

    /// <summary>
    /// The single repeats of a merged value, such as <c>13.3 (10.1 to 91.8)</c>, on the scale of the value; a dash where there is one or none.
    /// </summary>
    public string RepeatsText => Value is double value && Repeats is Sample { Count: > 1 } repeats ? $"{MedianOfRepeats(value, repeats)} "
        + $"({SpreadText})" : "–";

    /// <summary>The value alone, marked where it is restricted; a dash without one.</summary>
    public string Short => Value is not double value
        ? "–"
        : Quantity.Text(value) + (Grade == Grade.Limited ? " *" : "") + (WhyUnpublished is null ? "" : " °");

    /// <summary>What <c>findings.json</c> holds of it.</summary>
    public FindingEstimate AsFinding()
    {
        Spread? spread = Repeats is null ? null : Spread.Of(Repeats);
        return new FindingEstimate(Cell.Id, Cell.Label, Quantity.Unit, Value)
        {
            Low = spread?.Low,
            High = spread?.High,
            Interval = spread?.Name,
            Repeats = Repeats?.Count ?? 0,
            Invalid = Invalid,
            Grade = Grade,
            WhyNone = WhyNone,
            WhyUnpublished = WhyUnpublished,
            Modes = Modes is null ? null : [new FindingMode(Modes.Low, Modes.InLow), new FindingMode(Modes.High, Modes.InHigh)],
        };
    }

    /// <summary>
    /// Where all repeats of one group had their connections spread less evenly than all of the other, that is what divides them; empty otherwise.
    /// </summary>
    private static string Cause(IEnumerable<MeasuredRepeat> repeats, Figure figure, Modes modes)
    {
        double?[] spread = [.. repeats.OrderBy(r => figure.Of(r.Row)).Select(r => r.Row.AcceptedMaxOverMean)];
        double?[] low = spread[..modes.InLow];
        double?[] high = spread[modes.InLow..];
        return low.Min() > high.Max() || low.Max() < high.Min()
            ? $", by how the connections were spread (max/mean {MedianText(high)} and {MedianText(low)})"
            : "";
    }

    private static string MedianText(IEnumerable<double?> values) => Quantity.Ratio.Text(Sample.Of(values.OfType<double>())!.Median);

    /// <summary>Such as <c>two modes: 61.0 k requests/s in 6 repeats, 38.1 in 3</c>.</summary>
    internal static string TwoModes(Modes modes, Quantity quantity)
    {
        (string high, string low, _) = quantity.Texts(modes.High, modes.Low, modes.High);
        return $"two modes: {high} in {modes.InHigh} repeats, {low} in {modes.InLow}";
    }

    private string Without => $"– ({WhyNone})";

    private string NameUnlessMedian => ValueName == MedianName ? "" : ValueName + ", ";

    /// <summary>On the scale of the value, without its unit.</summary>
    private string MedianOfRepeats(double value, Sample repeats) => Quantity.Texts(value, repeats.Median, repeats.Median).Low;

    private string WithSpread(double value, Sample repeats, Spread spread)
    {
        (string text, string low, string high) = Quantity.Texts(value, spread.Low, spread.High);
        return ValueName == MedianName
            ? $"{text} ({ValueName} of {repeats.Count}, {spread.Name} {low} to {high})"
            : $"{text} ({ValueName} of {repeats.Count}; single repeats: median {MedianOfRepeats(value, repeats)}, {spread.Name} {low} to {high})";
    }
}

/// <param name="Round">That the repeat was measured in.</param>
/// <param name="Figure">What was measured.</param>
public readonly record struct RoundFigure(int Round, double Figure);

/// <summary>The uncertainty that is shown with a value: the 95 % interval of the median from six repeats on, below that all of them.</summary>
/// <param name="Low">Lower end.</param>
/// <param name="High">Upper end.</param>
/// <param name="Name"><c>95 % interval</c> or <c>min–max</c>.</param>
public sealed record Spread(double Low, double High, string Name)
{
    /// <returns>Null for a single repeat: it has no spread that could be seen.</returns>
    public static Spread? Of(Sample sample) => sample switch
    {
        { Count: < 2 } => null,
        { Low: double low, High: double high } => new Spread(low, high, "95 % interval"),
        _ => new Spread(sample.Min, sample.Max, "min–max"),
    };
}
