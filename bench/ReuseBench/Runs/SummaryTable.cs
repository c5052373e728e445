using ReuseBench.Reports;
using Spectre.Console;

namespace ReuseBench.Bench.Runs;

/// <summary>
/// The table that a run ends with, in the width that there is. Where it is wide, the load is a column; where not, a line above the rows that
/// share it, and the columns that are missed least are left out, never a word broken.
/// </summary>
internal static class SummaryTable
{
    /// <summary>Blanks and the border around a column.</summary>
    private const int AroundColumn = 3;

    /// <summary>The one column of several words: where nothing is left to be spared, it wraps between them.</summary>
    private const string Verdict = "verdict";

    private static readonly Column[] All =
    [
        new("load", r => r.Load),
        new("variant", r => r.Variant),
        new("workers", r => $"{r.Workers}"),
        new("n", r => r.Repeats),
        new("throughput", r => r.Throughput),
        new("p50", r => r.LatencyP50),
        new("p99", r => r.LatencyP99),
        new("gap", r => r.Gap),
        new(Verdict, r => r.Grades),
    ];

    /// <summary>In this order, while it is too wide.</summary>
    private static readonly string[] Spared = ["load", "p50", "n", "workers", "gap", "p99"];

    public static void Print(IReadOnlyList<SummaryRow> rows, IAnsiConsole console)
    {
        Column[] columns = Fitting(rows, console.Profile.Width);
        if (columns.Length == All.Length)
        {
            console.Write(Table(columns, rows));
            return;
        }

        string[] missing = [.. All.Except(columns).Select(c => c.Title).Where(t => t != "load")];
        foreach (IGrouping<string, SummaryRow> load in rows.GroupBy(r => r.Load))
        {
            console.WriteLine(load.Key);
            console.Write(Table(columns, load));
        }

        if (missing.Length > 0)
        {
            console.WriteLine($"{string.Join(", ", missing)}: in the report, or in a wider terminal");
        }
    }

    private static Column[] Fitting(IReadOnlyList<SummaryRow> rows, int width)
    {
        Column[] columns = All;
        foreach (string spared in Spared)
        {
            if (columns.Sum(c => c.WidthOf(rows) + AroundColumn) + 1 <= width)
            {
                break;
            }

            columns = [.. columns.Where(c => c.Title != spared)];
        }

        return columns;
    }

    private static Table Table(Column[] columns, IEnumerable<SummaryRow> rows)
    {
        Table table = new Table().Border(TableBorder.Simple);
        foreach (Column column in columns)
        {
            TableColumn head = new(column.Title);
            table.AddColumn(column.Title == Verdict ? head : head.NoWrap());
        }

        foreach (SummaryRow row in rows)
        {
            table.AddRow([.. columns.Select(c => new Text(c.Text(row)))]);
        }

        return table;
    }

    private sealed record Column(string Title, Func<SummaryRow, string> Text)
    {
        public int WidthOf(IReadOnlyList<SummaryRow> rows) => rows.Select(r => Text(r).Length).Append(Title.Length).Max();
    }
}
