using System.Globalization;
using ScottPlot.TickGenerators;

namespace ReuseBench.Reports.Drawing;

/// <summary>Ticks that ScottPlot does not make by itself: categories, decades, and the tail of a distribution.</summary>
internal static class Ticks
{
    private static readonly double[] TailPercentiles = [50, 90, 99, 99.9, 99.99, 99.999, 99.9999];

    public static NumericManual Categories(IReadOnlyList<string> names) =>
        new([.. names.Select((_, i) => (double)i)], [.. names]);

    /// <summary>The place of a percentile on the tail axis: the number of nines, -log10(1 - p).</summary>
    public static double Nines(double percentile) => -Math.Log10(1 - (percentile / 100));

    public static NumericManual Tail(double highestPercentile)
    {
        double[] shown = [.. TailPercentiles.Where(p => p == TailPercentiles[0] || Nines(p) <= Nines(highestPercentile) + 0.5)];
        return new NumericManual([.. shown.Select(Nines)], [.. shown.Select(p => p.ToString(CultureInfo.InvariantCulture))]);
    }

    /// <summary>Ticks at 1, 2 and 5 of each decade where few decades are shown, at powers of ten where many; positions are log10.</summary>
    /// <param name="lowest">Smallest value shown, above 0.</param>
    /// <param name="highest">Largest value shown.</param>
    /// <param name="text">The label of a value.</param>
    public static NumericManual Log(double lowest, double highest, Func<double, string> text)
    {
        NumericManual ticks = new();
        int first = (int)Math.Floor(Math.Log10(lowest));
        int last = (int)Math.Ceiling(Math.Log10(highest));
        for (int decade = first; decade <= last; decade++)
        {
            double power = Math.Pow(10, decade);
            for (int digit = 1; digit <= 9; digit++)
            {
                bool labelled = digit == 1 || (last - first <= 3 && digit is 2 or 5);
                if (labelled && (last - first <= 3 || digit == 1))
                {
                    ticks.AddMajor(Math.Log10(digit * power), text(digit * power));
                }
                else
                {
                    ticks.AddMinor(Math.Log10(digit * power));
                }
            }
        }

        return ticks;
    }
}
