using ReuseBench.Core.Statistics.Blocks;

namespace ReuseBench.Core.Tests.Blocks;

public sealed class BlockComparisonTests
{
    private const double NaN = double.NaN;

    [Fact]
    public void Without_missing_figures_a_ratio_is_that_of_the_geometric_means()
    {
        BlockModel model = BlockModel.OfRounds(2, [[100, 50], [200, 80], [400, 200]]);

        Assert.Equal(Math.Cbrt(50.0 * 80 * 200) / Math.Cbrt(100.0 * 200 * 400), Math.Exp(model.Effects[1] - model.Effects[0]), 1e-12);
        Assert.True(model.IsBalanced);
        Assert.Equal(2, model.Freedom);
    }

    /// <summary>The last round was twice as fast; a mean over what each cell has would call the cell that is in it faster.</summary>
    [Fact]
    public void A_missing_figure_does_not_give_its_round_to_the_others()
    {
        BlockModel model = BlockModel.OfRounds(3, [[100, 100, 100], [101, 101, 101], [99, 99, 99], [200, NaN, 200]]);

        Assert.Equal(0, model.Effects[1] - model.Effects[0], 1e-12);
        Assert.Equal(0, model.Deviation, 1e-9);
    }

    /// <summary>Both ways of solving must be one: a balanced design has a short one.</summary>
    [Fact]
    public void A_figure_that_is_missing_and_one_that_fits_exactly_are_the_same_to_the_others()
    {
        BlockModel whole = BlockModel.OfRounds(3, [[100, 90, 80], [103, 94, 79], [98, 91, 83], [101, 95, 80]]);
        BlockModel missing = BlockModel.OfRounds(3, [[100, 90, 80], [103, 94, 79], [98, 91, 83], [101, 95, NaN]]);
        double fitted = 101 * 95;
        fitted = Math.Sqrt(fitted) * Math.Exp(missing.Effects[2] - ((missing.Effects[0] + missing.Effects[1]) / 2));
        BlockModel filled = BlockModel.OfRounds(3, [[100, 90, 80], [103, 94, 79], [98, 91, 83], [101, 95, fitted]]);

        Assert.Equal(filled.Effects[2] - filled.Effects[0], missing.Effects[2] - missing.Effects[0], 1e-12);
        Assert.NotEqual(whole.Effects[2], missing.Effects[2], 1e-6);
        Assert.Equal(5, missing.Freedom);
    }

    [Fact]
    public void Cells_without_a_common_round_are_not_compared()
    {
        BlockModel model = BlockModel.OfRounds(4, [[100, 90, NaN, NaN], [101, 92, NaN, NaN], [NaN, NaN, 50, 55], [NaN, NaN, 51, 57]]);
        GroupComparison group = ComparisonFamily.Of([model], 1).Groups[0];

        Assert.NotNull(group.Pair(0, 1));
        Assert.Null(group.Pair(1, 2));
    }

    [Fact]
    public void Cells_that_rounds_link_are_compared_though_they_share_none()
    {
        BlockModel model = BlockModel.OfRounds(3, [[100, 50, NaN], [100, 50, NaN], [NaN, 100, 50], [NaN, 100, 50]]);

        Assert.True(model.AreLinked(0, 2));
        Assert.Equal(0.25, Math.Exp(model.Effects[2] - model.Effects[0]), 1e-12);
    }

    [Theory]
    [InlineData(2, 2, 6)] // 2^-(n-1) ≤ 0.05 from six rounds on.
    [InlineData(2, 3, 6)]
    [InlineData(2, 5, 6)]
    [InlineData(3, 2, 3)] // 6^-(n-1): 1/36 with three.
    public void Few_repeats_cannot_decide_and_say_how_many_could(int cells, int rounds, int needed)
    {
        GroupComparison group = Clear(cells, rounds);

        Assert.False(group.IsDecidable);
        Assert.Equal(needed, group.RepeatsNeeded());
        Assert.All(group.Pairs, p => Assert.False(p.IsDecided));
        Assert.All(group.Pairs, p => Assert.Equal((0, double.PositiveInfinity), (p.Low, p.High)));
        Assert.True(Clear(cells, needed).IsDecidable);
        Assert.True(Clear(cells, needed).Pair(0, 1)!.IsDecided);
    }

    /// <summary>Tarone: what cannot reach its level takes nothing from the others.</summary>
    [Fact]
    public void A_group_that_cannot_be_decided_is_not_counted()
    {
        BlockModel decidable = Model(3, 4);
        ComparisonFamily alone = ComparisonFamily.Of([decidable], 1);
        ComparisonFamily among = ComparisonFamily.Of([decidable, .. Enumerable.Repeat(Model(2, 3), 20)], 1);

        Assert.Equal(1, among.Counted);
        Assert.Equal(alone.Level, among.Level);
        Assert.Equal(alone.Groups[0].Pair(0, 1)!.High, among.Groups[0].Pair(0, 1)!.High);
        Assert.Equal([true, .. Enumerable.Repeat(false, 20)], among.Groups.Select(g => g.IsDecidable));
    }

    [Fact]
    public void More_groups_make_wider_intervals()
    {
        ComparisonFamily one = ComparisonFamily.Of([Model(4, 6)], 1);
        ComparisonFamily many = ComparisonFamily.Of([.. Enumerable.Repeat(Model(4, 6), 20)], 1);

        Assert.Equal(20, many.Counted);
        Assert.True(many.Groups[0].Pair(0, 1)!.High > one.Groups[0].Pair(0, 1)!.High);
        Assert.True(many.Groups[0].Pair(0, 1)!.AdjustedP >= one.Groups[0].Pair(0, 1)!.AdjustedP);
    }

    [Fact]
    public void The_ratio_to_the_best_is_at_most_one_where_higher_is_better_and_at_least_one_where_lower_is()
    {
        GroupComparison group = Clear(4, 6);

        Assert.Equal(0, group.Best(higherIsBetter: true));
        Assert.Equal(3, group.Best(higherIsBetter: false));
        RatioToBest last = group.ToBest(3, higherIsBetter: true);
        Assert.Equal(0.7, last.Ratio, 0.01);
        Assert.InRange(last.Low, 0.6, last.Ratio);
        Assert.InRange(last.High, last.Ratio, 0.8);
        RatioToBest first = group.ToBest(0, higherIsBetter: false);
        Assert.Equal(1 / 0.7, first.Ratio, 0.02);
        Assert.InRange(first.Low, 1.2, first.Ratio);
        Assert.Equal(1, group.ToBest(0, higherIsBetter: true).Ratio);
        Assert.Equal(1, group.ToBest(0, higherIsBetter: true).High);
    }

    [Fact]
    public void Equivalence_is_shown_by_the_interval_and_not_by_the_lack_of_a_difference()
    {
        GroupComparison quiet = ComparisonFamily.Of([Noisy(0.002)], 1).Groups[0];
        GroupComparison noisy = ComparisonFamily.Of([Noisy(0.2)], 1).Groups[0];

        Assert.True(quiet.Pair(0, 1)!.IsWithin(0.05));
        Assert.False(noisy.Pair(0, 1)!.IsDecided);
        Assert.False(noisy.Pair(0, 1)!.IsWithin(0.05));
    }

    [Fact]
    public void Equal_seeds_give_equal_results()
    {
        PairComparison one = ComparisonFamily.Of([Noisy(0.1)], 7).Groups[0].Pair(0, 1)!;
        PairComparison other = ComparisonFamily.Of([Noisy(0.1)], 7).Groups[0].Pair(0, 1)!;

        Assert.Equal((one.AdjustedP, one.Low, one.High), (other.AdjustedP, other.Low, other.High));
    }

    [Fact]
    public void Figures_that_are_all_equal_are_no_difference_and_ones_without_noise_are()
    {
        GroupComparison equal = ComparisonFamily.Of([BlockModel.OfRounds(3, Enumerable.Repeat<IReadOnlyList<double>>([5, 5, 5], 6))], 1).Groups[0];
        GroupComparison exact = ComparisonFamily.Of([BlockModel.OfRounds(3, Enumerable.Repeat<IReadOnlyList<double>>([5, 4, 5], 6))], 1).Groups[0];

        Assert.All(equal.Pairs, p => Assert.False(p.IsDecided));
        Assert.Equal([true, false, true], new[] { (0, 1), (0, 2), (1, 2) }.Select(p => exact.Pair(p.Item1, p.Item2)!.IsDecided));
        Assert.Equal((0.8, 0.8), (exact.Pair(0, 1)!.Low, Math.Round(exact.Pair(0, 1)!.High, 9)));
    }

    /// <summary>Figures of runs that have no rounds in common: one block, several figures of each cell.</summary>
    [Fact]
    public void Two_samples_without_common_rounds_are_one_block()
    {
        double[] before = [100, 101, 99, 102, 98];
        BlockModel model = new(2, [.. before.Select(x => new Observation(0, 0, x)), .. before.Select(x => new Observation(0, 1, 0.9 * x))]);
        PairComparison pair = ComparisonFamily.Of([model], 1).Groups[0].Pair(0, 1)!;

        Assert.Equal(0.9, pair.Ratio, 1e-12);
        Assert.True(pair.IsDecided);
        Assert.Equal(2 / 252.0, model.SmallestP(), 1e-12);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-3)]
    [InlineData(double.PositiveInfinity)]
    public void What_has_no_logarithm_was_not_measured(double figure) => Assert.Equal(0, new BlockModel(2, [new(0, 0, figure), new(0, 1, 4)]).Blocks);

    private static GroupComparison Clear(int cells, int rounds) => ComparisonFamily.Of([Model(cells, rounds)], 1).Groups[0];

    /// <summary>Each cell a tenth of the first behind the one before it, with noise of some parts in a thousand.</summary>
    private static BlockModel Model(int cells, int rounds)
    {
        Random random = new(5);
        return BlockModel.OfRounds(cells, [.. Enumerable.Range(0, rounds).Select(_ =>
            (IReadOnlyList<double>)[.. Enumerable.Range(0, cells).Select(c => 1000 * (1 - (0.1 * c)) * (1 + (0.006 * (random.NextDouble() - 0.5))))])]);
    }

    private static BlockModel Noisy(double noise)
    {
        Random random = new(5);
        return BlockModel.OfRounds(3, [.. Enumerable.Range(0, 7).Select(_ =>
            (IReadOnlyList<double>)[.. Enumerable.Range(0, 3).Select(_ => 1000 * (1 + (noise * (random.NextDouble() - 0.5))))])]);
    }
}
