using System.Globalization;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Core.Statistics;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Data;
using ReuseBench.Reports.Wording;

namespace ReuseBench.Reports.Topics.Restart;

/// <summary>
/// The restarts of one cell: each gap that is valid, and their median. Each gap is a bracket that the truth lies in, without an upper end where the
/// restart timeout ended the wait; the median of all lies between the median of the lower ends and that of the upper ones.
/// </summary>
public sealed class GapSummary
{
    private readonly RepeatSelection _selection;

    private GapSummary(MeasuredCell cell)
    {
        Cell = cell;

        // Where more than half of the repeats are invalid, no gap stands for the cell, as with every other figure.
        _selection = RepeatSelection.Of(cell, Figures.Gap, _ => true);
        Valid = [.. _selection.Valid.SelectMany(Gaps).OrderBy(g => g.IsAtLeast).ThenBy(g => g.DrawnMs).ThenBy(g => g.LowMs)];
        Invalid = [.. cell.Repeats.Except(_selection.Valid).SelectMany(Gaps)];
        Rows = [.. _selection.Valid.SelectMany(r => r.Restarts).Where(r => r.Status == RestartStatus.Measured)];
        NotMeasured = [.. cell.Repeats.SelectMany(r => r.Restarts).Where(r => !IsMeasured(r))];
        Restrictions = [.. _selection.Restrictions];
    }

    public MeasuredCell Cell { get; }

    /// <summary>By their upper ends, those without one last.</summary>
    public IReadOnlyList<Gap> Valid { get; }

    public IReadOnlyList<Gap> Invalid { get; }

    /// <summary>The rows that are valid, those without a gap included.</summary>
    public IReadOnlyList<RestartRow> Rows { get; }

    /// <summary>The valid restart whose gap is the median, or the one below it.</summary>
    public RestartRow? Typical
    {
        get
        {
            RestartRow[] rows = [.. Rows.Where(IsMeasured).OrderBy(r => r.GapMs)];
            return rows.Length == 0 ? null : rows[(rows.Length - 1) / 2];
        }
    }

    /// <summary>Restarts that were skipped, failed, or show no gap.</summary>
    public IReadOnlyList<RestartRow> NotMeasured { get; }

    public IReadOnlyList<VerdictRule> Restrictions { get; }

    /// <summary>The middle gap: a bracket, too. Null without a valid gap.</summary>
    public Gap? Median
    {
        get
        {
            if (Valid.Count == 0)
            {
                return null;
            }

            double[] lows = [.. Valid.Select(g => g.LowMs).Order()];
            double[] highs = [.. Valid.Select(g => g.HighMs ?? double.PositiveInfinity).Order()];
            double high = Middle(highs);
            return new Gap(Middle(lows), double.IsPositiveInfinity(high) ? null : high, LostNothing);
        }
    }

    /// <summary>
    /// The 95 % interval of the median from six restarts on, below that all of them; null with fewer than two. From the end that the lower ends of
    /// the gaps have to the one that the upper ones have.
    /// </summary>
    public GapSpread? Spread
    {
        get
        {
            if (Valid.Count < 2)
            {
                return null;
            }

            Analysis.Spread low = Analysis.Spread.Of(Sample.Of(Valid.Select(g => g.LowMs))!)!;
            Analysis.Spread high = Analysis.Spread.Of(Sample.Of(Valid.Select(g => g.HighMs ?? double.MaxValue))!)!;
            bool isAtLeast = high.High == double.MaxValue;
            return new GapSpread(low.Low, isAtLeast ? low.High : high.High, isAtLeast, low.Name);
        }
    }

    /// <summary>
    /// Such as <c>between 1.24 and 3.20 ms (median of 15, 95 % interval 0.90 to 4.11)</c>, or <c>nothing lost (resolution 2.1 ms)</c>.
    /// </summary>
    public string Text
    {
        get
        {
            if (Median is not Gap median)
            {
                return $"– ({WhyNone()})";
            }

            if (median.IsNothing)
            {
                return (median with { HighMs = Valid.Max(g => g.HighMs) }).Text;
            }

            if (Spread is not { } spread)
            {
                return $"{median.Text} (one {Noun})";
            }

            (_, string low, string high) = Quantity.Milliseconds.Texts(median.DrawnMs, spread.LowMs, spread.HighMs);
            string givenUp = Valid.Count(g => g.IsAtLeast) is int count and > 0 ? $", {count} ended by the restart timeout" : "";
            string upTo = spread.IsHighAtLeast ? "≥ " : "";
            return $"{median.Text} (median of {Valid.Count}, {spread.Name} {low} to {upTo}{high}{givenUp})";
        }
    }

    /// <summary>The median for a column of a table of cells, starred where it is limited; null without one.</summary>
    public string? Marked => Median is { } median ? median.Short + (Restrictions.Count > 0 ? " *" : "") : null;

    /// <summary>Whether every valid restart counted its attempts and came back, and none of them failed.</summary>
    public bool LostNothing => Rows.Count > 0 && Rows.All(HasLostNothing);

    /// <summary>
    /// What it means that none of them lost anything, such as <c>0 of 12 restarts lost any: at most 22 % do (95 %)</c>; null where some did.
    /// </summary>
    public string? NoneLost => LostNothing
        ? $"0 of {Counted} lost any: at most {Analysis.NoneOf.Percent(Rows.Count)} % do (95 %)"
        : null;

    /// <summary>What is counted: a restart, or a burst of reloads that do not wait for each other, which is one loss.</summary>
    public string Noun => NounOf(Cell.Cell.Restart);

    /// <summary>How many are valid, such as <c>12 restarts</c> or <c>6 bursts of 3 reloads</c>.</summary>
    public string Counted => Count(Rows.Count);

    /// <summary>Connections that the client gave up while they waited in the queue, over all valid restarts.</summary>
    public long TimedOutQueued => Rows.Sum(r => r.TimedOutQueued ?? 0);

    /// <summary>Why there is no gap; null where there is one.</summary>
    public string? WhyNoGap => Valid.Count > 0 ? null : WhyNone();

    /// <summary>The longest time without an answer to anyone, over all valid restarts, in ms; null where it is not known of one of them.</summary>
    public double? LongestSilenceMs => Rows.Count > 0 && Rows.All(r => r.LongestWithoutResponseMs is not null)
        ? Rows.Max(r => r.LongestWithoutResponseMs) : null;

    /// <summary>The restart in words: way, stop, scope, load, migration.</summary>
    public string Label => RestartLabel.Of(Cell);

    public static GapSummary Of(MeasuredCell cell) => new(cell);

    /// <summary>So many of this cell in words.</summary>
    public string Count(long count) => Count(Cell.Cell.Restart, count);

    /// <summary>So many of them in words, such as <c>12 restarts</c> or <c>6 bursts of 3 reloads</c>.</summary>
    /// <param name="restart">Of the cell; null counts restarts.</param>
    /// <param name="count">How many.</param>
    public static string Count(RestartSettings? restart, long count) =>
        Words.Count(count, NounOf(restart)) + (RestartRules.IsBurst(restart) ? $" of {restart!.Count} reloads" : "");

    /// <summary>What is counted of a cell with such a restart; null is one of its own.</summary>
    internal static string NounOf(RestartSettings? restart) => RestartRules.IsBurst(restart) ? "burst" : "restart";

    private static double Middle(double[] sorted) => (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;

    private static bool IsMeasured(RestartRow row) => row.Status == RestartStatus.Measured && row.GapMs is not null;

    private static bool HasLostNothing(RestartRow row) => row.GapBound != GapBound.AtLeast && RestartLoss.Of([row]) is { Lost: 0, TimedOutQueued: 0 };

    private static IEnumerable<Gap> Gaps(MeasuredRepeat repeat) => repeat.Restarts.Where(IsMeasured).Select(Gap.Of);

    private string WhyNone() => (Invalid.Count, NotMeasured.Count) switch
    {
        (0, 0) => "no restart was recorded",
        (0, _) => NotMeasured.Select(r => r.Reason).FirstOrDefault(r => !string.IsNullOrEmpty(r))
            ?? $"{Count(NotMeasured.Count)} without a gap",
        _ => _selection.WhyNone(),
    };
}

/// <summary>The uncertainty that is shown with a median gap.</summary>
/// <param name="LowMs">Lower end.</param>
/// <param name="HighMs">Upper end.</param>
/// <param name="IsHighAtLeast">A wait that the restart timeout ended lies at the upper end: it may be longer.</param>
/// <param name="Name"><c>95 % interval</c> or <c>min–max</c>.</param>
public sealed record GapSpread(double LowMs, double HighMs, bool IsHighAtLeast, string Name);

/// <summary>One gap: the true one lies between both ends.</summary>
/// <param name="LowMs">Milliseconds; 0 where it may have been none.</param>
/// <param name="HighMs">Null where the restart timeout ended the wait.</param>
/// <param name="LostNothing">The attempts were counted, and none was lost.</param>
public sealed record Gap(double LowMs, double? HighMs, bool LostNothing = false)
{
    public bool IsAtLeast => HighMs is null;

    /// <summary>Known from above only: that it was no longer is all that is known.</summary>
    public bool IsBelowResolution => !IsAtLeast && LowMs <= 0;

    /// <summary>Nothing was lost, and nothing was late: what there is of a gap is the resolution.</summary>
    public bool IsNothing => LostNothing && IsBelowResolution;

    /// <summary>Where it is drawn: at its upper end, as a bound where it has but one.</summary>
    public double DrawnMs => HighMs ?? LowMs;

    /// <summary>
    /// Such as <c>between 398 and 400 ms</c>, <c>at least 5.00 ms</c>, <c>≤ 2.1 ms</c> or <c>nothing lost (resolution 2.1 ms)</c>.
    /// </summary>
    public string Text => this switch
    {
        { HighMs: not double } => "≥ " + Quantity.Milliseconds.Text(LowMs),
        { IsNothing: true } => $"nothing lost (resolution {Most(DrawnMs)} ms)",
        { LostNothing: true } => $"nothing lost, but responses late for {Between}",
        { IsBelowResolution: true } => $"≤ {Most(DrawnMs)} ms",
        _ => Between,
    };

    /// <summary>For a column that is as wide as its longest value.</summary>
    public string Short => this switch
    {
        { HighMs: not double } => "≥ " + Quantity.Milliseconds.Text(LowMs),
        { LostNothing: true } => "nothing lost",
        _ => Text,
    };

    /// <summary>For a column of milliseconds: the same without the unit.</summary>
    public string InMilliseconds => this switch
    {
        { HighMs: not double } => $"≥ {Quantity.Number(LowMs, 1)}",
        { LostNothing: true } => "nothing lost",
        { IsBelowResolution: true } => $"≤ {Most(DrawnMs)}",
        _ when Quantity.Number(LowMs, 1) == Quantity.Number(DrawnMs, 1) => Quantity.Number(DrawnMs, 1),
        _ => $"{Quantity.Number(LowMs, 1)} to {Quantity.Number(DrawnMs, 1)}",
    };

    private string Between
    {
        get
        {
            (string value, string low, string high) = Quantity.Milliseconds.Texts(DrawnMs, LowMs, DrawnMs);
            return low == high ? value : $"between {low} and {value}";
        }
    }

    /// <summary>In runs before schema 2 a gap has no lower end: it is what was measured, or below its resolution.</summary>
    public static Gap Of(RestartRow row)
    {
        double ms = row.GapMs!.Value;
        double uncertainty = row.GapUncertaintyMs ?? 0;
        bool isAtLeast = row.GapBound == GapBound.AtLeast;
        double low = row.GapLowMs ?? (isAtLeast || ms >= uncertainty ? ms : 0);
        return new Gap(low, isAtLeast ? null : Math.Max(ms, uncertainty), !isAtLeast && RestartLoss.Of([row]) is { Lost: 0, TimedOutQueued: 0 });
    }

    /// <summary>Three significant digits, rounded up: the bound stays one.</summary>
    private static string Most(double ms)
    {
        double step = Math.Pow(10, Math.Floor(Math.Log10(ms)) - 2);
        return ms <= 0 ? "0" : string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(Math.Round(ms / step, 6)) * step:0.###}");
    }
}
