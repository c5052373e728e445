using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace ReuseBench.Reports.Render;

/// <summary>
/// An SVG as a data URI. Each stays a document of its own: inlined, the identifiers that Skia gives its clip paths would collide, and a text from
/// outside that broke out of one would be part of the page. What Skia says again and again is said once, and the address is text and not base64:
/// together a third of the size.
/// </summary>
internal static partial class SvgUri
{
    /// <summary>Skia says it of each path, and it is what is meant where nothing is said.</summary>
    private const string DefaultMiter = " stroke-miterlimit=\"4\"";

    /// <summary>The address, for an attribute in single quotes.</summary>
    public static string Of(string svg)
    {
        string slim = JoinGroups(ShareClips(Round(Space().Replace(svg, " "))));
        StringBuilder uri = new("data:image/svg+xml;charset=utf-8,", slim.Length + 1024);
        foreach (char c in slim)
        {
            uri.Append(c switch
            {
                '%' => "%25",
                '#' => "%23",
                '\'' => "%27",
                '&' => "&amp;",
                _ => null,
            } ?? c.ToString());
        }

        return uri.ToString();
    }

    /// <summary>Places to a tenth of a pixel of 1200; the file beside the report keeps them all. Text, widths and opacities stay as they are.</summary>
    private static string Round(string svg) => Tag().Replace(svg, tag => Places().Replace(
        tag.Value.Replace(DefaultMiter, "", StringComparison.Ordinal), places => Place().Replace(places.Value, number =>
            Math.Round(double.Parse(number.ValueSpan, CultureInfo.InvariantCulture), 1).ToString(CultureInfo.InvariantCulture))));

    /// <summary>One clip path for each area, where Skia has one for each mark.</summary>
    private static string ShareClips(string svg)
    {
        Dictionary<string, string> ofArea = [];
        Dictionary<string, string> shared = [];
        string once = Clip().Replace(svg, clip =>
        {
            (string id, string area) = (clip.Groups["id"].Value, clip.Groups["area"].Value);
            bool isNew = ofArea.TryAdd(area, id);
            shared[id] = ofArea[area];
            return isNew ? clip.Value : "";
        });
        return ClipUse().Replace(once, use => shared.TryGetValue(use.Groups["id"].Value, out string? id) ? $"<g clip-path=\"url(#{id})\">" : use.Value);
    }

    /// <summary>Neighbours that are clipped alike become one group.</summary>
    private static string JoinGroups(string svg)
    {
        StringBuilder joined = new(svg.Length);
        Stack<string> open = new();
        int done = 0;
        for (Match tag = Group().Match(svg); tag.Success; tag = tag.NextMatch())
        {
            if (tag.Value != "</g>")
            {
                open.Push(tag.Value);
                continue;
            }

            string closed = open.Count > 0 ? open.Pop() : "";
            Match next = tag.NextMatch();
            int after = tag.Index + tag.Length;
            if (next.Success && next.Value == closed && ClipUse().IsMatch(closed) && svg.AsSpan(after, next.Index - after).IsWhiteSpace())
            {
                joined.Append(svg, done, tag.Index - done);
                done = next.Index + next.Length;
            }
        }

        return joined.Append(svg, done, svg.Length - done).ToString();
    }

    /// <summary>Tags that hold places and nothing from outside: a text's content is between tags.</summary>
    [GeneratedRegex("<(text|path|rect|circle|ellipse|line|polyline|polygon)[^<>]*>")]
    private static partial Regex Tag();

    [GeneratedRegex(@" (x|y|d|cx|cy|width|height|points|transform)=""[^""]*""")]
    private static partial Regex Places();

    [GeneratedRegex(@"[0-9]+\.[0-9]{2,}")]
    private static partial Regex Place();

    [GeneratedRegex("""<clipPath id="(?<id>[^"]*)">(?<area>.*?)</clipPath> ?""")]
    private static partial Regex Clip();

    [GeneratedRegex("""<g clip-path="url\(#(?<id>[^")]*)\)">""")]
    private static partial Regex ClipUse();

    [GeneratedRegex("<g( [^<>]*)?>|</g>")]
    private static partial Regex Group();

    [GeneratedRegex(@"\s*[\t\r\n]\s*")]
    private static partial Regex Space();
}
