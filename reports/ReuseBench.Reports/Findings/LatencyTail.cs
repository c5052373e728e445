using System.Globalization;
using HdrHistogram;
using ReuseBench.Core.Statistics;
using ReuseBench.Core.Verdicts;
using ReuseBench.Core.Wire;
using ReuseBench.Reports.Tables;
using ReuseBench.Reports.Wording;

namespace ReuseBench.Reports.Findings;

/// <summary>
/// The latency distribution of a cell over its valid repeats, from their merged histograms. A percentile is only given where
/// <see cref="PercentileRule"/> allows it.
/// </summary>
public sealed class LatencyTail
{
    private readonly RepeatSelection _selection;
    private readonly MeasuredCell _cell;
    private readonly LongHistogram? _merged;
    private readonly long _failed;

    private LatencyTail(MeasuredCell cell)
    {
        _cell = cell;
        _selection = RepeatSelection.Of(cell, Figures.Latency, r => r.Histogram(Phases.Request) is not null);
        _merged = _selection.Valid.Count == 0 ? null : HistogramCodec.Merge(_selection.Valid.Select(r => r.Histogram(Phases.Request)!));
        _failed = _selection.Valid.Sum(r => r.RequestsFailed);
    }

    /// <summary>Values in all valid repeats together.</summary>
    public long Count => _merged?.TotalCount ?? 0;

    public int Repeats => _selection.Valid.Count;

    public bool HasValues => _merged is not null;

    public Grade Grade => Percentile(50).Grade;

    public static LatencyTail Of(MeasuredCell cell) => new(cell);

    /// <param name="percentile">0 to 100.</param>
    /// <returns>The merged percentile, with the percentiles of the single repeats as its spread.</returns>
    public Estimate Percentile(double percentile)
    {
        bool enough = IsCovered(percentile);
        return _selection.Describe(new Estimate
        {
            Cell = _cell,
            Quantity = Quantity.Microseconds,
            Better = Better.Lower,
            ValueName = $"{Ordinal(percentile)} percentile, merged",
            Value = enough ? HistogramCodec.PercentileUs(_merged!, percentile) : null,
            Repeats = enough ? Sample.Of(_selection.Valid.Select(r => HistogramCodec.PercentileUs(r.Histogram(Phases.Request)!, percentile)!.Value)) : null,
            WhyNone = HasValues ? PercentileRule.WhyNot(Count, _failed, percentile) : null,
        });
    }

    /// <summary>Open loop: how much of a percentile may be the swarm's generator lag, 0 to 1; null where the percentile is not given, or in a closed loop.</summary>
    /// <param name="percentile">0 to 100.</param>
    public double? GeneratorLagShare(double percentile) =>
        IsCovered(percentile) && Merged(Phases.FromSend) is { } sent && Merged(Phases.Lag) is { } lag ? GeneratorLag.ShareAt(_merged!, sent, lag, percentile) : null;

    /// <summary>Points of the curve in microseconds, evenly spaced on the tail axis, as far out as the values carry.</summary>
    public IEnumerable<(double Percentile, double LatencyUs)> Curve()
    {
        const double Step = 0.02;
        for (double nines = Step; HasValues; nines += Step)
        {
            double percentile = 100 * (1 - Math.Pow(10, -nines));
            if (!IsCovered(percentile))
            {
                yield break;
            }

            yield return (percentile, HistogramCodec.PercentileUs(_merged!, percentile)!.Value);
        }
    }

    private bool IsCovered(double percentile) => PercentileRule.Allows(Count, _failed, percentile);

    private LongHistogram? Merged(string phase)
    {
        HistogramBase[] all = [.. _selection.Valid.Select(r => r.Histogram(phase)).OfType<HistogramBase>()];
        return all.Length == Repeats ? HistogramCodec.Merge(all) : null;
    }

    private static string Ordinal(double percentile) => string.Create(CultureInfo.InvariantCulture, $"{percentile:0.###}th");
}
