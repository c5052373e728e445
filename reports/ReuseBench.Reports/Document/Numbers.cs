using System.Globalization;
using System.Text.RegularExpressions;

namespace ReuseBench.Reports.Document;

/// <summary>Reads what a table's entry begins with, to align and to sort it.</summary>
internal static partial class Numbers
{
    /// <summary>Whether all read as a number or as none ("–", "-" or nothing), and one is a number.</summary>
    public static bool All(IEnumerable<Entry> entries)
    {
        bool any = false;
        foreach (Entry entry in entries)
        {
            bool isNumber = entry.Sort is not null || Whole().IsMatch(entry.Text);
            if (!isNumber && !IsNone(entry.Text))
            {
                return false;
            }

            any |= isNumber;
        }

        return any;
    }

    /// <summary>What the entry is sorted by: its own value, else the number that it begins with, in its basic unit; null for none.</summary>
    public static double? SortValue(Entry entry)
    {
        if (entry.Sort is not null)
        {
            return entry.Sort;
        }

        Match match = Beginning().Match(entry.Text);
        return match.Success && double.TryParse(match.Groups["number"].Value.Replace('−', '-'), NumberStyles.Float | NumberStyles.AllowThousands,
            CultureInfo.InvariantCulture, out double number)
            ? number * Scale(match.Groups["unit"].Value)
            : null;
    }

    /// <summary>Whether a program that reads the text as a number as far as it goes comes to that value.</summary>
    public static bool BeginsWith(string text, double value) =>
        Plain().Match(text) is { Success: true } match && double.Parse(match.ValueSpan, CultureInfo.InvariantCulture) == value;

    private static bool IsNone(string text) => text.Length == 0 || text[0] is '–' or '—' || text == "-";

    private static double Scale(string unit) => unit switch
    {
        "ns" => 1e-9,
        "µs" => 1e-6,
        "ms" => 1e-3,
        "min" => 60,
        "k" => 1e3,
        "M" => 1e6,
        "G" => 1e9,
        _ => 1,
    };

    [GeneratedRegex(@"^[+-]?[0-9]+(\.[0-9]+)?")]
    private static partial Regex Plain();

    [GeneratedRegex(@"^[<>≤≥≈± ]*(?<number>[+−-]?[0-9][0-9,]*(\.[0-9]+)?)( ?(?<unit>ns|µs|ms|min|k|M|G)\b)?")]
    private static partial Regex Beginning();

    /// <summary>A number, or two with "to" or "of" between them, perhaps with unit, star and an interval or remark in brackets.</summary>
    [GeneratedRegex(@"^[<>≤≥≈± ]*[+−-]?[0-9][0-9,]*(\.[0-9]+)?( (to|of) [+−-]?[0-9][0-9,]*(\.[0-9]+)?)?( ?(%|×|[nµm]?s|min|[kMG]|[kMG]? ?\w+/s))?( \*)?( \([^)]{0,40}\))?$")]
    private static partial Regex Whole();
}
