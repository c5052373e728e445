using ReuseBench.Bench.Experiments.Restarts;
using ReuseBench.Core.Wire;

namespace ReuseBench.Bench.Tests.Restarts;

/// <summary>A gap that hosts have seen whose clocks are off by no more than their bound: made up, so that the truth is known.</summary>
public sealed class ClockDoubtTests
{
    private const long IntervalNs = 1_000_000;
    private const long StopNs = 200 * IntervalNs;
    private const long EndNs = 500 * IntervalNs;
    private const double NsPerMs = 1e6;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void The_true_gap_lies_within_its_bounds_whatever_the_clocks_are_off_by(int hosts)
    {
        for (int seed = 0; seed < 3000; seed++)
        {
            Random random = new(seed);
            long boundNs = random.NextInt64(3 * IntervalNs);
            long gapNs = random.NextInt64(random.Next(2) == 0 ? 2 * IntervalNs : 100 * IntervalNs);
            long[] offNs = [.. Enumerable.Range(0, hosts).Select(_ => random.NextInt64(-boundNs, boundNs + 1))];
            long phaseNs = random.NextInt64(IntervalNs);
            Attempt[] attempts =
            [
                .. Enumerable.Range(0, (int)(EndNs / IntervalNs))
                    .Select(i => Seen(phaseNs + (i * IntervalNs), gapNs, offNs[i % hosts])),
            ];
            ClockDoubt doubt = new(hosts, boundNs / NsPerMs, 0);
            Gap gap = doubt.Find(attempts, StopNs, StopNs + gapNs);
            double least = doubt.Least(gap.LeastNs / NsPerMs)!.Value;
            double most = doubt.Most(gap.LengthNs / NsPerMs)!.Value;
            Assert.False(gap.IsCensored);
            Assert.True(
                least <= gapNs / NsPerMs && gapNs / NsPerMs <= most,
                $"{hosts} hosts, seed {seed}: {gapNs / NsPerMs} ms are not within {least} to {most}, bound {boundNs / NsPerMs} ms");
        }
    }

    [Fact]
    public void On_one_machine_nothing_is_left_open()
    {
        ClockDoubt none = ClockDoubt.Of(null);
        Assert.Equal((0, 0.0, 7.0, 5.0), (none.Hosts, none.OfWidthMs, none.Most(7)!.Value, none.Least(5)!.Value));
    }

    /// <summary>An attempt that is over at once: refused from the stop on, until somebody listens again.</summary>
    private static Attempt Seen(long atNs, long gapNs, long offNs) => new(
        atNs + offNs, atNs + offNs, atNs >= StopNs && atNs < StopNs + gapNs ? AttemptOutcome.Refused : AttemptOutcome.Served);
}
