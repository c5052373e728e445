using System.Text;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Csv;
using ReuseBench.Core.Verdicts;

namespace ReuseBench.Core.Results;

/// <summary>The pages of <c>docs/</c> that are made from the definitions, as Markdown, and the tables that written pages hold.</summary>
public static class ReferencePages
{
    /// <summary>What a page says of itself that is made as a whole.</summary>
    public const string Generated =
        "<!-- Generated from the definitions in the code; set REUSEBENCH_UPDATE_SNAPSHOTS=1 and run the tests of core and bench to write it anew. -->";

    /// <summary>Every page by its file name.</summary>
    public static IReadOnlyDictionary<string, Func<string>> All { get; } = new Dictionary<string, Func<string>>
    {
        ["COLUMNS.md"] = Columns,
        ["VERDICTS.md"] = Verdicts,
    };

    /// <summary>Tables within <c>SERVERS.md</c>, by the name of their place there.</summary>
    public static IReadOnlyDictionary<string, Func<string>> ServerTables { get; } = new Dictionary<string, Func<string>>
    {
        ["variants"] = Variants,
        ["accept-modes"] = () => Choices<AcceptMode>("accept mode"),
        ["selectors"] = () => Choices<Selector>("selector"),
        ["restart-methods"] = () => Choices<RestartMethod>("method"),
        ["restart-loads"] = () => Choices<RestartLoad>("load state"),
    };

    private static string Columns()
    {
        StringBuilder page = new();
        page.Append("# The tables of a run\n\n").Append(Generated).Append("\n\n");
        page.Append($"Schema version {Schema.Version}; versions from {Schema.Oldest} on can be read. Invariant culture; ");
        page.Append("an empty field is a value that was not measured. ");
        page.Append("Shares are 0 to 1. Better: ↑ higher, ↓ lower. Affects: a verdict that affects these figures affects the column.\n\n");
        MarkdownTable tables = new("file", "one row for each", "holds");
        foreach (ITable table in Tables.All)
        {
            tables.Row($"[{table.FileName}](#{Anchor(table.FileName)})", string.Join(", ", table.Keys), table.Meaning);
        }

        page.Append(tables);
        foreach (ITable table in Tables.All)
        {
            MarkdownTable columns = new("column", "unit", "better", "affects", "meaning");
            columns.Row(MarkdownTable.Code(Schema.Column), "", "", "", "Version of the tables.");
            foreach (ColumnInfo column in table.Columns)
            {
                MetricAttribute? metric = column.Metric;
                columns.Row(
                    MarkdownTable.Code(column.Name), column.Unit, Arrow(metric?.Better), Names(metric?.Affects ?? Figures.None),
                    MarkdownTable.Sentence(column.Meaning));
            }

            page.Append($"\n## {table.FileName}\n\n").Append(columns);
        }

        return page.ToString();
    }

    private static string Verdicts()
    {
        StringBuilder page = new();
        page.Append("# Reasons of a verdict\n\n").Append(Generated).Append("\n\n");
        page.Append("Each reason limits or invalidates the figures that it affects; others of the same repeat stay valid. ");
        page.Append("A limited value is ranked and marked; an invalid one is kept in the CSV, in no median and no ranking. ");
        page.Append("Some reasons depend on the figure: the fastest repeats have them first, say. A cell that lost repeats by such a reason is ");
        page.Append("biased, and not ranked.\n\n");
        MarkdownTable rules = new("reason", "affects", "grade", "depends on the figure", "what happened", "what to do");
        foreach (VerdictRule rule in VerdictRules.All)
        {
            rules.Row(
                MarkdownTable.Code(rule.Code), Names(rule.Affects), Units.Names.Of(rule.Grade), rule.DependsOnFigure ? "yes" : "", rule.Meaning, rule.Advice);
        }

        return page.Append(rules).ToString();
    }

    /// <summary>What each variant sets and starts, read off its settings.</summary>
    private static string Variants()
    {
        const int Workers = 4;
        MarkdownTable table = new("variant", "SO_REUSEADDR", "SO_REUSEPORT", $"listeners of {Workers} workers", $"threads of {Workers} workers", "meaning");
        foreach ((Variant variant, (string name, string meaning)) in Enum.GetValues<Variant>().Zip(Meanings.Of<Variant>()))
        {
            // One row for each number of threads: a blocking accept mode has a thread more for each worker.
            foreach (IGrouping<int, AcceptMode> modes in ModesOf(variant).GroupBy(mode => Server(variant, mode).Threads))
            {
                ServerSettings server = Server(variant, modes.First());
                string accept = ModesOf(variant).Length > 1 ? $" ({string.Join(", ", modes.Select(m => MarkdownTable.Code(Units.Names.Of(m))))})" : "";
                table.Row(
                    MarkdownTable.Code(name) + accept, OnOff(server.EffectiveReuseAddr), OnOff(server.EffectiveReusePort), $"{server.Listeners}",
                    $"{server.Threads}", meaning);
            }
        }

        return table.ToString();

        static ServerSettings Server(Variant variant, AcceptMode mode) => new() { Variant = variant, Accept = mode, Workers = Workers };

        static AcceptMode[] ModesOf(Variant variant) => variant switch
        {
            Variant.Shared => Enum.GetValues<AcceptMode>(),
            Variant.Inherited => [AcceptMode.Epoll, AcceptMode.EpollExclusive],
            _ => [AcceptMode.Epoll],
        };

        static string OnOff(bool on) => on ? "on" : "off";
    }

    private static string Choices<T>(string title)
        where T : struct, Enum => new MarkdownTable(title, "meaning").Rows(Meanings.Of<T>()).ToString();

    private static string Anchor(string heading) => heading.Replace(".", "", StringComparison.Ordinal);

    private static string Arrow(Better? better) => better switch { Better.Higher => "↑", Better.Lower => "↓", _ => "" };

    private static string Names(Figures figures) => figures switch
    {
        Figures.All => "all",
        Figures.None => "",
        _ => string.Join(", ", Enum.GetValues<Figures>().Where(f => f != Figures.None && f != Figures.All && figures.HasFlag(f))).ToLowerInvariant(),
    };
}
