using ReuseBench.Reports;
using Spectre.Console;

namespace ReuseBench.Bench.Runs;

/// <summary>
/// The table of an experiment, in the width that there is. What holds for several rows stands above them; where it is too wide, the columns that are
/// missed least are left out, never a word broken.
/// </summary>
internal static class SummaryTable
{
    /// <summary>Blanks between two columns.</summary>
    private const int Between = 2;

    /// <param name="table">Of one experiment.</param>
    /// <param name="console">Its width is kept to.</param>
    public static void Print(ResultTable table, IAnsiConsole console)
    {
        int[] shown = Fitting(table, console.Profile.Width);
        console.WriteLine();
        console.MarkupLineInterpolated($"[bold]{table.Experiment}[/]{(table.Verdicts.Length > 0 ? $" ({table.Verdicts})" : "")}");
        bool isFirst = true;
        foreach (IGrouping<string, ResultLine> load in table.Rows.GroupBy(r => r.Load))
        {
            if (load.Key.Length > 0)
            {
                console.WriteLine($"  {load.Key}");
            }

            Table drawn = Table(table, shown, load);
            drawn.ShowHeaders = isFirst;
            isFirst = false;
            console.Write(new Padder(drawn, new Padding(Between, 0, 0, 0)));
        }

        string[] missing = [.. Enumerable.Range(0, table.Columns.Count).Except(shown).Select(i => table.Columns[i].Title)];
        if (missing.Length > 0)
        {
            console.WriteLine($"{string.Join(", ", missing)}: in the report, or in a wider terminal");
        }

        if (table.Note.Length > 0)
        {
            console.WriteLine(table.Note);
        }
    }

    private static int[] Fitting(ResultTable table, int width)
    {
        int[] columns = [.. Enumerable.Range(0, table.Columns.Count)];
        foreach (int spared in columns.Where(i => table.Columns[i].Spared is not null).OrderBy(i => table.Columns[i].Spared).ToArray())
        {
            if (columns.Sum(i => WidthOf(table, i) + Between) + Between <= width)
            {
                break;
            }

            columns = [.. columns.Where(i => i != spared)];
        }

        return columns;
    }

    private static int WidthOf(ResultTable table, int column) =>
        table.Rows.Select(r => r.Texts[column].Length).Append(table.Columns[column].Title.Length).Max();

    /// <summary>Columns are as wide as in the whole table, so that those of two loads stand below each other.</summary>
    private static Table Table(ResultTable table, int[] columns, IEnumerable<ResultLine> rows)
    {
        Table drawn = new Table().Border(TableBorder.None);
        foreach (int i in columns)
        {
            ResultColumn column = table.Columns[i];
            TableColumn head = new TableColumn(new Text(column.Title, new Style(decoration: Decoration.Dim)))
            {
                Alignment = column.IsNumber ? Justify.Right : Justify.Left,
                Padding = new Padding(0, 0, Between, 0),
            };
            drawn.AddColumn(column.Wraps ? head : head.NoWrap().Width(WidthOf(table, i)));
        }

        foreach (ResultLine row in rows)
        {
            drawn.AddRow([.. columns.Select(i => new Text(row.Texts[i]))]);
        }

        return drawn;
    }
}
