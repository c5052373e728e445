using System.Globalization;

namespace ReuseBench.Reports.Wording;

/// <summary>A unit and the prefixes it is written with: three significant digits, one scale for a value and its range.</summary>
public sealed class Quantity
{
    private readonly (double From, double Factor, string Suffix)[] _scales;

    private readonly Func<double, string> _digits = Digits;

    private Quantity(params (double From, double Factor, string Suffix)[] scales) => _scales = scales;

    private Quantity(Func<double, string> digits)
        : this((0, 1, "")) => _digits = digits;

    public static Quantity RequestsPerSecond { get; } = Rate("requests/s");

    public static Quantity ConnectionsPerSecond { get; } = Rate("connections/s");

    /// <summary>Values in microseconds.</summary>
    public static Quantity Microseconds { get; } = new((0, 1, "µs"), (1e3, 1e-3, "ms"), (1e6, 1e-6, "s"));

    /// <summary>Values in milliseconds.</summary>
    public static Quantity Milliseconds { get; } = new((0, 1, "ms"), (1e4, 1e-3, "s"));

    /// <summary>A plain number.</summary>
    public static Quantity Ratio { get; } = new((0, 1, ""));

    /// <summary>
    /// A count over the mean of all counts: always to a thousandth, since what chance makes of it (1.013 to 1.174, say) often differs there only.
    /// </summary>
    public static Quantity OverMean { get; } = new(value => value.ToString("0.000", CultureInfo.InvariantCulture));

    /// <summary>The unit that values come in, without a prefix; empty for a plain number.</summary>
    public string Unit => _scales[0].Suffix;

    public string Text(double value)
    {
        (_, double factor, string suffix) = ScaleOf(value);
        return $"{_digits(value * factor)} {suffix}".TrimEnd();
    }

    /// <summary>A round value, as short as it goes.</summary>
    public string Tick(double value)
    {
        (_, double factor, string suffix) = ScaleOf(value);
        return $"{(value * factor).ToString("0.####", CultureInfo.InvariantCulture)} {suffix}".TrimEnd();
    }

    /// <summary>The value with its unit, and the ends of its range on the same scale.</summary>
    public (string Value, string Low, string High) Texts(double value, double low, double high)
    {
        (_, double factor, _) = ScaleOf(value);
        return (Text(value), _digits(low * factor), _digits(high * factor));
    }

    /// <summary>For an axis up to that value: what to multiply by, and the unit that makes of it.</summary>
    public (double Factor, string Unit) ScaleFor(double largest)
    {
        (_, double factor, string suffix) = ScaleOf(largest);
        return (factor, suffix);
    }

    /// <summary>The value alone, on a scale that stands elsewhere, such as in a heading.</summary>
    public static string Number(double value, double factor) => Digits(value * factor);

    private static Quantity Rate(string unit) => new((0, 1, unit), (1e3, 1e-3, "k " + unit), (1e6, 1e-6, "M " + unit));

    private (double From, double Factor, string Suffix) ScaleOf(double value) => _scales.Last(s => s.From == 0 || Math.Abs(value) >= s.From);

    private static string Digits(double value) => value.ToString(
        Math.Abs(value) switch { >= 100 => "0", >= 10 => "0.0", 0 => "0", >= 0.1 => "0.00", _ => "0.####" },
        CultureInfo.InvariantCulture);
}

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

    /// <summary>Such as <c>1, 2 and 4</c>.</summary>
    public static string Listed(IReadOnlyList<string> items) =>
        items.Count < 2 ? string.Concat(items) : $"{string.Join(", ", items.SkipLast(1))} and {items[^1]}";

    /// <summary>With a capital letter.</summary>
    public static string Sentence(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];

    /// <summary>Text from a table as a part of a file name or an anchor: lower-case letters, digits, single hyphens; never a path.</summary>
    public static string Slug(string text) => string.Join('-',
        new string([.. text.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : ' ')])
        .Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
