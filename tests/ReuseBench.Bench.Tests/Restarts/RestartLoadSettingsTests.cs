using ReuseBench.Bench.Experiments.Restarts;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;

namespace ReuseBench.Bench.Tests.Restarts;

public sealed class RestartLoadSettingsTests
{
    [Fact]
    public void The_probes_of_a_restart_come_at_their_rate_from_the_first_on_whatever_ramp_the_cell_has()
    {
        Cell cell = Cell.Blank with
        {
            Experiment = Experiment.Restart,
            Restart = new RestartSettings { Method = RestartMethod.Reuseaddr },
            Load = new LoadSettings { Warmup = Duration.FromSeconds(5), Ramp = Duration.FromSeconds(5) },
        };

        LoadSettings probes = RestartLoadSettings.Of(cell, CpuList.None, seed: 1, longest: Duration.FromSeconds(1));

        probes.Validate();
        Assert.Equal(Duration.Zero, probes.Ramp);
    }

    [Theory]
    [InlineData(1_000, 3_000)]
    [InlineData(20_000, 16_384)]
    public void All_that_can_be_under_way_has_a_connection_as_far_as_a_process_has_descriptors(double rate, int connections)
    {
        Cell cell = Cell.Blank with
        {
            Experiment = Experiment.Restart,
            Restart = new RestartSettings { Method = RestartMethod.Reuseaddr },
            Load = new LoadSettings
            {
                Workload = Workload.Connect,
                Rate = rate,
                Timeout = Duration.FromSeconds(3),
                ConnectTimeout = Duration.FromSeconds(3),
            },
        };
        Assert.Null(new RestartExperiment().Problem(cell));
        Assert.Equal(connections, RestartLoadSettings.Of(cell, CpuList.None, seed: 1, longest: Duration.FromSeconds(1)).Connections);
    }

    [Fact]
    public void Clients_that_keep_their_connections_have_as_many_as_the_cell_says()
    {
        Cell cell = Cell.Blank with
        {
            Experiment = Experiment.Restart,
            Restart = new RestartSettings { Method = RestartMethod.Reuseaddr },
            Load = new LoadSettings { Workload = Workload.Keepalive, Connections = 16, Close = ConnectionClose.Server },
        };
        LoadSettings load = RestartLoadSettings.Of(cell, CpuList.None, seed: 1, longest: Duration.FromSeconds(1));
        load.Validate();
        Assert.Equal((16, Workload.Keepalive, ConnectionClose.Server), (load.Connections, load.Workload, load.Close));
    }

    [Fact]
    public void More_than_20_000_probes_a_second_are_refused()
    {
        Cell cell = Cell.Blank with
        {
            Experiment = Experiment.Restart,
            Restart = new RestartSettings { Method = RestartMethod.Reuseaddr },
            Load = new LoadSettings { Rate = 20_001 },
        };
        Assert.Contains("at most 20000 times a second", new RestartExperiment().Problem(cell), StringComparison.Ordinal);
    }
}
