using System.Net;
using System.Text;
using Markdig;
using Markdig.Extensions.Tables;
using Markdig.Renderers;
using Markdig.Renderers.Html;
using Markdig.Renderers.Html.Inlines;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using ReuseBench.Reports.Document;
using ReuseBench.Reports.Wording;
using MarkdownTable = Markdig.Extensions.Tables.Table;

namespace ReuseBench.Reports.Render;

/// <summary>
/// Makes one HTML file of the Markdown that needs nothing else: pictures are data URIs, there are no scripts, and raw HTML in the Markdown is text.
/// Only the frame of the page (title, contents, sections) is written here.
/// </summary>
internal static class HtmlWriter
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().UsePipeTables().DisableHtml().Build();

    public static string Write(ReportDocument report)
    {
        Dictionary<string, string> pictures = report.Sections.SelectMany(s => s.Blocks).OfType<Picture>().ToDictionary(p => p.Png, p => p.SvgText);
        StringBuilder html = new();
        html.AppendLine("<!DOCTYPE html>").AppendLine("<html lang=\"en\">").AppendLine("<head>").AppendLine("<meta charset=\"utf-8\">");
        html.AppendLine("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
        html.Append("<title>").Append(Text(report.Title)).AppendLine("</title>");
        html.Append("<style>").AppendLine().Append(Stylesheet.Css).AppendLine("</style>").AppendLine("</head>").AppendLine("<body>");
        html.Append("<header><h1>").Append(Text(report.Title)).Append("</h1><p>").Append(Text(report.Subtitle)).AppendLine("</p></header>");
        html.Append("<nav aria-label=\"Contents\">");
        html.AppendJoin(" · ", report.Sections.Select(s => $"<a href=\"#{Words.Slug(s.Title)}\">{Text(s.Title)}</a>")).AppendLine("</nav>")
            .AppendLine("<main>");
        foreach (Section section in report.Sections)
        {
            html.Append("<section id=\"").Append(Words.Slug(section.Title)).Append("\"><h2>").Append(Text(section.Title)).AppendLine("</h2>");
            html.Append(Body(MarkdownWriter.Body(section), pictures)).AppendLine("</section>");
        }

        html.AppendLine("</main>").AppendLine("</body>").AppendLine("</html>");
        return html.ToString().ReplaceLineEndings("\n");
    }

    private static string Body(string markdown, Dictionary<string, string> pictures)
    {
        MarkdownDocument document = Markdown.Parse(markdown, Pipeline);
        for (int i = 0; i < document.Count; i++)
        {
            if (document[i] is MarkdownTable table)
            {
                foreach (TableCell head in table.OfType<TableRow>().Where(r => r.IsHeader).SelectMany(r => r.OfType<TableCell>()))
                {
                    head.GetAttributes().AddProperty("scope", "col");
                }

                if (i > 0 && document[i - 1] is ParagraphBlock caption)
                {
                    caption.GetAttributes().AddClass("caption");
                }
            }
        }

        using StringWriter text = new();
        HtmlRenderer renderer = new(text);
        Pipeline.Setup(renderer);
        renderer.ObjectRenderers.ReplaceOrAdd<HtmlTableRenderer>(new WideTable());
        renderer.ObjectRenderers.ReplaceOrAdd<ParagraphRenderer>(new FigureParagraph());
        renderer.ObjectRenderers.ReplaceOrAdd<LinkInlineRenderer>(new EmbeddedPicture(pictures));
        renderer.Render(document);
        return text.ToString();
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);

    /// <summary>A table that is wider than the page scrolls by itself.</summary>
    private sealed class WideTable : HtmlTableRenderer
    {
        protected override void Write(HtmlRenderer renderer, MarkdownTable table)
        {
            renderer.EnsureLine();
            renderer.Write("<div class=\"wide\" tabindex=\"0\">");
            base.Write(renderer, table);
            renderer.WriteLine("</div>");
        }
    }

    /// <summary>A picture, the paragraph of its notes and the link to the vector file are one figure; the link leads nowhere from here.</summary>
    private sealed class FigureParagraph : ParagraphRenderer
    {
        protected override void Write(HtmlRenderer renderer, ParagraphBlock paragraph)
        {
            if (IsPicture(paragraph))
            {
                renderer.Write("<figure><div class=\"wide\" tabindex=\"0\">").WriteLeafInline(paragraph);
                renderer.WriteLine("</div>");
            }
            else if (IsPicture(Before(paragraph, 1)))
            {
                renderer.Write("<figcaption>").WriteLeafInline(paragraph);
                renderer.WriteLine("</figcaption></figure>");
            }
            else if (!IsPicture(Before(paragraph, 2)))
            {
                base.Write(renderer, paragraph);
            }
        }

        private static Markdig.Syntax.Block? Before(ParagraphBlock paragraph, int places) =>
            paragraph.Parent is MarkdownDocument document && document.IndexOf(paragraph) is var at && at >= places ? document[at - places] : null;

        private static bool IsPicture(MarkdownObject? block) => block is ParagraphBlock { Inline.FirstChild: LinkInline { IsImage: true } };
    }

    /// <summary>Each SVG stays a document of its own: inlined, the identifiers that Skia gives its clip paths would collide.</summary>
    private sealed class EmbeddedPicture(Dictionary<string, string> pictures) : LinkInlineRenderer
    {
        protected override void Write(HtmlRenderer renderer, LinkInline link)
        {
            if (link.IsImage && link.Url is string url && pictures.TryGetValue(url, out string? svg))
            {
                renderer.Write("<img alt=\"");
                renderer.EnableHtmlForInline = false;
                renderer.WriteChildren(link);
                renderer.EnableHtmlForInline = true;
                renderer.Write("\" src=\"data:image/svg+xml;base64,").Write(Convert.ToBase64String(Encoding.UTF8.GetBytes(svg))).Write("\">");
            }
            else
            {
                base.Write(renderer, link);
            }
        }
    }
}
