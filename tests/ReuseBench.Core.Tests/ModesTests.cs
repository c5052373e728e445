using MathNet.Numerics.Distributions;
using ReuseBench.Core.Statistics;

namespace ReuseBench.Core.Tests;

public sealed class ModesTests
{
    [Fact]
    public void Two_groups_are_told_apart_and_counted()
    {
        Modes modes = Modes.Of([61_000, 60_400, 37_800, 61_700, 38_500, 60_100, 61_300, 38_100, 60_900])!;
        Assert.Equal((38_100, 3), (modes.Low, modes.InLow));
        Assert.Equal((60_950, 6), (modes.High, modes.InHigh));
    }

    /// <summary>Throughput of 20 repeats of two connections on three workers, as recorded (shared/cases/few-connections.yaml).</summary>
    [Fact]
    public void Two_connections_that_may_share_one_of_three_workers_have_two_modes()
    {
        double[] rps =
        [
            2262, 4102, 4140, 2310, 4097, 4188, 4225, 2405, 4150, 4093, 2266, 4203, 2833, 2790, 4169, 4093, 2350, 2290, 4121, 2540,
        ];
        Modes modes = Modes.Of(rps)!;
        Assert.Equal((9, 11), (modes.InLow, modes.InHigh));
        Assert.InRange(modes.High / modes.Low, 1.5, 2);
    }

    [Theory]
    [InlineData(new double[] { 100, 100, 200, 200, 200 })] // too few to tell
    [InlineData(new double[] { 100, 101, 102, 103, 104, 50 })] // one outlier is no group
    [InlineData(new double[] { 100, 100.1, 100.2, 103, 103.1, 103.2 })] // 3 % apart: nobody cares
    [InlineData(new double[] { 5, 5, 5, 5, 5, 5 })]
    [InlineData(new double[] { 10, 12, 14, 16, 18, 20, 22 })]
    public void Other_samples_have_one(double[] values) => Assert.Null(Modes.Of(values));

    [Fact]
    public void Two_exact_values_are_two_modes() => Assert.Equal(new Modes(1.5, 4, 3, 2), Modes.Of([1.5, 3, 1.5, 1.5, 3, 1.5]));

    /// <summary>
    /// The rate that is stated, for distributions with one mode; of 20,000 samples 20 are expected, and 38 or more come of one rate of 0.001 in one case
    /// of 10,000. A coefficient of variation of 20 % leaves the least difference out of play.
    /// </summary>
    [Theory]
    [InlineData("normal", 6)]
    [InlineData("normal", 9)]
    [InlineData("normal", 20)]
    [InlineData("uniform", 7)]
    [InlineData("uniform", 12)]
    [InlineData("uniform", 90)]
    [InlineData("triangular", 9)]
    public void A_sample_with_one_mode_is_said_to_have_two_no_more_often_than_stated(string shape, int count)
    {
        const int samples = 20_000;
        Random random = new(20_261_127);
        Func<double> draw = shape switch
        {
            "normal" => () => Normal.Sample(random, 100, 20),
            "uniform" => () => ContinuousUniform.Sample(random, 60, 140),
            _ => () => Triangular.Sample(random, 50, 150, 100),
        };
        int alarms = Enumerable.Range(0, samples).Count(_ => Modes.Of([.. Enumerable.Range(0, count).Select(_ => draw())]) is not null);
        Assert.InRange(alarms, 0, 38);
    }

    [Theory]
    [InlineData(9, 0.02)]
    [InlineData(20, 0.04)]
    public void Values_that_differ_by_half_are_found_in_nine_samples_of_ten(int count, double variation)
    {
        const int samples = 1000;
        Random random = new(3);
        int found = Enumerable.Range(0, samples).Count(_ => Modes.Of(
            [.. Enumerable.Range(0, count).Select(i => (i % 3 == 0 ? 60 : 90) * (1 + Normal.Sample(random, 0, variation)))]) is not null);
        Assert.InRange(found, 900, samples);
    }
}
