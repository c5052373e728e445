using System.Text;
using ReuseBench.Reports.Document;

namespace ReuseBench.Reports.Markdown;

/// <summary>Writes a report as Markdown (GitHub's dialect, for the tables); pictures are linked, relative to the run folder.</summary>
internal static class MarkdownWriter
{
    private const string Special = "\\`*_{}[]<>#|~";

    public static string Write(ReportDocument report)
    {
        StringBuilder text = new();
        text.Append("# ").AppendLine(Escape(report.Title)).AppendLine().AppendLine(Escape(report.Subtitle));
        foreach (Section section in report.Sections)
        {
            text.AppendLine().Append("## ").AppendLine(Escape(section.Title));
            foreach (Block block in section.Blocks)
            {
                text.AppendLine();
                Append(text, block);
            }
        }

        return text.ToString().ReplaceLineEndings("\n");
    }

    private static void Append(StringBuilder text, Block block)
    {
        switch (block)
        {
            case Paragraph paragraph:
                text.AppendLine(Escape(paragraph.Text));
                break;
            case Subheading heading:
                text.Append("### ").AppendLine(Escape(heading.Text));
                break;
            case Bullets bullets:
                text.AppendJoin('\n', bullets.Items.Select(i => "- " + Escape(i))).AppendLine();
                break;
            case Table table:
                AppendTable(text, table);
                break;
            case Picture picture:
                text.Append("![").Append(Escape(picture.Title)).Append("](").Append(picture.Png).AppendLine(")").AppendLine();
                text.AppendJoin(' ', picture.Notes.Select(Escape)).Append(" ([SVG](").Append(picture.Svg).AppendLine("))");
                break;
            default:
                throw new InvalidOperationException($"no Markdown for {block.GetType().Name}");
        }
    }

    private static void AppendTable(StringBuilder text, Table table)
    {
        text.AppendLine(Escape(table.Caption)).AppendLine();
        AppendRow(text, table.Header);
        AppendRow(text, [.. table.Header.Select(_ => "---")], escape: s => s);
        foreach (IReadOnlyList<string> row in table.Rows)
        {
            AppendRow(text, row);
        }
    }

    private static void AppendRow(StringBuilder text, IReadOnlyList<string> cells, Func<string, string>? escape = null) =>
        text.Append("| ").AppendJoin(" | ", cells.Select(escape ?? Escape)).AppendLine(" |");

    /// <summary>Plain text: no value can become markup, a link, or another line.</summary>
    private static string Escape(string text)
    {
        StringBuilder escaped = new(text.Length);
        foreach (char c in text.ReplaceLineEndings(" "))
        {
            if (Special.Contains(c, StringComparison.Ordinal))
            {
                escaped.Append('\\');
            }

            escaped.Append(char.IsControl(c) ? ' ' : c);
        }

        return escaped.ToString();
    }
}
