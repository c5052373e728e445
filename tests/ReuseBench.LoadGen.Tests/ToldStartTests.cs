using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Wire;
using ReuseBench.Linux;
using ReuseBench.LoadGen.Tests.Server;

namespace ReuseBench.LoadGen.Tests;

/// <summary>A swarm that is one of several begins when it is told to.</summary>
public sealed class ToldStartTests
{
    private const long Ms = 1_000_000;

    private static readonly LoadSettings Open = SwarmRuns.Short with { Rate = 200, Arrivals = Arrivals.Constant, Threads = 2, RecordAttempts = true };

    [Theory]
    [InlineData(null)]
    [InlineData(200.0)]
    public async Task Warm_up_and_window_begin_at_the_moment_that_was_told(double? rate)
    {
        await using TestServer server = new(TestServer.Ok);
        LoadSettings settings = SwarmRuns.Short with { Rate = rate, Threads = 2 };
        (LoadDocument document, long epochNs) = await RunTold(settings, server.Target);

        Assert.Equal(epochNs, document.EpochNs);
        Assert.InRange(document.StartedNs!.Value, epochNs, long.MaxValue);
        Assert.Equal(epochNs + settings.Warmup.Nanoseconds, document.WindowBeginNs);
        Assert.Equal(document.WindowBeginNs + settings.Duration.Nanoseconds, document.WindowEndNs);
        SwarmRuns.CountsBalance(document);
    }

    [Fact]
    public async Task A_swarm_that_is_told_nothing_begins_as_soon_as_it_can_and_says_when()
    {
        await using TestServer server = new(TestServer.Ok);
        long beforeNs = MonotonicClock.NowNs();
        LoadDocument document = await SwarmRuns.Run(SwarmRuns.Short, server);
        Assert.InRange(document.EpochNs, beforeNs, document.WindowBeginNs);
        Assert.InRange(document.StartedNs!.Value, document.EpochNs, MonotonicClock.NowNs());
        Assert.Equal(document.EpochNs + SwarmRuns.Short.Warmup.Nanoseconds, document.WindowBeginNs);
    }

    [Fact]
    public async Task A_schedule_that_begins_later_moves_no_window()
    {
        await using TestServer server = new(TestServer.Ok);
        (LoadDocument document, long epochNs) = await RunTold(Open, server.Target, laterNs: 3 * Ms);

        Assert.Equal(epochNs + Open.Warmup.Nanoseconds, document.WindowBeginNs);

        // Every 5 ms from 3 ms on: 20 in the warm-up, 60 in the window.
        long[] intended = [.. document.Attempts!.IntendedNs.Where(ns => ns >= epochNs).Order()];
        Assert.Equal(epochNs + (3 * Ms), intended[0]);
        Assert.Equal(Enumerable.Range(0, intended.Length).Select(i => epochNs + (3 * Ms) + (i * 5 * Ms)), intended);
        Assert.Equal(60, document.Scheduled);
    }

    [Fact]
    public async Task A_moment_that_has_passed_is_too_late()
    {
        await using TestServer server = new(TestServer.Ok);
        long epochNs = MonotonicClock.NowNs() - (20 * Ms);
        UsageException late = await Assert.ThrowsAsync<UsageException>(() => Run(SwarmRuns.Short, server.Target, new SwarmStart(epochNs)));
        Assert.StartsWith("epoch: too late by ", late.Message, StringComparison.Ordinal);
        Assert.True(late.IsOfHost);
    }

    /// <summary>Told three seconds before; a host that stands still for so long is told earlier.</summary>
    private static async Task<(LoadDocument Document, long EpochNs)> RunTold(LoadSettings settings, Target target, long laterNs = 0)
    {
        const long MostMs = 50_000;
        for (long leadMs = 3_000; ; leadMs *= 4)
        {
            long epochNs = MonotonicClock.NowNs() + (leadMs * Ms);
            try
            {
                return (await Run(settings, target, new SwarmStart(epochNs, laterNs)), epochNs);
            }
            catch (UsageException late) when (leadMs * 4 < MostMs && late.IsOfHost && late.Message.StartsWith("epoch: too late", StringComparison.Ordinal))
            {
                TestContext.Current.TestOutputHelper?.WriteLine(late.Message);
            }
        }
    }

    private static async Task<LoadDocument> Run(LoadSettings settings, Target target, SwarmStart start) =>
        await Task.Run(
                () => Swarm.Run(settings, target, new KeptSignals(), TestContext.Current.CancellationToken, start), TestContext.Current.CancellationToken)
            .WaitAsync(SwarmRuns.Limit, TestContext.Current.CancellationToken);
}
