using ReuseBench.Bench.Matrices;
using ReuseBench.Bench.Runs;
using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;

namespace ReuseBench.Bench.Tests;

public sealed class DriverChoiceTests
{
    [Fact]
    public void A_ramp_that_NBomber_cannot_count_is_refused_before_anything_is_built_or_measured()
    {
        Matrix matrix = Of(Driver.Nbomber, Duration.FromSeconds(1), Duration.FromMilliseconds(1_500));

        UsageException refused = Assert.Throws<UsageException>(() => DriverChoice.Of(matrix, TextWriter.Null));

        Assert.StartsWith("ramp: 1500ms is no whole number of seconds, and the driver nbomber counts in those; use one, "
            + "", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
    }

    [Fact]
    public void The_native_swarm_has_every_ramp()
    {
        Matrix matrix = Of(Driver.Native, Duration.FromMilliseconds(1_500));
        Assert.Same(matrix, DriverChoice.Of(matrix, TextWriter.Null).Matrix);
    }

    private static Matrix Of(Driver driver, params Duration[] ramps) => new(
        "m",
        "",
        1,
        [
            .. ramps.Select(ramp => new MatrixCell(
                Cell.Blank with { Driver = driver, Load = new LoadSettings { Warmup = Duration.FromSeconds(2), Ramp = ramp } }, 1)),
        ],
        Semantics: false);
}
