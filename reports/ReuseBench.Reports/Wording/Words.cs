using System.Globalization;

namespace ReuseBench.Reports.Wording;

/// <summary>Small words that every part of a report needs.</summary>
internal static class Words
{
    private const double SmallestSaid = 0.0001;

    /// <summary>A p-value: two digits that count, or that it is below what is worth telling apart.</summary>
    public static string P(double value) => value < SmallestSaid
        ? "below 0.0001"
        : value.ToString(value < 0.01 ? "0.####" : "0.###", CultureInfo.InvariantCulture);

    /// <summary>Such as <c>2.1 %</c>.</summary>
    public static string Percent(double share) =>
        $"{(100 * share).ToString(share is > 0 and < 0.01 ? "0.00" : "0.0", CultureInfo.InvariantCulture)} %";

    /// <summary>Such as <c>1 repeat</c> or <c>3 repeats</c>.</summary>
    public static string Count(long count, string noun) => $"{count} {noun}{(count == 1 ? "" : "s")}";

    /// <summary>With a capital letter.</summary>
    public static string Sentence(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];

    /// <summary>Text from a table as a part of a file name or an anchor: lower-case letters, digits, single hyphens; never a path.</summary>
    public static string Slug(string text) => string.Join('-',
        new string([.. text.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : ' ')])
        .Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
