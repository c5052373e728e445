using System.Net;

namespace ReuseBench.Reports.Wording;

/// <summary>What Skia leaves out of its SVG: a size that scales, a name for those who cannot see it, fonts to fall back on.</summary>
internal static class SvgText
{
    public static string Finish(string svg, string title, int width, int height, string fontName)
    {
        string sized = $"width=\"{width}\" height=\"{height}\"";
        string scaling = $"{sized} viewBox=\"0 0 {width} {height}\" role=\"img\"";
        return svg
            .Replace(sized + ">", $"{scaling}>\n<title>{WebUtility.HtmlEncode(title)}</title>", StringComparison.Ordinal)
            .Replace($"font-family=\"{fontName}\"", $"font-family=\"{fontName}, Verdana, Arial, sans-serif\"", StringComparison.Ordinal);
    }
}
