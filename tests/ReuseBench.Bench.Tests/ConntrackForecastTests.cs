using ReuseBench.Bench.Matrices;
using ReuseBench.Bench.Runs;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Tests;

public sealed class ConntrackForecastTests
{
    private const double HoldS = 120;

    public static TheoryData<string, ConntrackCounters, LoadSettings, int, bool> Cases => new()
    {
        { "nobody asks for tracking", new(0, 1000, 0), Connect(), 1, false },
        { "no tracking in this kernel", new(null, null, null), Connect(), 1, false },
        { "a closed loop may use every port of its address", new(1, 65_536, 0), Connect(), 1, true },
        { "a table for all of them", new(1, 262_144, 0), Connect(), 1, false },
        { "which repeats of other ports fill", new(1, 262_144, 0), Connect(), 5, true },
        { "an open loop opens what it is told", new(1, 20_000, 0), Connect() with { Rate = 1000 }, 1, false },
        { "and that may be too many", new(1, 20_000, 0), Connect() with { Rate = 10_000 }, 1, true },
        { "persistent connections are few", new(1, 20_000, 0), Connect() with { Workload = Workload.Keepalive, Connections = 64 }, 9, false },
        { "the host's own entries count", new(15_950, 20_000, 0), Connect() with { Workload = Workload.Keepalive, Connections = 64 }, 1, true },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_run_says_beforehand_where_the_tracking_table_may_fill(string why, ConntrackCounters table, LoadSettings load, int repeats, bool warns)
    {
        MatrixCell cell = new(Cell.Blank with { Load = load }, repeats);

        string? warning = ConntrackForecast.Warning(table, HoldS, [cell]);

        Assert.True(warns == warning is not null, $"{why}: {warning}");
    }

    private static LoadSettings Connect() => new()
    {
        Workload = Workload.Connect,
        Connections = 8,
        Warmup = Duration.FromSeconds(1),
        Duration = Duration.FromSeconds(9),
    };
}
