using System.Net;
using System.Text;
using ReuseBench.Reports.Document;
using ReuseBench.Reports.Wording;

namespace ReuseBench.Reports.Html;

/// <summary>Writes a report as one HTML file that needs nothing else: pictures are data URIs, there are no scripts.</summary>
internal static class HtmlWriter
{
    public static string Write(ReportDocument report)
    {
        StringBuilder html = new();
        html.AppendLine("<!DOCTYPE html>").AppendLine("<html lang=\"en\">").AppendLine("<head>").AppendLine("<meta charset=\"utf-8\">");
        html.AppendLine("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
        html.Append("<title>").Append(Text(report.Title)).AppendLine("</title>");
        html.Append("<style>").AppendLine().Append(Stylesheet.Css).AppendLine("</style>").AppendLine("</head>").AppendLine("<body>");
        html.Append("<header><h1>").Append(Text(report.Title)).Append("</h1><p>").Append(Text(report.Subtitle)).AppendLine("</p></header>");
        AppendContents(html, report);
        html.AppendLine("<main>");
        foreach (Section section in report.Sections)
        {
            html.Append("<section id=\"").Append(Slug.Of(section.Title)).Append("\"><h2>").Append(Text(section.Title)).AppendLine("</h2>");
            foreach (Block block in section.Blocks)
            {
                Append(html, block);
            }

            html.AppendLine("</section>");
        }

        html.AppendLine("</main>").AppendLine("</body>").AppendLine("</html>");
        return html.ToString().ReplaceLineEndings("\n");
    }

    private static void AppendContents(StringBuilder html, ReportDocument report)
    {
        html.Append("<nav aria-label=\"Contents\">");
        html.AppendJoin(" · ", report.Sections.Select(s => $"<a href=\"#{Slug.Of(s.Title)}\">{Text(s.Title)}</a>"));
        html.AppendLine("</nav>");
    }

    private static void Append(StringBuilder html, Block block)
    {
        switch (block)
        {
            case Paragraph paragraph:
                html.Append("<p>").Append(Text(paragraph.Text)).AppendLine("</p>");
                break;
            case Subheading heading:
                html.Append("<h3>").Append(Text(heading.Text)).AppendLine("</h3>");
                break;
            case Bullets bullets:
                html.AppendLine("<ul>");
                html.AppendJoin('\n', bullets.Items.Select(i => $"<li>{Text(i)}</li>")).AppendLine().AppendLine("</ul>");
                break;
            case Table table:
                AppendTable(html, table);
                break;
            case Picture picture:
                AppendPicture(html, picture);
                break;
            default:
                throw new InvalidOperationException($"no HTML for {block.GetType().Name}");
        }
    }

    private static void AppendTable(StringBuilder html, Table table)
    {
        html.Append("<p class=\"caption\">").Append(Text(table.Caption)).AppendLine("</p>").AppendLine("<div class=\"wide\" tabindex=\"0\"><table>");
        html.Append("<thead><tr>").AppendJoin("", table.Header.Select(h => $"<th scope=\"col\">{Text(h)}</th>")).AppendLine("</tr></thead>").AppendLine("<tbody>");
        foreach (IReadOnlyList<string> row in table.Rows)
        {
            html.Append("<tr>").AppendJoin("", row.Select(c => $"<td>{Text(c)}</td>")).AppendLine("</tr>");
        }

        html.AppendLine("</tbody></table></div>");
    }

    /// <summary>Each SVG stays a document of its own: inlined, the identifiers that Skia gives its clip paths would collide.</summary>
    private static void AppendPicture(StringBuilder html, Picture picture)
    {
        string data = Convert.ToBase64String(Encoding.UTF8.GetBytes(picture.SvgText));
        html.Append("<figure><div class=\"wide\" tabindex=\"0\"><img alt=\"").Append(Text(picture.Title)).Append("\" src=\"data:image/svg+xml;base64,").Append(data).AppendLine("\"></div>");
        html.Append("<figcaption>").AppendJoin(' ', picture.Notes.Select(Text)).AppendLine("</figcaption></figure>");
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
