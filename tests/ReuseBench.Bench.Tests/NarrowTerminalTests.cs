using ReuseBench.Bench.Runs;
using ReuseBench.Reports;
using ReuseBench.Shared;
using Spectre.Console;

namespace ReuseBench.Bench.Tests;

public sealed class NarrowTerminalTests
{
    private const string Label = "throughput: shared, epoll-exclusive, 2 workers; connect, closed loop, 64 connections #3";

    [Theory]
    [InlineData(200, $"12/71, 1:05 left {Label}: 26754 requests/s now, 12 errors")]
    [InlineData(90, "12/71, 1:05 left throughput: shared, epoll-exclusive, 2…: 26754 requests/s now, 12 errors")]
    [InlineData(50, "12/71, 1:05 left throughput…: 26754 requests/s…")]
    public void The_live_line_shortens_the_name_and_breaks_no_word(int width, string line)
    {
        string shown = LiveLine.Of("12/71, 1:05 left", Label, "26754 requests/s now, 12 errors", width);
        Assert.Equal(line, shown);
        Assert.True(shown.Length <= width);
    }

    [Theory]
    [InlineData(0, "··········")]
    [InlineData(0.5, "█████·····")]
    [InlineData(0.55, "█████▌····")]
    [InlineData(1, "██████████")]
    [InlineData(7, "██████████")]
    [InlineData(-1, "··········")]
    public void A_bar_is_as_full_as_its_share(double share, string bar) => Assert.Equal(bar, Bar.Of(share));

    [Theory]
    [InlineData(60)]
    [InlineData(70)]
    [InlineData(80)]
    [InlineData(120)]
    [InlineData(240)]
    public void The_table_at_the_end_fits_and_breaks_no_word(int width)
    {
        string text = TextOf(width, new ResultTable(
            "throughput",
            [
                new("variant", false), new("workers", true), new("throughput", true), new("× best (95 %)", true) { Spared = 3 },
                new("CPU/request", true) { Spared = 1 }, new("n", true) { Spared = 2 }, new("verdict", false) { Wraps = true },
            ],
            [
                new("connect, closed loop, 64 connections, 20 µs", ["shared, epoll-exclusive", "2", "26.8 k/s *", "1.00", "33.0 µs", "3 of 3", "limited"]),
                new("keepalive, closed loop, 64 connections", ["reuseport", "2", "26.8 k/s *", "0.97", "33.0 µs", "3 of 3", "limited"]),
            ],
            "6 repeats: 6 limited"));

        Assert.All(text.Split('\n'), line => Assert.True(line.TrimEnd().Length <= width, line));
        string[] whole = ["shared, epoll-exclusive", "26.8 k/s *", "limited", "connect, closed loop, 64 connections, 20 µs", "6 repeats: 6 limited"];
        Assert.All(whole, word => Assert.Contains(word, text, StringComparison.Ordinal));
        // One head for both loads.
        Assert.Single(text.Split('\n'), line => line.Contains("variant", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(80)]
    [InlineData(240)]
    public void The_tables_of_a_run_are_those_of_the_snapshot(int width)
    {
        string folder = Directory.CreateTempSubdirectory("reusebench-test-").FullName;
        try
        {
            foreach (string file in Directory.EnumerateFiles(Repository.RunOfVersion1))
            {
                File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
            }

            Summary summary = Report.Write(folder, TextWriter.Null).Summary;
            string text = TextOf(width, [.. summary.Tables]);

            // A table has no column in which nothing stands.
            Assert.All(summary.Tables, t => Assert.All(Enumerable.Range(0, t.Columns.Count), i => Assert.Contains(t.Rows, r => r.Texts[i].Length > 0)));
            Repository.RequireSame(text, "tests", "ReuseBench.Bench.Tests", "Snapshots", $"run-{width}.txt");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void A_path_is_a_link_on_a_terminal_and_nothing_else_anywhere_else()
    {
        Assert.Equal(
            $"\u001b]8;;file://{Environment.MachineName}/srv/a%20b/report.html\u001b\\/srv/a b/report.html\u001b]8;;\u001b\\",
            RunConsole.Link("/srv/a b/report.html"));
        using StringWriter output = new();
        RunConsole.WriteFile(RunConsole.On(output, isTerminal: false), "report: ", "/srv/a b/report.html");
        Assert.Equal("report: /srv/a b/report.html\n", output.ToString());
    }

    private static string TextOf(int width, params ResultTable[] tables)
    {
        using StringWriter output = new();
        IAnsiConsole console = RunConsole.On(output, isTerminal: false);
        console.Profile.Width = width;
        foreach (ResultTable table in tables)
        {
            SummaryTable.Print(table, console);
        }

        return string.Join('\n', output.ToString().Split('\n').Select(line => line.TrimEnd()));
    }
}
