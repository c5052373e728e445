using System.Globalization;

namespace ReuseBench.Reports.Wording;

/// <summary>Probabilities and shares in the report.</summary>
internal static class Chance
{
    private const double SmallestSaid = 0.0001;

    /// <summary>A p-value: two digits that count, or that it is below what is worth telling apart.</summary>
    public static string P(double value) => value < SmallestSaid
        ? "below 0.0001"
        : value.ToString(value < 0.01 ? "0.####" : "0.###", CultureInfo.InvariantCulture);

    /// <summary>Such as <c>2.1 %</c>.</summary>
    public static string Percent(double share) => $"{(100 * share).ToString(share is > 0 and < 0.01 ? "0.00" : "0.0", CultureInfo.InvariantCulture)} %";
}
