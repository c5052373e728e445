using System.Text;

namespace ReuseBench.Core.Results;

/// <summary>A table of a reference page.</summary>
/// <param name="titles">Heads of its columns.</param>
public sealed class MarkdownTable(params string[] titles)
{
    private readonly List<string[]> _rows = [];

    /// <param name="cells">As many as there are titles; Markdown, whose pipes are escaped here.</param>
    public MarkdownTable Row(params string[] cells)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(cells.Length, titles.Length);
        _rows.Add(cells);
        return this;
    }

    /// <summary>Each choice with its meaning.</summary>
    public MarkdownTable Rows(IEnumerable<(string Name, string Meaning)> choices)
    {
        foreach ((string name, string meaning) in choices)
        {
            Row(Code(name), meaning);
        }

        return this;
    }

    /// <summary>As code; nothing for an empty text.</summary>
    public static string Code(string text) => text.Length == 0 ? "" : $"`{text}`";

    /// <summary>The help of a setting is a line of a list, without capital and full stop; here it is a sentence.</summary>
    /// <remarks>A name such as <c>net.ipv4.tcp_migrate_req</c> stays as it is.</remarks>
    public static string Sentence(string text)
    {
        string first = text.Split(' ', 2)[0];
        string begun = first.IndexOfAny(['.', '_']) >= 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];
        return begun + (text.EndsWith('.') || text.EndsWith('…') ? "" : ".");
    }

    public override string ToString()
    {
        StringBuilder page = new();
        Line(page, titles);
        page.Append('|').Insert(page.Length, "---|", titles.Length).Append('\n');
        foreach (string[] row in _rows)
        {
            Line(page, row);
        }

        return page.ToString();
    }

    private static void Line(StringBuilder page, string[] cells) =>
        page.Append("| ").AppendJoin(" | ", cells.Select(c => c.Replace("|", "\\|", StringComparison.Ordinal))).Append(" |\n");
}
