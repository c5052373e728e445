using System.Text;
using ReuseBench.Reports.Document;

namespace ReuseBench.Reports.Render;

/// <summary>
/// Writes a report as Markdown (GitHub's dialect, for the tables); pictures are linked, relative to the run folder. The page in HTML is made from
/// what stands here, so that a text from outside is escaped in one place: <see cref="Escape"/>.
/// </summary>
internal static class MarkdownWriter
{
    private const string Special = "\\`*_{}[]<>#|~&";

    public static string Write(ReportDocument report)
    {
        StringBuilder text = new();
        text.Append("# ").AppendLine(Escape(report.Title)).AppendLine().AppendLine(Escape(report.Subtitle));
        foreach (Section section in report.Sections)
        {
            text.AppendLine().Append("## ").AppendLine(Escape(section.Title)).AppendLine().Append(Body(section));
        }

        return text.ToString().ReplaceLineEndings("\n");
    }

    /// <summary>A section without its heading.</summary>
    public static string Body(Section section)
    {
        StringBuilder text = new();
        foreach (Block block in section.Blocks)
        {
            text.Append(text.Length == 0 ? "" : "\n");
            Append(text, block);
        }

        return text.ToString().ReplaceLineEndings("\n");
    }

    /// <summary>Plain text: no value can become markup, a link, an entity, a list or another line.</summary>
    public static string Escape(string text)
    {
        StringBuilder escaped = new(text.Length + 16);
        foreach (char c in text.ReplaceLineEndings(" ").AsSpan().TrimStart())
        {
            if (Special.Contains(c, StringComparison.Ordinal) || (escaped.Length == 0 && c is '-' or '+' or '='))
            {
                escaped.Append('\\');
            }
            else if (c is '.' or ')' && IsNumber(escaped))
            {
                escaped.Append('\\');
            }

            escaped.Append(char.IsControl(c) ? ' ' : c);
        }

        return escaped.ToString();
    }

    /// <summary>So that "1. " at the beginning of a text begins no list.</summary>
    private static bool IsNumber(StringBuilder begun)
    {
        for (int i = 0; i < begun.Length; i++)
        {
            if (i > 9 || !char.IsAsciiDigit(begun[i]))
            {
                return false;
            }
        }

        return begun.Length > 0;
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
                text.AppendJoin(' ', picture.Notes.Select(Escape)).AppendLine().AppendLine();
                text.Append("[SVG](").Append(picture.Svg).AppendLine(")");
                break;
            default:
                throw new InvalidOperationException($"no Markdown for {block.GetType().Name}");
        }
    }

    private static void AppendTable(StringBuilder text, Table table)
    {
        text.AppendLine(Escape(table.Caption)).AppendLine();
        AppendRow(text, table.Header.Select(EscapeCell));
        AppendRow(text, table.Header.Select(_ => "---"));
        foreach (IReadOnlyList<string> row in table.Rows)
        {
            AppendRow(text, row.Select(EscapeCell));
        }
    }

    private static void AppendRow(StringBuilder text, IEnumerable<string> cells) => text.Append("| ").AppendJoin(" | ", cells).AppendLine(" |");

    /// <summary>Within a row nothing begins a list, so that a number stays a number.</summary>
    private static string EscapeCell(string text) =>
        text.Length > 0 && (char.IsAsciiDigit(text[0]) || text[0] is '-' or '+' or '=') ? text[0] + Escape("x" + text[1..])[1..] : Escape(text);
}
