using ReuseBench.Core.Statistics.Blocks;

namespace ReuseBench.Core.Tests.Blocks;

public sealed class RoundChecksTests
{
    private const double Alpha = 0.05;

    [Fact]
    public void A_drift_of_all_cells_is_found_and_is_no_trend_of_a_cell()
    {
        RoundChecks checks = RoundChecks.Of([Model(7, (round, _, noise) => 100 * Math.Exp((0.02 * round) + (0.002 * noise)))], 1)!;

        Assert.Equal(1, checks.Drift, 1e-9);
        Assert.True(checks.DriftP < Alpha);
        Assert.True(checks.TrendP > Alpha);
    }

    [Fact]
    public void A_cell_that_drifts_against_the_others_is_a_trend()
    {
        RoundChecks checks = RoundChecks.Of([Model(7, (round, cell, noise) => 100 * Math.Exp((cell == 0 ? -0.02 * round : 0) + (0.002 * noise)))], 1)!;

        Assert.True(checks.TrendP < Alpha);
    }

    [Fact]
    public void Repeats_that_resemble_the_one_before_are_found()
    {
        // Each cell is slow for four rounds, then fast for four, one cell after another.
        RoundChecks checks = RoundChecks.Of([Model(12, (round, cell, noise) => 100 * Math.Exp((((round + cell) / 4 % 2) * 0.05) + (0.002 * noise)))], 1)!;

        Assert.InRange(checks.LagOne, 0.2, 1);
        Assert.True(checks.LagOneP < Alpha);
    }

    /// <summary>Each of the tests is wrong at its own rate.</summary>
    [Fact]
    public void Independent_rounds_are_called_dependent_at_the_rate_of_the_test()
    {
        const int Runs = 400;
        RoundChecks[] all = [.. Enumerable.Range(0, Runs).Select(run => RoundChecks.Of([Model(6, (_, _, noise) => 100 * Math.Exp(0.01 * noise), run)], run)!)];

        double bar = Alpha + (3.3 * Math.Sqrt(Alpha * (1 - Alpha) / Runs));
        Assert.InRange(all.Count(c => c.DriftP <= Alpha) / (double)Runs, 0.005, bar);
        Assert.InRange(all.Count(c => c.TrendP <= Alpha) / (double)Runs, 0.005, bar);
        Assert.InRange(all.Count(c => c.LagOneP <= Alpha) / (double)Runs, 0.005, bar);
    }

    [Fact]
    public void Fewer_than_three_rounds_show_nothing() => Assert.Null(RoundChecks.Of([Model(2, (_, _, noise) => 100 + noise)], 1));

    [Fact]
    public void The_least_p_value_is_one_over_the_orders_that_can_be_told_apart() =>
        Assert.Equal(2.0 / 24, RoundChecks.Of([Model(4, (_, _, noise) => 100 + noise)], 1)!.SmallestP, 1e-12);

    private static BlockModel Model(int rounds, Func<int, int, double, double> figure, int seed = 3)
    {
        Random random = new(seed);
        return BlockModel.OfRounds(5, [.. Enumerable.Range(0, rounds).Select(round =>
            (IReadOnlyList<double>)[.. Enumerable.Range(0, 5).Select(cell => figure(round, cell, (2 * random.NextDouble()) - 1))])]);
    }
}
