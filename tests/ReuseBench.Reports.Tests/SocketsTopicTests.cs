namespace ReuseBench.Reports.Tests;

/// <summary>How many listening sockets there were, where processes inherit one.</summary>
public sealed class SocketsTopicTests
{
    [Fact]
    public void An_inherited_listener_stands_beside_a_group_with_the_sockets_that_were_counted()
    {
        using RunFolder run = new();
        ResultRow inherited = RunFolder.Row("inherited", 4) with { CellId = "inherited", Listeners = 1, ListenersMeant = 1 };
        ResultRow group = RunFolder.Row("reuseport", 4) with { CellId = "group", Processes = 4, Listeners = 4, ListenersMeant = 4 };
        run.AddRepeats(inherited, 20_000, 20_100, 19_900).AddRepeats(group, 30_000, 30_100, 29_900);
        string report = ReportOf(run);

        Assert.Contains("How many sockets listened?", report, StringComparison.Ordinal);
        Assert.Contains("| throughput | inherited, epoll | 4 | 4 | on | 1 | 1 |", report, StringComparison.Ordinal);
        Assert.Contains("| throughput | reuseport, 4 processes | 4 | 4 | on | 4 | 4 |", report, StringComparison.Ordinal);
        Assert.Contains("4 processes shared 1 listening socket, by the kernel's table. Throughput: 20.0 k connections/s", report,
            StringComparison.Ordinal);
        Assert.Contains("With a listener for each process (4 counted) it was 30.0 k connections/s", report, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_an_inherited_listener_the_sockets_are_no_topic()
    {
        using RunFolder run = new();
        run.AddRepeats(RunFolder.Row("reuseport", 2) with { ListenersMeant = 2 }, 20_000, 20_100, 19_900);
        Assert.DoesNotContain("How many sockets listened?", ReportOf(run), StringComparison.Ordinal);
    }

    private static string ReportOf(RunFolder run) => File.ReadAllText(Report.Write(run.Write().Path, TextWriter.Null).Markdown);
}
