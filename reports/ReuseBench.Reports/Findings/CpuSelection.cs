using ReuseBench.Core.Cells;
using ReuseBench.Core.Statistics;
using ReuseBench.Core.Units;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Tables;

namespace ReuseBench.Reports.Findings;

/// <summary>
/// Whether a selector that goes by the receiving CPU did: where it works, nearly every connection is received on the CPU of the worker that
/// gets it. A classic BPF result out of range falls back to the hash without a word, and so does SO_INCOMING_CPU that matches no listener.
/// </summary>
public static class CpuSelection
{
    /// <summary>Below this local share (median of the repeats) it was something else that selected.</summary>
    private const double LeastLocal = 0.99;

    /// <returns>One sentence; null where the selector does not go by the CPU, or where it did.</returns>
    public static string? WhyNot(MeasuredCell cell)
    {
        if (cell.Settings.Variant != Series.Reuseport || !Names.TryParse(cell.Settings.Selector, out Selector selector) || !SelectorShares.GoesByCpu(selector))
        {
            return null;
        }

        Sample? local = Sample.Of(cell.Repeats.Where(r => r.IsValid(Figures.Fairness)).Select(r => r.Row.RxCpuMatchShare).OfType<double>());
        return local is null ? $"{cell.Label}: the receiving CPU was not counted, so that it is not known whether it was what was selected by; the figures may not be this selector's."
            : local.Median < LeastLocal ? $"{cell.Label}: only {Wording.Chance.Percent(local.Median)} of the connections were received on the CPU of their worker (median of the repeats; {Wording.Chance.Percent(LeastLocal)} is the least), so that the receiving CPU is not what was selected by: the figures are not this selector's."
            : null;
    }
}
