using System.Globalization;
using ReuseBench.Core.Results;
using ReuseBench.Core.Statistics;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Data;
using ReuseBench.Reports.Wording;

namespace ReuseBench.Reports.Topics.Restart;

/// <summary>The restarts of one cell: each gap that is valid, and their median, which may itself be a lower bound.</summary>
public sealed class GapSummary
{
    private GapSummary(MeasuredCell cell)
    {
        Cell = cell;
        Valid = [.. cell.Repeats.Where(r => r.IsValid(Figures.Gap)).SelectMany(Gaps).OrderBy(g => g.DrawnMs).ThenBy(g => g.IsAtLeast)];
        Invalid = [.. cell.Repeats.Where(r => !r.IsValid(Figures.Gap)).SelectMany(Gaps)];
        Rows = [.. cell.Repeats.Where(r => r.IsValid(Figures.Gap)).SelectMany(r => r.Restarts).Where(r => r.Status == RestartStatus.Measured)];
        NotMeasured = [.. cell.Repeats.SelectMany(r => r.Restarts).Where(r => !IsMeasured(r))];
        Restrictions =
        [
            .. cell.Repeats.Where(r => r.IsValid(Figures.Gap)).SelectMany(r => r.Verdict.Reasons)
                .Where(r => (r.Affects & Figures.Gap) != 0).DistinctBy(r => r.Code),
        ];
    }

    public MeasuredCell Cell { get; }

    /// <summary>In ascending order; of one below the resolution no more is known than its bound.</summary>
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

    /// <summary>
    /// The middle gap. A given-up wait stands for every longer gap too, so the median is a lower bound as soon as such a wait is not
    /// above the middle. Null without a valid gap.
    /// </summary>
    public Gap? Median
    {
        get
        {
            if (Valid.Count == 0)
            {
                return null;
            }

            (Gap lower, Gap upper) = (Valid[(Valid.Count - 1) / 2], Valid[Valid.Count / 2]);

            // Of a middle pair of which one is only known to be below its resolution, the mean is only known to be below that of bound and gap.
            double? resolution = lower.IsBelowResolution && upper.IsBelowResolution ? Math.Max(lower.UncertaintyMs!.Value, upper.UncertaintyMs!.Value)
                : lower.IsBelowResolution || upper.IsBelowResolution ? (lower.DrawnMs + upper.DrawnMs) / 2
                : null;
            return new Gap((lower.Ms + upper.Ms) / 2, Valid.Any(g => g.IsAtLeast && g.Ms <= upper.Ms), resolution);
        }
    }

    /// <summary>
    /// The 95 % interval of the median from six restarts on, below that all of them; null with fewer than two. An end is a lower bound where
    /// a wait that was given up may in truth lie beyond it.
    /// </summary>
    public GapSpread? Spread
    {
        get
        {
            if (Valid.Count < 2)
            {
                return null;
            }

            Analysis.Spread spread = Analysis.Spread.Of(Sample.Of(Valid.Select(g => g.DrawnMs))!)!;
            return new GapSpread(EndAt(spread.Low), EndAt(spread.High), spread.Name);
        }
    }

    /// <summary>
    /// Such as <c>1.24 ms (median of 15, 95 % interval 0.90 to 2.11)</c>, or <c>&lt; 1 ms (median of 3, min–max &lt; 1 to at least 2.00)</c>.
    /// </summary>
    public string Text
    {
        get
        {
            if (Median is not Gap median)
            {
                return $"– ({WhyNone()})";
            }

            if (Spread is not { } spread)
            {
                return $"{median.Text} (one restart)";
            }

            (_, string low, string high) = Quantity.Milliseconds.Texts(median.Ms, spread.Low.Ms, spread.High.Ms);
            string givenUp = Valid.Count(g => g.IsAtLeast) is int count and > 0 ? $", {count} given up on" : "";
            return $"{median.Text} (median of {Valid.Count}, {spread.Name} {End(spread.Low, low)} to {End(spread.High, high)}{givenUp})";
        }
    }

    /// <summary>Whether every valid restart counted its attempts, and none of them failed.</summary>
    public bool LostNothing => Rows.Count > 0 && Rows.All(r => RestartLoss.Of([r]) is { Lost: 0 });

    /// <summary>Why there is no gap; null where there is one.</summary>
    public string? WhyNoGap => Valid.Count > 0 ? null : WhyNone();

    /// <summary>The longest time without an answer to anyone, over all valid restarts, in ms; null where it is not known of one of them.</summary>
    public double? LongestSilenceMs => Rows.Count > 0 && Rows.All(r => r.LongestWithoutResponseMs is not null)
        ? Rows.Max(r => r.LongestWithoutResponseMs) : null;

    /// <summary>The restart in words: way, stop, scope, load, migration.</summary>
    public string Label => RestartLabel.Of(Cell);

    public static GapSummary Of(MeasuredCell cell) => new(cell);

    private Gap EndAt(double ms) => Valid.First(g => g.DrawnMs >= ms) with { IsAtLeast = Valid.Any(g => g.IsAtLeast && g.Ms <= ms) };

    private static string End(Gap gap, string text) =>
        gap.IsBelowResolution ? Gap.Below(gap.UncertaintyMs!.Value) : (gap.IsAtLeast ? "at least " : "") + text;

    private static bool IsMeasured(RestartRow row) => row.Status == RestartStatus.Measured && row.GapMs is not null;

    private static IEnumerable<Gap> Gaps(MeasuredRepeat repeat) => repeat.Restarts.Where(IsMeasured)
        .Select(r => new Gap(r.GapMs!.Value, r.GapBound == GapBound.AtLeast, r.GapUncertaintyMs));

    private string WhyNone() => (Invalid.Count, NotMeasured.Count) switch
    {
        (0, 0) => "no restart was recorded",
        (0, _) => NotMeasured.Select(r => r.Reason).FirstOrDefault(r => !string.IsNullOrEmpty(r)) ?? $"{NotMeasured.Count} restarts without a gap",
        _ => $"{Invalid.Count} restarts in invalid repeats",
    };
}

/// <summary>The uncertainty that is shown with a median gap.</summary>
/// <param name="Low">Lower end; a bound where it says so.</param>
/// <param name="High">Upper end, likewise.</param>
/// <param name="Name"><c>95 % interval</c> or <c>min–max</c>.</param>
public sealed record GapSpread(Gap Low, Gap High, string Name);

/// <summary>One gap.</summary>
/// <param name="Ms">Milliseconds.</param>
/// <param name="IsAtLeast">The wait was given up: the real gap is longer.</param>
/// <param name="UncertaintyMs">One probe or timeline interval.</param>
public sealed record Gap(double Ms, bool IsAtLeast, double? UncertaintyMs)
{
    /// <summary>Shorter than one interval: that it was shorter is all that is known, even where it was seen as 0.</summary>
    public bool IsBelowResolution => !IsAtLeast && Ms < UncertaintyMs;

    /// <summary>Where it is drawn: a gap below the resolution at the resolution, as a bound.</summary>
    public double DrawnMs => IsBelowResolution ? UncertaintyMs!.Value : Ms;

    /// <summary>Such as <c>1.24 ms</c>, <c>at least 5.00 ms</c> or <c>&lt; 1 ms</c>.</summary>
    public string Text => IsBelowResolution
        ? $"{Below(UncertaintyMs!.Value)} ms"
        : (IsAtLeast ? "at least " : "") + Quantity.Milliseconds.Text(Ms);

    /// <summary>Three significant digits, rounded up: the bound stays one.</summary>
    internal static string Below(double ms)
    {
        double step = Math.Pow(10, Math.Floor(Math.Log10(ms)) - 2);
        return string.Create(CultureInfo.InvariantCulture, $"< {Math.Ceiling(Math.Round(ms / step, 6)) * step:0.###}");
    }
}
