using MathNet.Numerics.Distributions;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Statistics;
using ReuseBench.Core.Verdicts;
using ReuseBench.Core.Wire;

namespace ReuseBench.Core.Tests;

public sealed class SteadyStateTests
{
    private const int Windows = 10_000;

    /// <summary>
    /// The false alarms of the rule, least change included: stated is one in a thousand where a part goes with the one before by up to 0.3. Of 10,000
    /// windows 10 are expected at most; 24 or more come of that rate in one case of 10,000. With 0.5 it
    /// is one in a hundred.
    /// </summary>
    [Theory]
    [InlineData(9, 0.02, 0, 23)]
    [InlineData(9, 0.05, 0.3, 23)]
    [InlineData(9, 0.20, 0.3, 23)]
    [InlineData(20, 0.05, 0, 23)]
    [InlineData(20, 0.05, 0.3, 23)]
    [InlineData(39, 0.10, 0.3, 23)]
    [InlineData(50, 0.10, 0.3, 23)]
    [InlineData(9, 0.05, 0.5, 138)]
    [InlineData(30, 0.05, 0.5, 138)]
    public void A_steady_window_is_marked_no_more_often_than_stated(int intervals, double variation, double correlation, int most)
    {
        Random random = new(20_261_127);
        int alarms = Enumerable.Range(0, Windows).Count(_ => IsMarked(Noise(random, intervals, variation, correlation)));
        Assert.InRange(alarms, 0, most);
    }

    [Theory]
    [InlineData(20, 0.03, 0.15)]
    [InlineData(9, 0.02, 0.20)]
    [InlineData(50, 0.05, 0.15)]
    public void A_step_in_the_middle_is_found_in_nine_windows_of_ten(int intervals, double variation, double step)
    {
        Random random = new(5);
        int found = Enumerable.Range(0, 1000).Count(_ =>
            IsMarked([.. Noise(random, intervals, variation, 0).Select((v, i) => i < intervals / 2 ? v : v * (1 + step))]));
        Assert.InRange(found, 900, 1000);
    }

    [Fact]
    public void A_drift_is_found_and_its_size_said()
    {
        Random random = new(6);
        SteadyState steady = SteadyState.Of([.. Noise(random, 20, 0.01, 0).Select((v, i) => v * (1 - (0.01 * i)))])!;
        Assert.InRange(steady.Drift, -0.18, -0.10);
        Assert.InRange(steady.P, 0, VerdictRules.LevelChangeByChance);
    }

    [Fact]
    public void A_step_is_said_where_it_is()
    {
        SteadyState steady = SteadyState.Of([100, 101, 99, 100, 101, 80, 79, 81, 80, 80])!;
        Assert.Equal(0.5, steady.StepAt);
        Assert.Equal(-0.20, steady.Step, 2);
    }

    [Fact]
    public void A_change_that_is_certain_and_small_is_none()
    {
        SteadyState steady = SteadyState.Of([100, 100, 100, 100, 100, 102, 102, 102, 102, 102])!;
        Assert.InRange(steady.P, 0, VerdictRules.LevelChangeByChance);
        Assert.False(IsMarked([100, 100, 100, 100, 100, 102, 102, 102, 102, 102]));
    }

    [Fact]
    public void Equal_intervals_are_steady() => Assert.Equal(new SteadyState(0, 0, 0.2, 1), SteadyState.Of([7, 7, 7, 7, 7, 7, 7, 7, 7, 7]));

    [Fact]
    public void Nothing_is_said_of_a_few_intervals_or_of_one_without_responses()
    {
        Assert.Null(SteadyState.Of([1, 2, 3, 4, 5, 6, 7]));
        Assert.Null(Swarm("closed", 100, 100, 100, 0, 100, 100, 100, 100, 100).ToSteadyState());
    }

    [Fact]
    public void A_closed_loop_is_judged_by_responses_and_an_open_one_by_latencies()
    {
        long[] falling = [100, 100, 100, 100, 100, 50, 50, 50, 50, 50];
        Assert.Equal(-0.5, Swarm("closed", falling).ToSteadyState()!.Step, 9);
        Assert.Equal(0, Swarm("open", falling).ToSteadyState()!.Step, 9);
    }

    [Fact]
    public void An_interval_that_the_windows_end_cuts_short_is_left_out() =>
        Assert.Equal(0, (Swarm("closed", 100, 100, 100, 100, 100, 100, 100, 100, 100, 40) with { DurationS = 0.94 }).ToSteadyState()!.Step, 9);

    private static bool IsMarked(double[] intervals)
    {
        SteadyState? steady = SteadyState.Of(intervals);
        Evidence evidence = new()
        {
            Experiment = Experiment.Throughput,
            Load = LoadShape.Closed,
            Requests = 1,
            LevelChange = steady?.LevelChange,
            LevelChangeP = steady?.P,
        };
        return VerdictRules.NotSteady.Applies(evidence);
    }

    private static double[] Noise(Random random, int count, double variation, double correlation)
    {
        double[] values = new double[count];
        Normal.Samples(random, values, 0, 1);
        for (int i = 1; i < count; i++)
        {
            values[i] = (correlation * values[i - 1]) + (Math.Sqrt(1 - (correlation * correlation)) * values[i]);
        }

        return [.. values.Select(v => Math.Max(1, 1000 * (1 + (variation * v))))];
    }

    private static LoadDocument Swarm(string load, params long[] responses) => new()
    {
        Load = load,
        DurationS = responses.Length * 0.1,
        Timeline = [.. responses.Select((r, i) => new TimelinePoint { StartMs = i * 100, Requests = r, LatencyP50Us = 31 })],
    };
}
