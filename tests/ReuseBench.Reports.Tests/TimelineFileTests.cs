using ReuseBench.Core;
using ReuseBench.Core.Csv;
using ReuseBench.Core.Results;
using ReuseBench.Reports.Data;

namespace ReuseBench.Reports.Tests;

public sealed class TimelineFileTests
{
    [Fact]
    public void Only_the_rows_that_are_asked_for_are_read_and_all_of_them()
    {
        using RunFolder run = new();
        Write(run, [.. Enumerable.Range(0, 30_000).Select(i => Row($"cell-{i / 1000}", 1 + (i / 500 % 2), i))]);

        ILookup<(string, int), TimelineRow> read = RunData.Read(run.Path).Timeline([("cell-3", 2), ("cell-29", 1), ("cell-99", 1)]);

        Assert.Equal(2, read.Count);
        Assert.Equal(Enumerable.Range(3_500, 500).Select(i => (double)i), read[("cell-3", 2)].Select(r => r.IntervalStartMs));
        Assert.Equal(500, read[("cell-29", 1)].Count());
    }

    [Fact]
    public void A_row_that_is_none_names_the_file()
    {
        using RunFolder run = new();
        Write(run, [Row("a", 1, 0)]);
        File.AppendAllText(Path.Combine(run.Path, RunFiles.Timeline), "1,synthetic,a,1,not a number\n");

        UsageException e = Assert.Throws<UsageException>(() => RunData.Read(run.Path).Timeline([("a", 1)]));

        Assert.Contains(RunFiles.Timeline, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_last_line_without_its_end_is_no_row()
    {
        using RunFolder run = new();
        Write(run, [Row("a", 1, 0)]);
        File.AppendAllText(Path.Combine(run.Path, RunFiles.Timeline), "1,synthetic,a,1,10");
        Assert.Single(RunData.Read(run.Path).Timeline([("a", 1)])[("a", 1)]);
    }

    private static TimelineRow Row(string cell, int repeat, double startMs) =>
        new() { RunId = RunFolder.RunId, CellId = cell, Repeat = repeat, IntervalStartMs = startMs, IntervalMs = 1 };

    private static void Write(RunFolder run, TimelineRow[] rows)
    {
        run.Write();
        using CsvTable<TimelineRow> table = new(Path.Combine(run.Path, RunFiles.Timeline));
        table.Append(rows);
    }
}
