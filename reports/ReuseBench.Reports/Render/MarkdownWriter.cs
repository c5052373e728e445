using System.Net;
using System.Text;
using ReuseBench.Core.Units;
using ReuseBench.Reports.Document;
using ReuseBench.Reports.Wording;

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
        if (report.First.Count > 0)
        {
            text.AppendLine().Append(Body(report.First));
        }

        foreach (Section section in report.Sections)
        {
            text.AppendLine();
            if (section.Id != Words.Slug(section.Title))
            {
                text.Append("<a id=\"").Append(section.Id).AppendLine("\"></a>").AppendLine();
            }

            text.Append("## ").AppendLine(Escape(section.Title)).AppendLine().Append(Body(section.Blocks));
        }

        return text.ToString().ReplaceLineEndings("\n");
    }

    /// <summary>A section without its heading.</summary>
    public static string Body(Section section) => Body(section.Blocks);

    /// <summary>Blocks with an empty line between them.</summary>
    public static string Body(IEnumerable<Block> blocks)
    {
        StringBuilder text = new();
        foreach (Block block in blocks)
        {
            text.Append(text.Length == 0 ? "" : "\n");
            Append(text, block);
        }

        return text.ToString().ReplaceLineEndings("\n");
    }

    /// <summary>What a mark shows: its symbol, with its code where it stands alone.</summary>
    public static string Shown(VerdictMark mark, bool alone) => VerdictMark.SymbolOf(mark.Grade) + (alone ? " " + mark.Code : "");

    /// <summary>What a mark says on hover.</summary>
    public static string Reason(VerdictMark mark) =>
        Names.Of(mark.Grade) + (mark.Code == Names.Of(mark.Grade) ? "" : ": " + mark.Code) + (mark.Reason.Length == 0 ? "" : ": " + mark.Reason);

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
            case Code code:
                AppendCode(text, code.Text);
                break;
            case Lead lead:
                AppendLead(text, lead);
                break;
            case Fold fold:
                text.AppendLine("<details>").Append("<summary>").Append(WebUtility.HtmlEncode(fold.Summary.ReplaceLineEndings(" ")))
                    .AppendLine("</summary>").AppendLine().AppendLine(Body(fold.Blocks)).AppendLine("</details>");
                break;
            case Table table:
                AppendTable(text, table);
                break;
            case Picture picture:
                text.Append("![").Append(Escape(picture.AltText)).Append("](").Append(picture.Png).AppendLine(")").AppendLine();
                text.AppendJoin(' ', picture.Notes.Select(Escape)).AppendLine().AppendLine();
                text.Append("[SVG](").Append(picture.Svg).AppendLine(")");
                break;
            default:
                throw new InvalidOperationException($"no Markdown for {block.GetType().Name}");
        }
    }

    private static void AppendLead(StringBuilder text, Lead lead)
    {
        text.Append("**").Append(Escape(lead.Question)).AppendLine("**").AppendLine();
        text.Append(Body([
            .. lead.Results.Count > 0 ? [new Bullets(lead.Results)] : Array.Empty<Block>(),
            .. lead.Next.Count > 0 ? [new Paragraph("What to do next:"), new Bullets(lead.Next)] : Array.Empty<Block>(),
        ]));
        if (lead.Tiles.Count > 0)
        {
            text.AppendLine().AppendJoin(" · ", lead.Tiles.Select(AppendTile)).AppendLine();
        }
    }

    private static string AppendTile(Tile tile) => tile.Grade is { } grade
        ? $"[{VerdictMark.SymbolOf(grade)} {Escape(tile.Value)} {Escape(tile.Label)}](#{Section.VerdictsId})"
        : $"{Escape(tile.Value)} {Escape(tile.Label)}";

    /// <summary>The fence is longer than any that the text has, so that the text cannot end it.</summary>
    private static void AppendCode(StringBuilder text, string code)
    {
        int longest = 0;
        int here = 0;
        foreach (char c in code)
        {
            here = c == '`' ? here + 1 : 0;
            longest = Math.Max(longest, here);
        }

        string fence = new('`', Math.Max(3, longest + 1));
        text.AppendLine(fence).AppendLine(code.TrimEnd()).AppendLine(fence);
    }

    private static void AppendTable(StringBuilder text, Table table)
    {
        text.AppendLine(Escape(table.Caption)).AppendLine();
        AppendRow(text, table.Columns.Select(c => EscapeCell(c.Head)));
        AppendRow(text, table.Columns.Select((_, i) => table.IsNumber(i) ? "--:" : "---"));
        foreach (IReadOnlyList<Entry> row in table.Rows)
        {
            AppendRow(text, row.Select(Cell));
        }
    }

    private static void AppendRow(StringBuilder text, IEnumerable<string> cells) => text.Append("| ").AppendJoin(" | ", cells).AppendLine(" |");

    private static string Cell(Entry entry)
    {
        string shown = EscapeCell(entry.Text);
        string text = entry.Link is null ? shown : $"[{shown}]({Target(entry.Link)})";
        return string.Join(' ', entry.Marks.Select(m => Mark(m, entry.Text.Length == 0)).Prepend(text).Where(t => t.Length > 0));
    }

    /// <summary>The first sentence of its reason: it stands in the text itself, again in each row, and the verdicts have the rest.</summary>
    private static string Mark(VerdictMark mark, bool alone)
    {
        string reason = Reason(mark with { Reason = mark.Reason.Split(". ", 2)[0] });
        return $"[{Escape(Shown(mark, alone))}](#{Section.VerdictsId} \"{Escape(reason).Replace("\"", "\\\"", StringComparison.Ordinal)}\")";
    }

    /// <summary>Only a place in the report or a file beside it: whatever else was given becomes the name of a file.</summary>
    private static string Target(string link) => link.StartsWith('#')
        ? "#" + Uri.EscapeDataString(link[1..])
        : string.Join('/', link.Split('/').Select(Uri.EscapeDataString));

    /// <summary>Within a row nothing begins a list, so that a number stays a number.</summary>
    private static string EscapeCell(string text) =>
        text.Length > 0 && (char.IsAsciiDigit(text[0]) || text[0] is '-' or '+' or '=') ? text[0] + Escape("x" + text[1..])[1..] : Escape(text);
}
