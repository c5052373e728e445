using ReuseBench.Bench.Experiments.Measuring;
using ReuseBench.Bench.Experiments.Restarts;
using ReuseBench.Core.Wire;

namespace ReuseBench.Bench.Tests.Restarts;

public sealed class RestartTimelineTests
{
    /// <summary>One probe a millisecond for 61 s: served until the stop at 500 ms and again from 60,100 ms on.</summary>
    private static readonly TimelinePoint[] Points =
        [.. Enumerable.Range(0, 61_000).Select(ms => new TimelinePoint { StartMs = ms, Requests = IsServed(ms) ? 1 : 0, Errors = IsServed(ms) ? 0
            : 1, ConnectionsOpened = IsServed(ms) ? 1 : 0 })];

    [Fact]
    public void A_long_wait_keeps_its_milliseconds_around_the_stop_and_the_return_only()
    {
        TimelineInterval[] rows = [.. RestartTimeline.Thin(Points, 1, stopMs: 500, returnMs: 60_100)];

        Assert.All(rows.Where(r => r.Point.StartMs is < 1_500 or >= 59_100), r => Assert.Equal(1, r.LengthMs));
        Assert.All(rows.Where(r => r.Point.StartMs is >= 1_500 and < 59_100), r => Assert.Equal(100, r.LengthMs));
        Assert.Equal(1_500 + 576 + 1_900, rows.Length);
    }

    [Theory]
    [InlineData(60_100.0)]
    [InlineData(60_140.5)]
    [InlineData(null)]
    public void Nothing_is_lost_or_counted_twice_and_the_intervals_follow_each_other(double? returnMs)
    {
        TimelineInterval[] rows = [.. RestartTimeline.Thin(Points, 1, stopMs: 500.4, returnMs)];

        Assert.Equal(Points.Sum(p => p.Requests), rows.Sum(r => r.Point.Requests));
        Assert.Equal(Points.Sum(p => p.Errors), rows.Sum(r => r.Point.Errors));
        Assert.Equal(Points.Sum(p => p.ConnectionsOpened), rows.Sum(r => r.Point.ConnectionsOpened));
        Assert.All(rows.Zip(rows.Skip(1)), pair => Assert.Equal(pair.First.Point.StartMs + pair.First.LengthMs, pair.Second.Point.StartMs));
    }

    [Fact]
    public void A_short_restart_is_left_as_it_is() =>
        Assert.Equal(Points.Take(1_500), RestartTimeline.Thin([.. Points.Take(1_500)], 1, stopMs: 500, returnMs: 900).Select(r => r.Point));

    [Fact]
    public void Without_points_there_is_nothing() => Assert.Empty(RestartTimeline.Thin([], 1, 500, null));

    private static bool IsServed(int ms) => ms is < 500 or >= 60_100;
}
