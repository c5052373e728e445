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
}
