using System.Reflection;
using ReuseBench.Bench.Experiments;
using ReuseBench.Bench.Experiments.Measuring;
using ReuseBench.Bench.Matrices;
using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;

namespace ReuseBench.Bench.Tests;

public sealed class ExperimentTests
{
    private static readonly HostSize Host = new(Cpus: 2, ClientCpus: 1);

    public static TheoryData<string> Matrices => [.. MatrixLocator.BuiltIn()];

    [Fact]
    public void Every_experiment_that_others_know_by_name_is_registered_once()
    {
        IEnumerable<Experiment> named = typeof(Experiment).GetProperties(BindingFlags.Public | BindingFlags.Static).Select(p => (Experiment)p.GetValue(null)!);
        Assert.Empty(named.Except(ExperimentRegistry.All.Select(e => e.Kind)));
        Assert.Distinct(ExperimentRegistry.Names);
    }

    [Fact]
    public void A_cell_that_nobody_measures_is_refused_with_the_names_of_those_that_are()
    {
        UsageException refused = Assert.Throws<UsageException>(() => ExperimentRegistry.Of(Cell.Blank with { Experiment = new Experiment("thruput") }));
        Assert.StartsWith("experiment: 'thruput' is unknown; use one of throughput, latency, ", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Matrices))]
    public void Every_cell_has_an_estimate_a_driver_that_it_takes_and_connections(string name) => Assert.All(
        MatrixReader.Read(MatrixLocator.Find(name), Host).Cells.Select(c => c.Cell),
        cell =>
        {
            IExperiment experiment = ExperimentRegistry.Of(cell);
            Assert.True(experiment.Estimate(cell) > Duration.Zero);
            Assert.True(experiment.Takes(cell.Driver));
            Assert.InRange(experiment.ConnectionsOf(cell), 1, 65_535);
        });

    [Theory]
    [MemberData(nameof(Matrices))]
    public void A_cell_that_is_settled_stays_so(string name) =>
        Assert.All(MatrixReader.Read(MatrixLocator.Find(name), Host).Cells, c => Assert.Equal(c.Cell, CellRules.Settle(c.Cell)));

    /// <summary>
    /// Whoever adds a setting decides here whether an experiment reads it that starts no swarm: what none reads is refused, and never taken and ignored.
    /// </summary>
    [Theory]
    [InlineData("affinity", "reuseport", "hash", null, "backlog bind connections driver experiment processes rate reuseaddr selector source_plan source_ports "
        + "sources variant workers")]
    [InlineData("fairness", "reuseport", "hash", null, "backlog bind connections driver duration experiment rate reuseaddr selector source_plan source_ports "
        + "sources variant workers")]
    [InlineData("stall", "reuseport", "hash", null, "accept accept_batch backlog bind connections driver experiment processes rate response_bytes reuseaddr "
        + "selector service_time source_plan source_ports sources stall_worker variant workers")]
    [InlineData("stall", "shared", "hash", null, "accept accept_batch backlog bind connections driver experiment rate response_bytes reuseaddr service_time "
        + "source_plan source_ports sources stall_worker variant workers")]
    [InlineData("idle", "reuseport", "hash", 100.0, "accept backlog bind connections driver experiment processes rate response_bytes reuseaddr selector "
        + "service_time source_plan source_ports sources variant workers")]
    public void What_an_experiment_without_a_swarm_takes_is_what_it_reads(string experiment, string variant, string selector, double? rate, string reads)
    {
        Cell cell = new()
        {
            Experiment = Experiment.Parse(experiment, "experiment"),
            Driver = Driver.AcceptOnly,
            Server = new ServerSettings
            {
                Variant = Names.Parse<Variant>(variant, "variant"),
                Selector = Names.Parse<Selector>(selector, "selector"),
                Workers = 2,
            },
            Load = new LoadSettings { Rate = rate, SourcePlan = SourcePlan.Parse("random", "plan") },
        };
        CellRules.Require(CellRules.Settle(cell));

        // A server of somebody else is refused as a whole, which AdaptedRunTests hold.
        string[] takes =
        [
            .. CellSettings.OfCells.Where(s => s.Key != "server" && CellRules.WhyNoEffect(s, cell) is null).Select(s => s.Key).Order(StringComparer.Ordinal),
        ];
        Assert.Equal(reads.Split(' '), takes);
    }

    [Fact]
    public void A_restart_trial_opens_as_many_connections_as_its_rate_and_timeout_make_whatever_the_cell_says()
    {
        Cell cell = CellRules.Settle(Cell.Blank with
        {
            Experiment = Experiment.Restart,
            Restart = new RestartSettings { Method = RestartMethod.Reuseaddr },
            Load = new LoadSettings
            {
                Workload = Workload.Connect,
                Connections = 1,
                Rate = 500,
                Timeout = Duration.FromSeconds(1),
                ConnectTimeout = Duration.FromSeconds(2),
            },
        });
        Assert.Equal(1000, ExperimentRegistry.Of(cell).ConnectionsOf(cell));
    }

    [Fact]
    public void NBomber_takes_longer_than_the_native_swarm_to_start_and_to_end()
    {
        IExperiment experiment = ExperimentRegistry.Of(Cell.Blank);
        Assert.Equal(9, experiment.Estimate(Cell.Blank with { Driver = Driver.Nbomber }).Seconds - experiment.Estimate(Cell.Blank).Seconds, 3);
    }
}
