using System.Globalization;
using ReuseBench.Core.Csv;
using ReuseBench.Core.Statistics;
using ReuseBench.Core.Verdicts;
using ReuseBench.Core.Wire;
using ReuseBench.Reports.Data;
using ReuseBench.Reports.Wording;

namespace ReuseBench.Reports.Analysis;

/// <summary>
/// The latency distribution of a cell over its valid repeats, from their merged histograms. A percentile is only given where
/// <see cref="PercentileRule"/> and, from three repeats on, <see cref="EpisodeRule"/> allow it. Of fewer repeats it is shown and said to be none that may
/// be published.
/// </summary>
public sealed class LatencyTail
{
    private readonly RepeatSelection _selection;
    private readonly MeasuredCell _cell;
    private readonly LatencyHistogram? _merged;
    private readonly long _failed;
    private readonly Dictionary<double, Estimate> _percentiles = [];

    /// <summary>By repeat, those that a report shows; the histograms themselves are too many to be kept.</summary>
    private readonly Dictionary<MeasuredRepeat, double?[]> _repeats;

    /// <summary>Of the valid repeats; null where one of them has none.</summary>
    private readonly SlotPeaks[]? _peaks;

    private LatencyTail(MeasuredCell cell)
    {
        _cell = cell;
        Dictionary<MeasuredRepeat, LatencyHistogram> histograms = [];
        foreach (MeasuredRepeat repeat in cell.Repeats)
        {
            if (repeat.Histogram(Phases.Request) is { } histogram)
            {
                histograms[repeat] = histogram;
            }
        }

        _repeats = histograms.ToDictionary(h => h.Key, h => Shown.Select(p => OfOne(h.Key, h.Value, p)).ToArray());
        _selection = RepeatSelection.Of(cell, Figures.Latency, _repeats.ContainsKey);
        _merged = _selection.Valid.Count == 0 ? null : LatencyHistogram.Merge([.. _selection.Valid.Select(r => histograms[r])]);
        _failed = _selection.Valid.Sum(r => r.RequestsFailed);
        SlotPeaks[] peaks = [.. _selection.Valid.Select(r => r.Peaks(Phases.Request)).OfType<SlotPeaks>()];
        _peaks = peaks.Length == Repeats ? peaks : null;
    }

    /// <summary>The percentiles that a report shows.</summary>
    public static IReadOnlyList<double> Shown { get; } = [50, 90, 99, 99.9, 99.99, 99.999];

    /// <summary>
    /// Whether a percentile says how long users wait. In a closed loop a stalled server is asked by nobody meanwhile, so beyond the 90th percentile the figure
    /// shows how the loop slowed down, and no latency.
    /// </summary>
    public static bool IsLatency(Conditions conditions, double percentile) => conditions.IsOpenLoop || percentile <= HighestOfClosedLoop;

    /// <summary>The last percentile of a closed loop that is shown.</summary>
    public const double HighestOfClosedLoop = 90;

    /// <summary>Values in all valid repeats together.</summary>
    public long Count => _merged?.Count ?? 0;

    public int Repeats => _selection.Valid.Count;

    public bool HasValues => _merged is not null;

    /// <summary>Whether it was recorded when the slow requests came. Runs of an earlier version cannot tell a stall from ten slow requests.</summary>
    public bool AreEpisodesKnown => _peaks is not null;

    public Grade Grade => Percentile(50).Grade;

    public static LatencyTail Of(MeasuredCell cell) => new(cell);

    /// <summary>The metric as in <c>findings.json</c>, such as <c>latency_p99_us</c>.</summary>
    public static string Key(double percentile) =>
        string.Create(CultureInfo.InvariantCulture, $"latency_p{percentile:0.###}_us").Replace(".", "", StringComparison.Ordinal);

    /// <param name="percentile">One of <see cref="Shown"/>.</param>
    /// <returns>The merged percentile, with the percentiles of the single repeats as its spread.</returns>
    public Estimate Percentile(double percentile)
    {
        if (!_percentiles.TryGetValue(percentile, out Estimate? estimate))
        {
            estimate = Estimated(percentile);
            _percentiles[percentile] = estimate;
        }

        return estimate;
    }

    /// <summary>
    /// Open loop: by how much the swarm's generator lag lengthens a percentile, over the percentile without it; null where the percentile is not
    /// given, in a closed loop, and in a run that did not record when responses were read.
    /// </summary>
    /// <param name="percentile">0 to 100.</param>
    public double? GeneratorLagShare(double percentile) =>
        IsCovered(percentile) && Merged(Phases.NetOfLag) is { } net
            ? GeneratorLag.ShareOf(_merged!.PercentileUs(percentile), net.PercentileUs(percentile))
            : null;

    /// <summary>Points of the curve in microseconds, evenly spaced on the tail axis, as far out as the values carry.</summary>
    public IEnumerable<(double Percentile, double LatencyUs)> Curve() => Curve(_merged);

    /// <summary>The same without the generator lag; empty in a closed loop, and in a run that did not record when responses were read.</summary>
    public IEnumerable<(double Percentile, double LatencyUs)> NetCurve() => _cell.Conditions.IsOpenLoop ? Curve(Merged(Phases.NetOfLag)) : [];

    private IEnumerable<(double Percentile, double LatencyUs)> Curve(LatencyHistogram? histogram)
    {
        const double Step = 0.02;
        for (double nines = Step; histogram is not null; nines += Step)
        {
            double percentile = 100 * (1 - Math.Pow(10, -nines));
            if (!IsCovered(percentile))
            {
                yield break;
            }

            yield return (percentile, histogram.PercentileUs(percentile)!.Value);
        }
    }

    private Estimate Estimated(double percentile)
    {
        string? why = WhyNot(percentile);
        bool enough = HasValues && why is null;
        RoundFigure[] figures = enough ? [.. ByRound(percentile)] : [];
        double[] repeats = [.. figures.Select(f => f.Figure)];

        // Beyond the 99th a repeat with a stall and one without differ that much by nature.
        Modes? modes = enough && percentile <= 99 ? Modes.Of(repeats) : null;
        return _selection.Describe(new Estimate
        {
            Cell = _cell,
            Quantity = Quantity.Microseconds,
            Better = Better.Lower,
            ValueName = string.Create(CultureInfo.InvariantCulture, $"{percentile:0.###}th percentile, merged"),
            Value = enough && modes is null ? _merged!.PercentileUs(percentile) : null,
            Repeats = enough ? Sample.Of(repeats) : null,
            ByRound = figures,
            Modes = modes,
            WhyNone = modes is null ? why : Estimate.TwoModes(modes, Quantity.Microseconds),
            WhyUnpublished = Repeats < EpisodeRule.FewestRepeats ? $"fewer than {EpisodeRule.FewestRepeats} valid repeats" : null,
        });
    }

    /// <summary>The percentiles of the single repeats, of those that have values enough of their own.</summary>
    private IEnumerable<RoundFigure> ByRound(double percentile) =>
        from repeat in _selection.Valid
        let us = _repeats[repeat][Place(percentile)]
        where us is not null
        select new RoundFigure(repeat.Row.Repeat, us.Value);

    /// <summary>A single repeat's, where it has values enough of its own.</summary>
    private static double? OfOne(MeasuredRepeat repeat, LatencyHistogram histogram, double percentile) =>
        PercentileRule.Allows(histogram.Count, repeat.RequestsFailed, percentile) ? histogram.PercentileUs(percentile) : null;

    private string? WhyNot(double percentile)
    {
        if (_merged is null)
        {
            return null;
        }

        if (PercentileRule.WhyNot(Count, _failed, percentile) is { } few)
        {
            return few;
        }

        // With one repeat or two nothing is published at all, and what was measured is shown as what it is.
        if (_peaks is null || Repeats < EpisodeRule.FewestRepeats || percentile >= 100)
        {
            return null;
        }

        double us = _merged.PercentileUs(percentile)!.Value;
        return EpisodeRule.WhyNot([.. _peaks.Select(p => p.EpisodesBeyond(us))], percentile);
    }

    private static int Place(double percentile)
    {
        for (int i = 0; i < Shown.Count; i++)
        {
            if (Shown[i] == percentile)
            {
                return i;
            }
        }

        throw new ArgumentOutOfRangeException(nameof(percentile), percentile, "is none of those that a report shows");
    }

    private bool IsCovered(double percentile) => HasValues && WhyNot(percentile) is null;

    private LatencyHistogram? Merged(string phase)
    {
        LatencyHistogram[] all = [.. _selection.Valid.Select(r => r.Histogram(phase)).OfType<LatencyHistogram>()];
        return all.Length > 0 && all.Length == Repeats ? LatencyHistogram.Merge(all) : null;
    }
}
