using ReuseBench.Bench.Experiments;
using ReuseBench.Bench.Experiments.Measuring;
using ReuseBench.Bench.Matrices;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Tests.Fairness;

/// <summary>Cells that are counted on the real kernel, each in a namespace of its own.</summary>
internal static class AcceptProbes
{
    public static Cell Cell(Experiment experiment, int listeners, string plan = "random", int connections = 64) =>
        CellRules.Settle(ReuseBench.Core.Cells.Cell.Blank with
        {
            Experiment = experiment,
            Driver = Driver.AcceptOnly,
            Server = new ServerSettings { Variant = Variant.Reuseport, Workers = listeners },
            Load = new LoadSettings
            {
                Workload = Workload.Connect,
                Connections = connections,
                Sources = AddressSet.Parse("127.0.0.2-127.0.0.9", "sources"),
                SourcePlan = SourcePlan.Parse(plan, "source-plan"),
                Duration = Duration.FromMilliseconds(100),
            },
        });

    /// <summary>A slow host takes longer to open so many connections.</summary>
    public static MeasuredRows MeasureAtLeast(long connections, Cell cell)
    {
        MeasuredRows rows = Measure(cell);
        for (int attempt = 0; attempt < 4 && rows.Result.ConnectionsOpened < connections; attempt++)
        {
            cell = cell with { Load = cell.Load with { Duration = cell.Load.Duration * 4 } };
            rows = Measure(cell);
        }

        Assert.InRange(rows.Result.ConnectionsOpened, connections, long.MaxValue);
        return rows;
    }

    public static MeasuredRows Measure(Cell cell)
    {
        if (!NetworkNamespace.CanHaveOne(out LinuxException? problem))
        {
            Assert.Skip($"no network namespace can be made here ({problem.Errno.Name})");
        }

        CellRules.Require(cell);
        return ExperimentRegistry.Of(cell).Measure(Repeats.Of(cell));
    }
}
