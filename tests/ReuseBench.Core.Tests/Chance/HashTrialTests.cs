using ReuseBench.Core.Statistics.Chance;

namespace ReuseBench.Core.Tests.Chance;

/// <summary>Seeded models of whole runs, several group sizes and two tests of each: what is stated for all of them together must hold for all
/// together.</summary>
public sealed class HashTrialTests
{
    private const int Seeds = 16;

    private static readonly int[] Sizes = [2, 4, 8, 16];

    [Fact]
    public void A_sound_hash_is_accused_in_at_most_one_run_of_a_hundred()
    {
        const int runs = 4_000;
        Random random = new(1);
        int accused = Enumerable.Range(0, runs).Count(_ => Run(random, PValueUniformity.LeastExpected, (r, size) => r.Next(size))
            .Any(t => !t.IsWhatChanceGives));

        // Binomial(4000, 0.01) is above 59 in 1 of 700 sound programs; at 0.01 for each size it would be about 160. The seed is fixed.
        Assert.InRange(accused, 12, 59);
    }

    [Fact]
    public void A_hash_that_gives_one_listener_a_tenth_more_is_accused_as_more_uneven()
    {
        HashTrial[] trials = Run(new Random(2), expected: 1_000, (r, size) => r.Next(10 * size) == 0 ? 0 : r.Next(size));
        Assert.All(trials, t => Assert.Equal((false, true), (t.IsWhatChanceGives, t.IsMoreUneven)));
    }

    [Fact]
    public void A_choice_more_even_than_chance_is_accused_as_more_even()
    {
        // Three of four tuples take turns, the others are drawn.
        int turn = 0;
        HashTrial[] trials = Run(new Random(3), expected: 1_000, (r, size) => r.Next(4) == 0 ? r.Next(size) : turn++ % size);
        Assert.All(trials, t => Assert.Equal((false, false), (t.IsWhatChanceGives, t.IsMoreUneven)));
    }

    [Theory]
    [InlineData(1, 0.005)]
    [InlineData(4, 0.00125)]
    public void The_error_rate_is_divided_by_all_tests_of_the_run(int sizes, double ofOneTest)
    {
        PValueUniformity uniformity = new(Seeds, 0.4, 0.0039);
        HashTrial trial = HashTrial.Of(uniformity, new ChiSquareTest(25.6, 48, 0.997, null), sizes);
        Assert.Equal(ofOneTest, trial.ErrorRateOfOneTest, 12);
        Assert.Equal((sizes > 1, sizes > 1), (trial.IsUniform, trial.IsWhatChanceGives));
    }

    // Steck's determinant in rational numbers (Python's fractions). The first two are 5 % and 1 % of the printed tables (Massey, 1951).
    [Theory]
    [InlineData(10, 0.409, 0.050223408105)]
    [InlineData(20, 0.352, 0.010125210900)]
    [InlineData(16, 0.4634, 0.001147630549)]
    public void The_law_of_the_distance_is_that_of_exact_arithmetic(int count, double distance, double pValue) =>
        Assert.Equal(pValue, KolmogorovSmirnov.PValue(count, distance), 1e-10);

    // Of two values the distance is below d, ¼ ≤ d ≤ ½, with probability ½ (4d - 1)²; from ½ on with 1 - 2 (1 - d)².
    [Theory]
    [InlineData(0.3)]
    [InlineData(0.45)]
    [InlineData(0.7)]
    [InlineData(0.95)]
    public void The_law_of_two_values_is_that_of_plane_geometry(double distance)
    {
        double below = distance <= 0.5 ? 0.5 * Math.Pow((4 * distance) - 1, 2) : 1 - (2 * Math.Pow(1 - distance, 2));
        Assert.Equal(1 - below, KolmogorovSmirnov.PValue(2, distance), 1e-12);
    }

    private static HashTrial[] Run(Random random, double expected, Func<Random, int, int> choose) =>
    [
        .. Sizes.Select(size =>
        {
            ChiSquareTest[] repeats = [.. Enumerable.Range(0, Seeds).Select(_ => ChiSquareTest.OfUniform(Deal(random, size, (int)expected * size, choose)))];
            return HashTrial.Of(PValueUniformity.Of([.. repeats.Select(t => t.PValue!.Value)])!, ChiSquareTest.Pooled(repeats), Sizes.Length);
        }),
    ];

    private static long[] Deal(Random random, int size, int tuples, Func<Random, int, int> choose)
    {
        long[] counts = new long[size];
        for (int tuple = 0; tuple < tuples; tuple++)
        {
            counts[choose(random, size)]++;
        }

        return counts;
    }
}
