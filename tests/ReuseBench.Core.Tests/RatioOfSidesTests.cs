using MathNet.Numerics.Distributions;
using ReuseBench.Core.Statistics;

namespace ReuseBench.Core.Tests;

/// <summary>
/// What <c>compare</c> says is right as often as it states: by simulation, with fixed seeds. A false alarm is any claim of a difference in a comparison
/// whose sides are the same, over all its cells; stated are 5 %.
/// </summary>
public sealed class RatioOfSidesTests
{
    private const double Alpha = 0.05;
    private const double Margin = 0.05;
    private const int Trials = 2000;

    /// <summary>Three standard errors of a share of 5 % of the trials.</summary>
    private const double Most = Alpha + 0.015;

    /// <summary>Sorts of noise of a repeat, as a factor's logarithm; the last has a slow repeat in ten, as hosts with neighbours do.</summary>
    private static readonly Dictionary<string, Func<Random, double>> Noises = new()
    {
        ["normal"] = random => Normal.Sample(random, 0, 0.02),
        ["heavy tails"] = random => StudentT.Sample(random, 0, 0.015, 3),
        ["skewed"] = random => -Exponential.Sample(random, 1 / 0.03),
        ["outliers"] = random => Normal.Sample(random, 0, 0.01) - (random.NextDouble() < 0.1 ? 0.15 : 0),
    };

    public static TheoryData<string, int, int> Equal => new(
        from noise in Noises.Keys
        from repeats in (int[])[3, 5, 10]
        from cells in (int[])[1, 20]
        select (noise, repeats, cells));

    [Theory]
    [MemberData(nameof(Equal))]
    public void Two_runs_of_the_same_alarm_no_more_often_than_stated(string noise, int repeats, int cells)
    {
        Random random = new(20_261_127);
        int alarms = Enumerable.Range(0, Trials).Count(_ => HasClaim(
            [.. Enumerable.Range(0, cells).Select(_ => RatioOfSides.Of([Draw(random, noise, repeats)], [Draw(random, noise, repeats)], Margin)!)]));

        Assert.InRange((double)alarms / Trials, 0, Most);
    }

    [Theory]
    [InlineData(3, 1, 0.02, 0.9)]
    [InlineData(5, 20, 0.02, 0.95)]
    [InlineData(7, 100, 0.02, 0.99)]
    [InlineData(10, 100, 0.03, 0.95)]
    public void A_tenth_is_found(int repeats, int cells, double scatter, double power)
    {
        Random random = new(7);
        int found = Enumerable.Range(0, Trials / 10).Count(_ =>
        {
            RatioOfSides[] ratios =
            [
                .. Enumerable.Range(0, cells).Select(cell => RatioOfSides.Of(
                    [NormalDraw(random, repeats, scatter, 0)], [NormalDraw(random, repeats, scatter, cell == 0 ? Math.Log(0.9) : 0)], Margin)!),
            ];
            return HolmCorrection.Adjust([.. ratios.Select(r => r.DifferenceP)])[0] < Alpha;
        });

        Assert.InRange(found / (Trials / 10.0), power, 1);
    }

    [Fact]
    public void Runs_that_differ_among_themselves_alarm_only_where_there_is_one_of_each()
    {
        // Each run has a mood of its own, 3 % about nothing, and its repeats scatter by 1 %.
        Random random = new(11);
        double[] RunOf() => NormalDraw(random, 5, 0.01, Normal.Sample(random, 0, 0.03));
        int alone = Enumerable.Range(0, Trials).Count(_ => RatioOfSides.Of([RunOf()], [RunOf()], Margin)!.DifferenceP < Alpha);
        int several = Enumerable.Range(0, Trials).Count(_ =>
            RatioOfSides.Of([RunOf(), RunOf(), RunOf()], [RunOf(), RunOf(), RunOf()], Margin)!.DifferenceP < Alpha);

        Assert.InRange((double)several / Trials, 0.02, Most);
        // What two runs cannot know: it is why their comparison says so.
        Assert.InRange((double)alone / Trials, 0.5, 1);
    }

    [Fact]
    public void Equivalence_is_claimed_of_what_differs_by_the_margin_no_more_often_than_stated()
    {
        Random random = new(13);
        int wrong = Enumerable.Range(0, Trials).Count(_ => RatioOfSides.Of(
            [NormalDraw(random, 5, 0.02, 0)], [NormalDraw(random, 5, 0.02, Math.Log(1 - Margin))], Margin)!.EquivalenceP < Alpha);
        int right = Enumerable.Range(0, Trials).Count(_ => RatioOfSides.Of(
            [NormalDraw(random, 5, 0.01, 0)], [NormalDraw(random, 5, 0.01, 0)], Margin)!.EquivalenceP < Alpha);

        Assert.InRange((double)wrong / Trials, 0, Most);
        Assert.InRange((double)right / Trials, 0.9, 1);
    }

    [Fact]
    public void An_interval_covers_as_often_as_it_says()
    {
        Random random = new(17);
        int covers = Enumerable.Range(0, Trials).Count(_ =>
            RatioOfSides.Of([NormalDraw(random, 4, 0.05, 0)], [NormalDraw(random, 6, 0.02, 0.1)], Margin) is { } ratio
            && ratio.Low <= Math.Exp(0.1) && Math.Exp(0.1) <= ratio.High);

        Assert.InRange((double)covers / Trials, 0.935, 0.975);
    }

    [Fact]
    public void Too_few_repeats_and_figures_without_a_logarithm_have_no_ratio()
    {
        Assert.Null(RatioOfSides.Of([[1, 2]], [[1, 2, 3]], Margin));
        Assert.Null(RatioOfSides.Of([[1, 2, 0]], [[1, 2, 3]], Margin));
        Assert.Null(RatioOfSides.Of([[1, 2, 3]], [[]], Margin));
    }

    [Fact]
    public void Repeats_that_are_equal_to_all_digits_are_no_proof()
    {
        RatioOfSides ratio = RatioOfSides.Of([[1000, 1000, 1000]], [[1001, 1001, 1001]], Margin)!;

        Assert.InRange(ratio.DifferenceP, 0.1, 1);
        Assert.InRange(ratio.EquivalenceP, 0, 0.01);
    }

    [Fact]
    public void Holms_levels_are_those_of_his_paper()
    {
        // Holm (1979): p sorted, times how many are left, never below the one before.
        Assert.Equal([0.03, 0.06, 0.06, 0.02], HolmCorrection.Adjust([0.01, 0.03, 0.04, 0.005]).Select(p => Math.Round(p, 10)));
        Assert.Equal([1.0, 1.0], HolmCorrection.Adjust([0.7, 0.9]));
        Assert.Empty(HolmCorrection.Adjust([]));
    }

    private static bool HasClaim(IReadOnlyList<RatioOfSides> ratios) => HolmCorrection.Adjust([.. ratios.Select(r => r.DifferenceP)]).Any(p => p < Alpha);

    private static double[] Draw(Random random, string noise, int repeats) =>
        [.. Enumerable.Range(0, repeats).Select(_ => 1000 * Math.Exp(Noises[noise](random)))];

    private static double[] NormalDraw(Random random, int repeats, double scatter, double shift) =>
        [.. Enumerable.Range(0, repeats).Select(_ => 1000 * Math.Exp(shift + Normal.Sample(random, 0, scatter)))];
}
