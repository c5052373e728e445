using ReuseBench.Core.Cells;
using ReuseBench.LoadGen.Pacing;

namespace ReuseBench.LoadGen.Tests.Pacing;

public sealed class ArrivalScheduleTests
{
    [Theory]
    [InlineData(1, 0, 0)] // The first arrival is at the beginning.
    [InlineData(1, 1, 1_000_000_000)]
    [InlineData(1000, 7, 7_000_000)]
    [InlineData(3, 1, 333_333_333)] // A rate that does not divide a second: truncated, …
    [InlineData(3, 2, 666_666_666)]
    [InlineData(3, 3, 1_000_000_000)] // … but the error does not add up.
    [InlineData(3, 3_000_000_000, 1_000_000_000_000_000_000)] // Thirty years on it is still exact.
    [InlineData(10_000_000, 10_000_001, 1_000_000_100)] // The highest rate allowed.
    [InlineData(0.5, 3, 6_000_000_000)] // Less than one a second.
    public void A_constant_arrival_is_due_at_its_number_over_the_rate(double rate, long index, long dueNs) =>
        Assert.Equal(dueNs, ConstantSchedule.DueNs(rate, index));

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    public void Threads_together_make_one_even_train_and_never_start_in_step(int threads)
    {
        const double rate = 12_345;
        const int perThread = 500;
        long[] merged =
        [
            .. Enumerable.Range(0, threads)
                .SelectMany(t => Take(ArrivalSchedule.Create(Arrivals.Constant, rate, t, threads, seed: 1), perThread))
                .Order(),
        ];

        Assert.Equal(Enumerable.Range(0, threads * perThread).Select(i => ConstantSchedule.DueNs(rate, i)), merged);
        Assert.Equal(merged.Length, merged.Distinct().Count());
    }

    [Theory]
    [InlineData(1.0, 1000, 0)]
    [InlineData(0.36787944117144233, 1000, 1_000_000)] // e⁻¹: one mean gap.
    [InlineData(0.5, 1, 693_147_180.56)]
    public void A_gap_is_exceeded_with_the_given_probability(double unit, double rate, double gapNs) =>
        Assert.Equal(gapNs, PoissonSchedule.GapNs(unit, rate), tolerance: 0.01);

    [Fact]
    public void The_same_seed_gives_the_same_arrivals_and_threads_have_their_own()
    {
        long[] Of(int thread, ulong seed) => Take(ArrivalSchedule.Create(Arrivals.Poisson, 1000, thread, 2, seed), 100);

        Assert.Equal(Of(0, 1), Of(0, 1));
        Assert.NotEqual(Of(0, 1), Of(1, 1));
        Assert.NotEqual(Of(0, 1), Of(0, 2));
    }

    // Seeded, so it either always passes or never; for a random seed each check would fail a sound generator about once in 10,000 times.
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(1, 4)]
    public void Poisson_gaps_are_exponential(ulong seed, int threads)
    {
        const int arrivals = 40_000;
        const double rate = 10_000;
        long[] merged =
        [
            .. Enumerable.Range(0, threads)
                .SelectMany(t => Take(ArrivalSchedule.Create(Arrivals.Poisson, rate, t, threads, seed), arrivals / threads))
                .Order(),
        ];

        // The threads end at different times; where all of them still run the union is the process.
        double[] gaps = [.. merged.Zip(merged.Skip(1), (a, b) => (b - a) / 1e9).Take(arrivals * 9 / 10)];

        // Kolmogorov-Smirnov: D·√n exceeds 2.23 with probability 10⁻⁴.
        Assert.InRange(KolmogorovDistance(gaps, rate) * Math.Sqrt(gaps.Length), 0, 2.23);

        // The mean of n exponential gaps lies within 3.9 standard errors (mean/√n) of it with probability 1 − 10⁻⁴.
        double mean = 1 / rate;
        Assert.InRange(gaps.Average(), mean - (3.9 * mean / Math.Sqrt(gaps.Length)), mean + (3.9 * mean / Math.Sqrt(gaps.Length)));
    }

    [Fact]
    public void Poisson_counts_in_equal_intervals_have_a_variance_equal_to_their_mean()
    {
        const int perInterval = 50;
        const int intervals = 2000;
        ArrivalSchedule schedule = ArrivalSchedule.Create(Arrivals.Poisson, 1000, 0, 1, seed: 7);
        int[] counts = new int[intervals];
        for (long due = schedule.NextNs(); due < intervals * perInterval * 1_000_000L; due = schedule.NextNs())
        {
            counts[due / (perInterval * 1_000_000L)]++;
        }

        double mean = counts.Average();
        double variance = counts.Sum(c => (c - mean) * (c - mean)) / (intervals - 1);

        // The index of dispersion has a standard error of √(2/(n−1)); 3.9 of them are exceeded with probability 10⁻⁴.
        Assert.InRange(variance / mean, 1 - (3.9 * Math.Sqrt(2.0 / (intervals - 1))), 1 + (3.9 * Math.Sqrt(2.0 / (intervals - 1))));
    }

    [Fact]
    public void A_constant_schedule_would_fail_the_test_of_exponential_gaps()
    {
        double[] gaps = [.. Enumerable.Repeat(1e-4, 1000)];
        Assert.True(KolmogorovDistance(gaps, 10_000) * Math.Sqrt(gaps.Length) > 2.23);
    }

    private static double KolmogorovDistance(double[] gaps, double rate)
    {
        double[] sorted = [.. gaps.Order()];
        double distance = 0;
        for (int i = 0; i < sorted.Length; i++)
        {
            double expected = 1 - Math.Exp(-rate * sorted[i]);
            distance = Math.Max(distance, Math.Max(Math.Abs(expected - ((double)i / sorted.Length)), Math.Abs(expected - ((i + 1.0) / sorted.Length))));
        }

        return distance;
    }

    private static long[] Take(ArrivalSchedule schedule, int count) => [.. Enumerable.Range(0, count).Select(_ => schedule.NextNs())];
}
