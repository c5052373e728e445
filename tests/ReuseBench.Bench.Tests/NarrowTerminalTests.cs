using ReuseBench.Bench.Runs;
using ReuseBench.Reports;
using Spectre.Console;

namespace ReuseBench.Bench.Tests;

public sealed class NarrowTerminalTests
{
    private const string CellId = "throughput-shared-epoll-exclusive-w2-connect-c64-1a2b3c4d";

    [Theory]
    [InlineData(200, "[12/71, 1:05 left] throughput-shared-epoll-exclusive-w2-connect-c64-1a2b3c4d #3: 26754 requests/s now, 12 errors")]
    [InlineData(80, "[12/71, 1:05 left] throughput-shared-epoll… #3: 26754 requests/s now, 12 errors")]
    [InlineData(50, "[12/71, 1:05 left] throughput… #3: 26754…")]
    public void The_live_line_shortens_the_name_and_breaks_no_word(int width, string line)
    {
        string shown = LiveLine.Of("[12/71, 1:05 left]", CellId, 3, "26754 requests/s now, 12 errors", width);
        Assert.Equal(line, shown);
        Assert.True(shown.Length <= width);
    }

    [Theory]
    [InlineData(60)]
    [InlineData(70)]
    [InlineData(80)]
    [InlineData(120)]
    [InlineData(240)]
    public void The_table_at_the_end_fits_and_breaks_no_word(int width)
    {
        SummaryRow row = new(
            "throughput", "connect, closed, 64 connections, 20 us", "shared epoll-exclusive", 2, "3 of 3", "26.8 k/s *", "33 us", "1.24 ms",
                "12.4 ms", "–", "1.01", "limited: too few CPUs");
        using StringWriter output = new();
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output), Ansi = AnsiSupport.No });
        console.Profile.Width = width;
        SummaryTable.Print([row, row with { Variant = "reuseport", Load = "keepalive, closed, 64 connections" }], console);

        string text = output.ToString();
        Assert.All(text.Split('\n'), line => Assert.True(line.TrimEnd().Length <= width, line));
        Assert.All((string[])["shared epoll-exclusive", "26.8 k/s *", "limited", "connect, closed, 64 connections, 20 us"], word =>
            Assert.Contains(word, text, StringComparison.Ordinal));
    }
}
