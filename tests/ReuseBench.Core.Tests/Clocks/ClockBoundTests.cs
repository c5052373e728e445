using FsCheck;
using FsCheck.Fluent;
using ReuseBench.Core.Clocks;

namespace ReuseBench.Core.Tests.Clocks;

public sealed class ClockBoundTests
{
    private const long Second = 1_000_000_000;

    /// <summary>Days of difference between two CLOCK_MONOTONIC, either way.</summary>
    private const int OffsetSeconds = 1_000_000;

    /// <summary>Delays of 1 µs to 1 s, mostly short; both ways and the time between, which may have nothing in common.</summary>
    private static readonly Gen<long> Delay =
        from exponent in Gen.Choose(0, 6)
        from times in Gen.Choose(1, 10)
        select (long)(1000 * Math.Pow(10, exponent) * times / 10);

    private static readonly Gen<(long There, long Stay, long Back, long Gap)> Way =
        from there in Delay
        from stay in Gen.Choose(0, 1_000_000)
        from back in Delay
        from gap in Gen.Choose(0, 5_000_000)
        select (there, (long)stay, back, (long)gap);

    private static readonly Gen<Case> Cases =
        from offset in Gen.Choose(-OffsetSeconds, OffsetSeconds)
        from fraction in Gen.Choose(0, 999_999_999)
        from drift in Gen.Choose(-75, 75)
        from change in Gen.Choose(-25, 25)
        from window in Gen.Choose(1, 60)
        from turn in Gen.Choose(0, 100)
        from before in Gen.NonEmptyListOf(Way)
        from after in Gen.NonEmptyListOf(Way)
        select new Case((offset * Second) + fraction, drift, change, window * Second, turn / 100.0, [.. before], [.. after]);

    [Fact]
    public void The_true_offset_is_within_the_bound_whatever_the_delays_and_the_drift() =>
        Prop.ForAll(Cases.ToArbitrary(), one =>
        {
            Host host = new(one);
            (ClockBound before, long endNs) = host.Ask(Second, one.Before);
            Assert.InRange(host.OffsetNs(before.AtNs), before.LowNs, before.HighNs);
            Assert.InRange(Math.Abs(host.OffsetNs(before.AtNs) - before.OffsetNs), 0, before.HalfWidthNs);

            (ClockBound after, _) = host.Ask(endNs + one.WindowNs, one.After);
            ClockTrack track = new ClockTrack(before, after).RequireSteady();
            for (int i = 0; i <= 20; i++)
            {
                long atNs = before.AtNs + ((after.AtNs - before.AtNs) * i / 20);
                Assert.InRange(Math.Abs(host.OffsetNs(atNs) - track.OffsetAtNs(atNs)), 0, track.BoundNs);
                Assert.InRange(Math.Abs(track.ToAskerNs(track.ToHostNs(atNs)) - atNs), 0, 1000);
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Every_further_ping_makes_the_bound_no_wider_at_its_moment()
    {
        // Of pings at one moment, so that no drift is in it.
        ClockPing wide = new(0, 900 + 5000, 900 + 5000, 1000);
        ClockPing narrow = new(0, 40 + 5000, 40 + 5000, 1000);
        ClockBound one = ClockBound.Of([wide]);
        ClockBound both = ClockBound.Of([wide, narrow]);
        Assert.Equal((4899, 5901), (one.LowNs, one.HighNs));
        Assert.Equal((4899, 5041), (both.LowNs, both.HighNs));
        Assert.Equal((4970, 71, 2, 1000), (both.OffsetNs, both.HalfWidthNs, both.Samples, both.RttMinNs));
    }

    [Fact]
    public void A_round_trip_leaves_out_what_the_asked_host_took() => Assert.Equal(30, new ClockPing(100, 1000, 1070, 200).RoundTripNs);

    [Fact]
    public void A_clock_that_was_set_within_a_burst_is_no_offset()
    {
        ClockPing early = new(0, 100 + 7000, 100 + 7000, 200);
        ClockPing late = new(1000, 1100 + 900_000, 1100 + 900_000, 1200);
        string why = Assert.Throws<ClockJumpException>(() => ClockBound.Of([early, late])).Message;
        Assert.Contains("892.8 µs apart", why, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', why);
    }

    [Fact]
    public void An_answer_before_its_question_is_no_offset() =>
        Assert.Throws<ClockJumpException>(() => ClockBound.Of([new ClockPing(200, 300, 300, 100)]));

    [Fact]
    public void A_clock_that_was_set_between_two_bursts_is_found()
    {
        ClockBound before = new(0, 100, 0, 1, 100, 100);
        Assert.Throws<ClockJumpException>(() => new ClockTrack(before, new ClockBound(2_000_000, 2_000_100, 10 * Second, 1, 100, 100)).RequireSteady());
        Assert.Throws<ClockJumpException>(() => new ClockTrack(before, new ClockBound(-2_000_100, -2_000_000, 10 * Second, 1, 100, 100)).RequireSteady());

        // 10 s at 100 ppm are a millisecond; at 300 ppm, where the kernel says that it slews, three.
        ClockTrack slewed = new(before, new ClockBound(2_000_000, 2_000_100, 10 * Second, 1, 100, 100)) { SlewPpm = 200 };
        Assert.Equal(200, slewed.RequireSteady().DriftPpm!.Value, tolerance: 0.1);
    }

    [Fact]
    public void Ten_seconds_of_a_change_of_50_ppm_are_125_microseconds_in_the_middle()
    {
        ClockTrack track = new(new ClockBound(-500, 500, 0, 64, 1000, 1000), new ClockBound(-500, 500, 10 * Second, 64, 1000, 1000));
        Assert.Equal(125_500 + 2, track.BoundNs);
        Assert.Equal(0, track.DriftPpm);
        Assert.Equal(502, new ClockTrack(track.Before, track.Before).BoundNs);
        Assert.Null(new ClockTrack(track.Before, track.Before).DriftPpm);
    }

    [Fact]
    public void Of_two_hosts_that_one_asks_offsets_subtract_and_bounds_add()
    {
        ClockBound server = new(900, 1100, 0, 1, 1, 1);
        ClockBound client = new(-3050, -2950, 0, 1, 1, 1);
        Assert.Equal((-4000, 102 + 52), ClockBound.Between(new ClockTrack(server, server), new ClockTrack(client, client), 0));
    }

    private sealed record Case(
        long OffsetNs, int DriftPpm, int ChangePpm, long WindowNs, double Turn, (long There, long Stay, long Back, long Gap)[] Before,
        (long There, long Stay, long Back, long Gap)[] After)
    {
        public override string ToString() => $"offset {OffsetNs}, drift {DriftPpm} ± {ChangePpm} ppm, window {WindowNs}, turns at {Turn}, "
            + $"[{string.Join(' ', Before)}], [{string.Join(' ', After)}]";
    }

    /// <summary>A host whose clock runs at one speed and, from some moment of the window on, at another: within 100 ppm and 50 ppm of itself.</summary>
    private sealed class Host(Case one)
    {
        private readonly double _turnNs = Second + (one.WindowNs * one.Turn);

        public long OffsetNs(long askerNs)
        {
            double early = Math.Min(askerNs, _turnNs);
            double late = Math.Max(0, askerNs - _turnNs);
            return one.OffsetNs + (long)Math.Round((early * (one.DriftPpm + one.ChangePpm) * 1e-6) + (late * (one.DriftPpm - one.ChangePpm) * 1e-6));
        }

        public (ClockBound Bound, long EndNs) Ask(long fromNs, (long There, long Stay, long Back, long Gap)[] ways)
        {
            List<ClockPing> pings = [];
            long nowNs = fromNs;
            foreach ((long there, long stay, long back, long gap) in ways)
            {
                long hadNs = nowNs + there;
                long sentNs = hadNs + stay;
                long backNs = sentNs + back;
                pings.Add(new ClockPing(nowNs, hadNs + OffsetNs(hadNs), sentNs + OffsetNs(sentNs), backNs));
                nowNs = backNs + gap;
            }

            return (ClockBound.Of(pings), nowNs);
        }
    }
}
