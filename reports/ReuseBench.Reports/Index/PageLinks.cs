using System.Net;
using System.Text.RegularExpressions;
using ReuseBench.Reports.Frame;

namespace ReuseBench.Reports.Index;

/// <summary>The links of a report to files beside it. A folder that is published in part has not all of them.</summary>
internal static partial class PageLinks
{
    /// <summary>Stands once below the heading of the files, where a link was dropped.</summary>
    private const string Note = "<p>Only the files whose names are links are published here; the whole run folder has the others.</p>\n";

    /// <summary>
    /// The page without links that lead nowhere. What they were on stays as text; the links below a chart go whole. The same page where every link leads
    /// somewhere.
    /// </summary>
    /// <param name="html">As <see cref="Render.HtmlWriter"/> writes it.</param>
    /// <param name="exists">Whether a path relative to the page is there.</param>
    public static string DropDead(string html, Predicate<string> exists)
    {
        string mended = OfChart().Replace(html, link => exists(PathOf(link)) ? link.Value : "");
        mended = Link().Replace(mended, link => exists(PathOf(link)) ? link.Value : link.Groups["text"].Value);
        return mended == html || mended.Contains(Note, StringComparison.Ordinal) ? mended : FilesHeading().Replace(mended, heading => heading.Value + Note, 1);
    }

    private static string PathOf(Match link) => Uri.UnescapeDataString(WebUtility.HtmlDecode(link.Groups["target"].Value));

    [GeneratedRegex("""<a href="(?<target>[^"#:?]+)">(?<text>[^<]*)</a>""")]
    private static partial Regex Link();

    [GeneratedRegex("""<a href="(?<target>[^"#:?]+)">(SVG|PNG)</a> """)]
    private static partial Regex OfChart();

    [GeneratedRegex($"""<section id="{FilesSection.Id}">\s*<h2>.*?</h2>\s*""")]
    private static partial Regex FilesHeading();
}
