namespace ReuseBench.Reports.Tests;

/// <summary>Who holds persistent connections that stay idle: the skew of each way of accepting, in words.</summary>
public sealed class IdleTopicTests
{
    [Fact]
    public void The_skew_of_each_way_and_the_workers_without_connections_are_said()
    {
        using RunFolder run = new();
        Add(run, "shared", "epoll-exclusive", [150, 0, 0], 3);
        Add(run, "shared", "blocking", [50, 50, 50], 1);
        string report = ReportOf(run);

        Assert.Contains("Who holds persistent connections that stay idle?", report, StringComparison.Ordinal);
        Assert.Contains(
            "the busiest worker holds 100.0 % of the connections, 3.000 (median of 2, min–max 3.000 to 3.000) times its even share; 66.7 % of the workers have "
                + "none. The kernel wakes one of the workers that wait", report, StringComparison.Ordinal);
        Assert.Contains("the busiest worker holds 33.3 % of the connections, 1.000", report, StringComparison.Ordinal);
        Assert.Contains("every worker has some. Threads that block in accept4(2) are woken in turn", report, StringComparison.Ordinal);
        Assert.Contains(
            "Of persistent connections that stay idle the busiest worker holds 100.0 % with shared, epoll-exclusive, 3 workers, and 66.7 % of the workers have "
                + "none; it is 33.3 % with shared, blocking, 3 workers, the most even of 2 ways.", report, StringComparison.Ordinal);
    }

    private static void Add(RunFolder run, string variant, string accept, long[] accepted, double maxOverMean)
    {
        ResultRow row = RunFolder.Row(variant, accepted.Length, accept: accept) with
        {
            CellId = $"idle-{accept}",
            Experiment = "idle",
            Driver = "accept-only",
            RateRpsRequested = 200,
            Load = "open",
            AcceptedMaxOverMean = maxOverMean,
        };
        for (int repeat = 1; repeat <= 2; repeat++)
        {
            run.Add(row with { Repeat = repeat }).AddListeners(row with { Repeat = repeat }, accepted);
        }
    }

    private static string ReportOf(RunFolder run) => File.ReadAllText(Report.Write(run.Write().Path, TextWriter.Null).Markdown);
}
