using ReuseBench.Core.Statistics.Chance;

namespace ReuseBench.Core.Tests.Chance;

/// <summary>Seeded models of hashes, good and bad: the tests must let the good pass and catch the bad.</summary>
public sealed class HashModelTests
{
    private const int Repeats = 60;
    private const int Listeners = 8;
    private const int Tuples = Listeners * 50;

    /// <summary>Counts by listener of one repeat, whose hash has its own seed.</summary>
    private static long[] Deal(Random seed, Func<uint, Random, int> choose)
    {
        Random random = new(seed.Next());
        long[] counts = new long[Listeners];
        for (int tuple = 0; tuple < Tuples; tuple++)
        {
            counts[choose((uint)random.NextInt64(1L << 32), random)]++;
        }

        return counts;
    }

    private static double[] PValues(int seed, Func<uint, Random, int> choose)
    {
        Random seeds = new(seed);
        return [.. Enumerable.Range(0, Repeats).Select(_ => ChiSquareTest.OfUniform(Deal(seeds, choose)).PValue!.Value)];
    }

    private static int ReciprocalScale(uint hash) => (int)(((ulong)hash * Listeners) >> 32);

    [Fact]
    public void A_sound_hash_fails_about_as_often_as_the_stated_error_rate()
    {
        const int experiments = 50;
        int failed = Enumerable.Range(0, experiments).Count(seed =>
            !PValueUniformity.Of(PValues(seed, (hash, _) => ReciprocalScale(hash)))!.Holds(HashTrial.ErrorRate));
        // Binomial(50, 0.01): four or more in fewer than two of a thousand sound programs; the seeds are fixed.
        Assert.InRange(failed, 0, 3);
    }

    [Fact]
    public void A_hash_that_favours_one_listener_is_caught()
    {
        PValueUniformity uniformity = PValueUniformity.Of(PValues(5, (hash, random) => random.Next(20) == 0 ? 0 : ReciprocalScale(hash)))!;
        Assert.False(uniformity.Holds(HashTrial.ErrorRate));
    }

    [Fact]
    public void A_choice_more_even_than_chance_is_caught_too()
    {
        int turn = 0;
        PValueUniformity uniformity = PValueUniformity.Of(PValues(5, (_, _) => turn++ % Listeners))!;
        Assert.False(uniformity.Holds(HashTrial.ErrorRate));
    }

    [Fact]
    public void Counting_connections_of_few_tuples_is_caught()
    {
        // Each tuple ten times: ten times the connections, the same choices, χ² ten times too large.
        Random seeds = new(9);
        double[] pValues = [.. Enumerable.Range(0, Repeats).Select(_ =>
            ChiSquareTest.OfUniform([.. Deal(seeds, (hash, _) => ReciprocalScale(hash)).Select(c => 10 * c)]).PValue!.Value)];
        Assert.False(PValueUniformity.Of(pValues)!.Holds(HashTrial.ErrorRate));
    }

    [Fact]
    public void Few_repeats_say_nothing() => Assert.Null(PValueUniformity.Of([.. Enumerable.Repeat(0.5, PValueUniformity.LeastRepeats - 1)]));
}
