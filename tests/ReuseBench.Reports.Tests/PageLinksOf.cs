using System.Net;
using System.Text.RegularExpressions;

namespace ReuseBench.Reports.Tests;

/// <summary>Where the links of a page lead, read without the product's own pattern.</summary>
internal static partial class PageLinksOf
{
    /// <summary>Targets of all links and pictures of a page in HTML or Markdown, but for other sites.</summary>
    public static IReadOnlyList<string> All(string page)
    {
        string text = File.ReadAllText(page);
        MatchCollection found = page.EndsWith(".html", StringComparison.Ordinal) ? Html().Matches(text) : Markdown().Matches(text);
        return [.. found.Select(m => WebUtility.HtmlDecode(m.Groups["target"].Value)).Where(t => !t.Contains("://", StringComparison.Ordinal)).Distinct()];
    }

    /// <summary>Those that lead nowhere: to no file beside the page, or to no id of it.</summary>
    public static IReadOnlyList<string> Dead(string page)
    {
        string text = File.ReadAllText(page);
        HashSet<string> ids = [.. Id().Matches(text).Select(m => WebUtility.HtmlDecode(m.Groups["id"].Value))];
        string folder = Path.GetDirectoryName(page)!;
        return
        [
            .. All(page).Where(target => target.StartsWith('#')
                ? !ids.Contains(target[1..])
                : !Path.Exists(Path.Combine(folder, Uri.UnescapeDataString(target.Split('#')[0])))),
        ];
    }

    [GeneratedRegex("""<a\b[^>]*?\bhref=["'](?<target>[^"']+)["']""")]
    private static partial Regex Html();

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)[^)]*\)")]
    private static partial Regex Markdown();

    [GeneratedRegex("""\bid=["'](?<id>[^"']+)["']""")]
    private static partial Regex Id();
}
