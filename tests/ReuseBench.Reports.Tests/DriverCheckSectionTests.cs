using ReuseBench.Core.Verdicts;

namespace ReuseBench.Reports.Tests;

public sealed class DriverCheckSectionTests
{
    [Fact]
    public void The_two_drivers_stand_side_by_side_with_their_difference()
    {
        using RunFolder run = new();
        Add(run, "native", 1000, 100_000);
        Add(run, "nbomber", 990, 125_000, VerdictRules.DriverLimits);
        string report = Written(run);
        Assert.Contains("nbomber against native: -1.0 % requests/s, +25.0 % median latency", report, StringComparison.Ordinal);
        Assert.Contains("the requests of each second over it at random", report, StringComparison.Ordinal);
    }

    [Fact]
    public void One_driver_alone_is_compared_with_nothing()
    {
        using RunFolder run = new();
        Add(run, "native", 1000, 100_000);
        Assert.Contains("Only native was run, so nothing is compared", Written(run), StringComparison.Ordinal);
    }

    private static void Add(RunFolder run, string driver, double rps, long latencyNs, params VerdictRule[] reasons)
    {
        ResultRow row = RunFolder.Row("reuseport", 2) with
        {
            CellId = $"driver-check-{driver}",
            Experiment = "driver-check",
            Driver = driver,
            Workload = "keepalive",
            Load = "open",
            RateRpsRequested = 1000,
            ThroughputRps = rps,
        };
        run.Add(RunFolder.Judged(row, reasons)).AddLatencies(row, Enumerable.Repeat(latencyNs, 1000));
    }

    private static string Written(RunFolder run)
    {
        run.Write();
        return File.ReadAllText(Report.Write(run.Path, TextWriter.Null).Markdown);
    }
}
