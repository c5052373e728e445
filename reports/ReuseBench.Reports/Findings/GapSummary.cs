using System.Globalization;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Core.Units;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Tables;
using ReuseBench.Reports.Wording;

namespace ReuseBench.Reports.Findings;

/// <summary>The restarts of one cell: each gap that may be believed, and their median, which may itself be a lower bound.</summary>
public sealed class GapSummary
{
    public const string AtLeast = "at-least";
    private const string Measured = "measured";

    private GapSummary(MeasuredCell cell)
    {
        Cell = cell;
        Believed = [.. cell.Repeats.Where(r => r.IsBelieved(Figures.Gap)).SelectMany(Gaps).OrderBy(g => g.Ms).ThenBy(g => g.IsAtLeast)];
        Invalid = [.. cell.Repeats.Where(r => !r.IsBelieved(Figures.Gap)).SelectMany(Gaps)];
        NotMeasured = [.. cell.Repeats.SelectMany(r => r.Restarts).Where(r => !IsMeasured(r))];
        Restrictions =
        [
            .. cell.Repeats.Where(r => r.IsBelieved(Figures.Gap)).SelectMany(r => r.Verdict.Reasons)
                .Where(r => (r.Touches & Figures.Gap) != 0).DistinctBy(r => r.Code),
        ];
    }

    public MeasuredCell Cell { get; }

    /// <summary>In ascending order.</summary>
    public IReadOnlyList<Gap> Believed { get; }

    public IReadOnlyList<Gap> Invalid { get; }

    /// <summary>Restarts that were skipped, failed, or show no gap.</summary>
    public IReadOnlyList<RestartRow> NotMeasured { get; }

    public IReadOnlyList<VerdictReason> Restrictions { get; }

    /// <summary>
    /// The middle gap. A given-up wait stands for every longer gap too, so the median is a lower bound as soon as such a wait is not
    /// above the middle. Null without a believed gap.
    /// </summary>
    public Gap? Median
    {
        get
        {
            if (Believed.Count == 0)
            {
                return null;
            }

            (Gap lower, Gap upper) = (Believed[(Believed.Count - 1) / 2], Believed[Believed.Count / 2]);

            // Of a middle pair, one below the resolution does not put their mean below it.
            double? resolution = lower.IsBelowResolution && upper.IsBelowResolution ? Math.Max(lower.UncertaintyMs!.Value, upper.UncertaintyMs!.Value) : null;
            return new Gap((lower.Ms + upper.Ms) / 2, Believed.Any(g => g.IsAtLeast && g.Ms <= upper.Ms), resolution);
        }
    }

    /// <summary>Such as <c>1.24 ms (median of 15, min–max 0.90 to 2.11)</c>, or <c>&lt; 1 ms (median of 15, min–max &lt; 1 to 2.00)</c>.</summary>
    public string Text
    {
        get
        {
            if (Median is not Gap median)
            {
                return $"– ({WhyNone()})";
            }

            (Gap least, Gap most) = (Believed[0], Believed[^1]);
            (_, string low, string high) = Quantity.Milliseconds.Texts(median.Ms, least.Ms, most.Ms);
            string text = median.Text;
            string givenUp = Believed.Count(g => g.IsAtLeast) is int count and > 0 ? $", {count} given up on" : "";
            return Believed.Count == 1
                ? $"{text} (one restart)"
                : $"{text} (median of {Believed.Count}, min–max {End(least, low)} to {End(most, high)}{givenUp})";
        }
    }

    /// <summary>The restart in words: way, stop, scope, load, migration.</summary>
    public string Label => LabelOf(Cell);

    public static GapSummary Of(MeasuredCell cell) => new(cell);

    public static string LabelOf(MeasuredCell cell)
    {
        ResultRow row = cell.Settings;
        string migrate = row.MigrateReq is int value ? $"migrate_req {value}" : "";
        string way = row.RestartWay is null || row.RestartWay == Names.Of(RestartWay.Loop) ? $"{cell.Series.Label} in a loop" : row.RestartWay;
        string workers = $"{cell.Workers} worker{(cell.Workers == 1 ? "" : "s")}";
        return string.Join(", ", new[] { way, row.RestartStop, row.RestartScope, row.RestartUnder, migrate, workers }.Where(p => !string.IsNullOrEmpty(p)));
    }

    private static string End(Gap gap, string text) => gap.IsBelowResolution ? Gap.Below(gap.UncertaintyMs!.Value) : text;

    private static bool IsMeasured(RestartRow row) => row.Status == Measured && row.GapMs is not null;

    private static IEnumerable<Gap> Gaps(MeasuredRepeat repeat) => repeat.Restarts.Where(IsMeasured)
        .Select(r => new Gap(r.GapMs!.Value, r.GapBound == AtLeast, r.GapUncertaintyMs));

    private string WhyNone() => (Invalid.Count, NotMeasured.Count) switch
    {
        (0, 0) => "no restart was recorded",
        (0, _) => NotMeasured.Select(r => r.Reason).FirstOrDefault(r => !string.IsNullOrEmpty(r)) ?? $"{NotMeasured.Count} restarts without a gap",
        _ => $"{Invalid.Count} restarts in invalid repeats",
    };
}

/// <summary>One gap.</summary>
/// <param name="Ms">Milliseconds.</param>
/// <param name="IsAtLeast">The wait was given up: the real gap is longer.</param>
/// <param name="UncertaintyMs">One probe or timeline interval.</param>
public sealed record Gap(double Ms, bool IsAtLeast, double? UncertaintyMs)
{
    /// <summary>Shorter than one interval: that it was shorter is all that is known, even where it was seen as 0.</summary>
    public bool IsBelowResolution => !IsAtLeast && Ms < UncertaintyMs;

    /// <summary>Where it is drawn: a gap below the resolution at half of it, in the middle of where it may be.</summary>
    public double DrawnMs => IsBelowResolution ? UncertaintyMs!.Value / 2 : Ms;

    /// <summary>Such as <c>1.24 ms</c>, <c>at least 5.00 ms</c> or <c>&lt; 1 ms</c>.</summary>
    public string Text => IsBelowResolution
        ? $"{Below(UncertaintyMs!.Value)} ms"
        : (IsAtLeast ? "at least " : "") + Quantity.Milliseconds.Text(Ms);

    internal static string Below(double ms) => string.Create(CultureInfo.InvariantCulture, $"< {ms:0.###}");
}
