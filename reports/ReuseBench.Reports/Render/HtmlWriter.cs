using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Markdig;
using Markdig.Extensions.Tables;
using Markdig.Renderers;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using ReuseBench.Core.Units;
using ReuseBench.Reports.Document;
using ReuseBench.Reports.Wording;
using Block = ReuseBench.Reports.Document.Block;
using MarkdownTable = Markdig.Extensions.Tables.Table;
using Table = ReuseBench.Reports.Document.Table;

namespace ReuseBench.Reports.Render;

/// <summary>
/// Makes one HTML file that needs nothing else: pictures are data URIs, style and script stand in it, and its policy forbids every request.
/// Text becomes HTML by way of the Markdown, in which raw HTML is text; only the frames of page, section, fold, table and figure are written here.
/// The page is complete without its script.
/// </summary>
internal sealed class HtmlWriter
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().UsePipeTables().DisableHtml().Build();

    private readonly StringBuilder _html = new();

    private readonly HashSet<string> _ids = [];

    private string _section = "";

    private HtmlWriter()
    {
    }

    public static string Write(ReportDocument report)
    {
        HtmlWriter writer = new();
        writer.Page(report);
        return writer._html.ToString().ReplaceLineEndings("\n");
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);

    private static string HashOf(string inline) => $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(inline)))}'";

    private void Page(ReportDocument report)
    {
        _html.AppendLine("<!DOCTYPE html>").AppendLine("<html lang=\"en\">").AppendLine("<head>").AppendLine("<meta charset=\"utf-8\">");
        _html.Append("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src ")
            .Append(HashOf(PageAssets.Style)).Append("; script-src ").Append(HashOf(PageAssets.Script))
            .AppendLine("; base-uri 'none'; form-action 'none'\">");
        _html.AppendLine("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
        _html.Append("<title>").Append(Text(report.Title)).AppendLine("</title>");
        _html.Append("<style>").Append(PageAssets.Style).AppendLine("</style>").AppendLine("</head>").AppendLine("<body>");
        _html.AppendLine("<a class=\"skip\" href=\"#content\">Skip to the content</a>");
        _html.Append("<header><h1>").Append(Text(report.Title)).Append("</h1><p>").Append(Text(report.Subtitle)).AppendLine("</p></header>");
        _html.AppendLine("<div class=\"page\">").AppendLine("<main id=\"content\" tabindex=\"-1\">");
        _ids.Add("content");

        // Before all other names: links lead to them.
        (Section Section, string Id)[] sections = [.. report.Sections.Select(s => (s, Free(s.Id)))];
        if (report.First.Count > 0)
        {
            _html.AppendLine("<div class=\"first\">");
            Blocks(report.First);
            _html.AppendLine("</div>");
        }

        Contents(sections);
        foreach ((Section section, string id) in sections)
        {
            _section = id;
            _html.Append("<section id=\"").Append(Text(_section)).AppendLine("\">");
            Heading(2, section.Title, _section);
            Blocks(section.Blocks);
            _html.AppendLine("</section>");
        }

        _html.AppendLine("</main>").AppendLine("</div>");
        _html.Append("<script>").Append(PageAssets.Script).AppendLine("</script>").AppendLine("</body>").AppendLine("</html>");
    }

    private void Contents((Section Section, string Id)[] sections)
    {
        _html.AppendLine("<nav aria-label=\"Contents\"><ul>");
        foreach ((Section section, string id) in sections)
        {
            _html.Append("<li><a href=\"#").Append(Text(id)).Append("\">").Append(Text(section.Title)).AppendLine("</a></li>");
        }

        _html.AppendLine("</ul></nav>");
    }

    private void Heading(int level, string title, string id) => _html.Append(CultureInfo.InvariantCulture,
        $"<h{level}>{Text(title)} <a class=\"anchor\" href=\"#{Text(id)}\" aria-label=\"Link to: {Text(title)}\">#</a></h{level}>").AppendLine();

    /// <summary>The name, or the name with a number where it is taken.</summary>
    private string Free(string id)
    {
        string free = id;
        for (int i = 2; !_ids.Add(free); i++)
        {
            free = $"{id}-{i}";
        }

        return free;
    }

    private void Blocks(IEnumerable<Block> blocks)
    {
        foreach (Block block in blocks)
        {
            Write(block);
        }
    }

    private void Write(Block block)
    {
        switch (block)
        {
            case Subheading heading:
                string id = Free($"{_section}-{Words.Slug(heading.Text)}");
                _html.Append("<div class=\"sub\" id=\"").Append(id).Append("\">");
                Heading(3, heading.Text, id);
                _html.AppendLine("</div>");
                break;
            case Fold fold:
                _html.Append("<details><summary>").Append(Text(fold.Summary)).AppendLine("</summary><div class=\"folded\">");
                Blocks(fold.Blocks);
                _html.AppendLine("</div></details>");
                break;
            case Lead lead:
                Write(lead);
                break;
            case Table table:
                Write(table);
                break;
            case Picture picture:
                Write(picture);
                break;
            default:
                _html.Append(Markup(Parse(block)));
                break;
        }
    }

    private void Write(Lead lead)
    {
        _html.Append("<p class=\"question\">").Append(Text(lead.Question)).AppendLine("</p>");
        if (lead.Results.Count > 0)
        {
            _html.Append("<div class=\"results\">").Append(Markup(Parse(new Bullets(lead.Results)))).AppendLine("</div>");
        }

        if (lead.Next.Count > 0)
        {
            _html.Append("<div class=\"next\"><p>What to do next</p>").Append(Markup(Parse(new Bullets(lead.Next)))).AppendLine("</div>");
        }

        if (lead.Tiles.Count > 0)
        {
            _html.Append("<ul class=\"tiles\">");
            foreach (Tile tile in lead.Tiles)
            {
                string shown = $"<b>{(tile.Grade is { } g ? VerdictMark.SymbolOf(g) + " " : "")}{Text(tile.Value)}</b> {Text(tile.Label)}";
                _html.Append(tile.Grade is { } grade
                    ? $"<li><a class=\"tile {Names.Of(grade)}\" href=\"#{Section.VerdictsId}\">{shown}</a></li>"
                    : $"<li><span class=\"tile\">{shown}</span></li>");
            }

            _html.AppendLine("</ul>");
        }
    }

    /// <summary>A table that is wider than the page scrolls in a box of its own.</summary>
    private void Write(Table table)
    {
        MarkdownDocument document = Parse(table);
        string id = Free($"{_section}-table");
        if (document[0] is ParagraphBlock caption)
        {
            caption.GetAttributes().AddClass("caption");
            caption.GetAttributes().Id = id;
            document.RemoveAt(0);
            _html.Append(Markup([caption]));
        }

        MarkdownTable markdown = document.OfType<MarkdownTable>().Single();
        foreach (TableColumnDefinition column in markdown.ColumnDefinitions)
        {
            // The policy of the page allows no style in an attribute; the class says the same.
            column.Alignment = null;
        }

        bool[] isNumber = [.. Enumerable.Range(0, table.Columns.Count).Select(table.IsNumber)];
        foreach ((TableRow row, int r) in markdown.OfType<TableRow>().Select((row, r) => (row, r - 1)))
        {
            foreach ((TableCell cell, int c) in row.OfType<TableCell>().Select((cell, c) => (cell, c)))
            {
                if (isNumber[c])
                {
                    cell.GetAttributes().AddClass("number");
                }

                if (row.IsHeader)
                {
                    cell.GetAttributes().AddProperty("scope", "col");
                }
                else
                {
                    Mark(cell, table.At(r, c), isNumber[c]);
                }
            }
        }

        _html.Append("<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-labelledby=\"").Append(id).AppendLine("\">");
        _html.Append(Markup(document)).AppendLine("</div>");
    }

    /// <summary>
    /// Gives a cell what Markdown has no words for: the value to sort by where the text does not begin with it, and the colours of its marks.
    /// </summary>
    private static void Mark(TableCell cell, Entry entry, bool isNumber)
    {
        if (isNumber && Numbers.SortValue(entry) is double value && !Numbers.BeginsWith(entry.Text, value))
        {
            cell.GetAttributes().AddProperty("data-sort", value.ToString("G6", CultureInfo.InvariantCulture));
        }

        IEnumerable<LinkInline> links = cell.Descendants<LinkInline>().Skip(entry.Link is null ? 0 : 1);
        foreach ((LinkInline link, VerdictMark mark) in links.Zip(entry.Marks))
        {
            link.Title = MarkdownWriter.Reason(mark);
            link.GetAttributes().AddClass("mark");
            link.GetAttributes().AddClass(Names.Of(mark.Grade));
            if (entry.Text.Length > 0)
            {
                // The symbol alone says nothing to those who cannot see it.
                link.GetAttributes().AddProperty("aria-label", $"{Names.Of(mark.Grade)}: {mark.Code}");
            }
        }
    }

    private void Write(Picture picture)
    {
        string id = Free("chart-" + Words.Slug(Path.GetFileNameWithoutExtension(picture.Svg)));
        _html.Append("<figure class=\"chart\" id=\"").Append(Text(id)).Append('"');
        if (picture.Points.Count > 0)
        {
            // JSON's own encoder leaves no quote, ampersand or angle bracket of HTML in a text: in single quotes it stands as it is, at half the size.
            _html.Append(" data-points='").Append(PointsJson.Write(picture.Points)).Append('\'');
        }

        _html.Append("><div class=\"wide\" tabindex=\"0\" role=\"group\" aria-label=\"").Append(Text(picture.Title))
            .Append("\"><div class=\"sheet\"><img alt=\"")
            .Append(Text(picture.AltText)).Append("\" src='").Append(SvgUri.Of(picture.SvgText)).AppendLine("'></div></div>");
        _html.Append("<figcaption>").AppendJoin(' ', picture.Notes.Select(Text)).Append(" <span class=\"files\">");
        _html.Append(picture.Png.Length == 0 ? "" : $"<a href=\"{Text(picture.Svg)}\">SVG</a> <a href=\"{Text(picture.Png)}\">PNG</a> ")
            .Append(CultureInfo.InvariantCulture, $"<a class=\"anchor\" href=\"#{Text(id)}\" aria-label=\"Link to the chart: {Text(picture.Title)}\">#</a>")
            .AppendLine("</span></figcaption></figure>");
    }

    private static MarkdownDocument Parse(Block block) => Markdown.Parse(MarkdownWriter.Body([block]), Pipeline);

    private static string Markup(IEnumerable<Markdig.Syntax.Block> blocks)
    {
        using StringWriter text = new();
        HtmlRenderer renderer = new(text);
        Pipeline.Setup(renderer);
        foreach (Markdig.Syntax.Block block in blocks)
        {
            renderer.Render(block);
        }

        return text.ToString();
    }
}
