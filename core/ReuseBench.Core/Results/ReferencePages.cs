using System.Text;
using ReuseBench.Core.Csv;
using ReuseBench.Core.Verdicts;

namespace ReuseBench.Core.Results;

/// <summary>The pages of <c>docs/</c> that are made from the definitions, as Markdown.</summary>
public static class ReferencePages
{
    private const string Generated =
        "<!-- Generated from the definitions in core; REUSEBENCH_UPDATE_SNAPSHOTS=1 and the tests of core write it anew. -->";

    /// <summary>Every page by its file name.</summary>
    public static IReadOnlyDictionary<string, Func<string>> All { get; } = new Dictionary<string, Func<string>>
    {
        ["COLUMNS.md"] = Columns,
        ["VERDICTS.md"] = Verdicts,
    };

    private static string Columns()
    {
        StringBuilder page = new();
        page.Append("# The tables of a run\n\n").Append(Generated).Append("\n\n");
        page.Append($"Schema version {Schema.Version}; versions from {Schema.Oldest} on can be read. Invariant culture; ");
        page.Append("an empty field is a value that was not measured. ");
        page.Append("Shares are 0 to 1. Better: ↑ higher, ↓ lower. Affects: a verdict that affects these figures affects the column.\n\n");
        Head(page, "file", "one row for each", "holds");
        foreach (ITable table in Tables.All)
        {
            Row(page, $"[{table.FileName}](#{Anchor(table.FileName)})", string.Join(", ", table.Keys), table.Meaning);
        }

        foreach (ITable table in Tables.All)
        {
            page.Append($"\n## {table.FileName}\n\n");
            Head(page, "column", "unit", "better", "affects", "meaning");
            Row(page, Code(Schema.Column), "", "", "", "Version of the tables.");
            foreach (ColumnInfo column in table.Columns)
            {
                MetricAttribute? metric = column.Metric;
                Row(page, Code(column.Name), column.Unit, Arrow(metric?.Better), Names(metric?.Affects ?? Figures.None), Sentence(column.Meaning));
            }
        }

        return page.ToString();
    }

    private static string Verdicts()
    {
        StringBuilder page = new();
        page.Append("# Reasons of a verdict\n\n").Append(Generated).Append("\n\n");
        page.Append("Each reason limits or invalidates the figures that it affects; others of the same repeat stay valid. ");
        page.Append("A limited value is ranked and marked; an invalid one is kept in the CSV, in no median and no ranking. ");
        page.Append("Where a reason depends on the figure (the fastest repeats have it first, say), a cell that lost repeats by it is biased, ");
        page.Append("and not ranked.\n\n");
        Head(page, "reason", "affects", "grade", "depends on the figure", "what happened", "what to do");
        foreach (VerdictRule rule in VerdictRules.All)
        {
            Row(page, Code(rule.Code), Names(rule.Affects), Units.Names.Of(rule.Grade), rule.DependsOnFigure ? "yes" : "", rule.Meaning, rule.Advice);
        }

        return page.ToString();
    }

    private static void Head(StringBuilder page, params string[] titles)
    {
        Row(page, titles);
        page.Append('|').Insert(page.Length, "---|", titles.Length).Append('\n');
    }

    private static void Row(StringBuilder page, params string[] cells) =>
        page.Append("| ").AppendJoin(" | ", cells.Select(c => c.Replace("|", "\\|", StringComparison.Ordinal))).Append(" |\n");

    /// <summary>The help of a setting is a line of a list: no capital, no full stop.</summary>
    private static string Sentence(string text) =>
        char.ToUpperInvariant(text[0]) + text[1..] + (text.EndsWith('.') || text.EndsWith('…') ? "" : ".");

    private static string Code(string text) => $"`{text}`";

    private static string Anchor(string heading) => heading.Replace(".", "", StringComparison.Ordinal);

    private static string Arrow(Better? better) => better switch { Better.Higher => "↑", Better.Lower => "↓", _ => "" };

    private static string Names(Figures figures) => figures switch
    {
        Figures.All => "all",
        Figures.None => "",
        _ => string.Join(", ", Enum.GetValues<Figures>().Where(f => f != Figures.None && f != Figures.All && figures.HasFlag(f))).ToLowerInvariant(),
    };
}
