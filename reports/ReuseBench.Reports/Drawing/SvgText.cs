using System.Net;
using System.Text.RegularExpressions;

namespace ReuseBench.Reports.Drawing;

/// <summary>
/// What Skia leaves out of its SVG: a size that scales, a name for those who cannot see it, fonts to fall back on, and identifiers that
/// are the same each time (Skia's count on through the life of the process).
/// </summary>
internal static partial class SvgText
{
    public static string Finish(string svg, string title, int width, int height, string fontName)
    {
        string sized = $"width=\"{width}\" height=\"{height}\"";
        string scaling = $"{sized} viewBox=\"0 0 {width} {height}\" role=\"img\"";
        return Renumbered(svg)
            .Replace(sized + ">", $"{scaling}>\n<title>{WebUtility.HtmlEncode(title)}</title>", StringComparison.Ordinal)
            .Replace($"font-family=\"{fontName}\"", $"font-family=\"{fontName}, Verdana, Arial, sans-serif\"", StringComparison.Ordinal);
    }

    private static string Renumbered(string svg)
    {
        Dictionary<string, string> numbers = [];
        return Identifier().Replace(svg, match =>
        {
            string id = match.Groups["id"].Value;
            if (!numbers.TryGetValue(id, out string? number))
            {
                number = $"i{numbers.Count}";
                numbers[id] = number;
            }

            return match.Groups["before"].Value + number;
        });
    }

    [GeneratedRegex("""(?<before>\bid="|url\(#|href="#)(?<id>[A-Za-z]+_[0-9a-fA-F]+)""")]
    private static partial Regex Identifier();
}
