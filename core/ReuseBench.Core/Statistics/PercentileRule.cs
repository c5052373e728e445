using System.Globalization;

namespace ReuseBench.Core.Statistics;

/// <summary>
/// Which percentiles of a sample may be published: the one rule for the CSV, the tables and the charts. Requests that failed are not
/// in a histogram and were slower than anything in it, so they must be few against what lies beyond the percentile; and what lies
/// beyond it must be more than single requests.
/// </summary>
public static class PercentileRule
{
    /// <summary>At least so many values lie beyond a percentile; further out it would show single requests, not the server.</summary>
    public const int ValuesBeyond = 10;

    /// <summary>
    /// Failures may be this part of what lies beyond a percentile: with more, the 99th of the answers is not the 99th of the requests.
    /// </summary>
    public const double FailedOfTail = 0.1;

    // 100 − 99.9 is not 0.1 in binary; a hundred-millionth of a request is no difference.
    private const double Rounding = 1e-6;

    /// <param name="values">Values recorded.</param>
    /// <param name="failed">Requests of the same window that are not among them.</param>
    /// <param name="percentile">0 to 100; 100 is the largest value, for which no value can lie beyond, but none may have failed.</param>
    public static bool Allows(long values, long failed, double percentile) => WhyNot(values, failed, percentile) is null;

    /// <summary>Why the percentile is not to be published, in words for a table; null where it is.</summary>
    /// <param name="values">As in <see cref="Allows"/>.</param>
    /// <param name="failed">As there.</param>
    /// <param name="percentile">As there.</param>
    public static string? WhyNot(long values, long failed, double percentile)
    {
        double beyond = 1 - (percentile / 100);
        if (values == 0 || (percentile < 100 && (values * beyond) < ValuesBeyond - Rounding))
        {
            return string.Create(CultureInfo.InvariantCulture, $"{values} values are too few for percentile {percentile:0.###}");
        }

        long requests = values + failed;
        return failed > (requests * beyond * FailedOfTail) + Rounding
            ? string.Create(
                CultureInfo.InvariantCulture, $"{failed} of {requests} requests failed and are slower than any response: too many for percentile "
                    + $"{percentile:0.###}")
            : null;
    }
}
