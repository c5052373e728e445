using System.Globalization;

namespace ReuseBench.Reports.Analysis;

/// <summary>What can be said of a thing that happened in none of some trials: how often it may happen all the same.</summary>
public static class NoneOf
{
    private const double Level = 0.95;

    /// <summary>
    /// The largest share, 0 to 1, at which none in so many independent trials is not rarer than 5 %: the upper end of the one-sided 95 % interval of
    /// Clopper and Pearson. Of 2 it is 0.78, of 59 0.05.
    /// </summary>
    public static double MostShare(int trials) => 1 - Math.Pow(1 - Level, 1.0 / trials);

    /// <summary>The same in percent, two digits.</summary>
    public static string Percent(int trials) =>
        (100 * MostShare(trials)) is >= 10 and double percent
            ? percent.ToString("0", CultureInfo.InvariantCulture)
            : (100 * MostShare(trials)).ToString("0.0", CultureInfo.InvariantCulture);
}
