using System.Diagnostics;
using ReuseBench.Core.Statistics;
using ReuseBench.Core.Units;
using ReuseBench.Core.Wire;
using ReuseBench.LoadGen.Tests.Server;
using ReuseBench.TestSupport;

namespace ReuseBench.LoadGen.Tests;

/// <summary>
/// A server that answers nobody for 150 ms of every 400. What the swarm says of when the slow requests came is held against its own record of every
/// attempt, which is made apart from it: that is exact however busy this host is. That the stalls are among them is certain, too.
/// </summary>
public sealed class EpisodeRunTests
{
    private const long PeriodMs = 400;
    private const long StallMs = 150;
    private const double FarBelowStallUs = 50_000;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task When_slow_requests_came_is_what_the_attempts_say(int threads) => await BusyHost.OneOfFew(
        () => EpisodesAsync(threads),

        // Five stalls begin in the window; the first and the last may lie half outside, and a host that stands still makes one of several.
        episodes => Assert.InRange(episodes, 3, int.MaxValue));

    /// <returns>Of slow requests, by the attempts.</returns>
    private static async Task<int> EpisodesAsync(int threads)
    {
        Stopwatch clock = Stopwatch.StartNew();
        await using TestServer server = new(async (connection, request) =>
        {
            long phase = clock.ElapsedMilliseconds % PeriodMs;
            await Task.Delay((int)Math.Max(0, StallMs - phase));
            await TestServer.Ok(connection, request);
        });
        LoadDocument document = await SwarmRuns.Run(
            SwarmRuns.Short with
            {
                Rate = 400,
                Connections = 64,
                Threads = threads,
                Warmup = Duration.FromMilliseconds(100),
                Duration = Duration.FromMilliseconds(2000),
                RecordAttempts = true,
            },
            server.Target);

        AttemptColumns attempts = document.Attempts!;
        int[] served =
        [
            .. Enumerable.Range(0, attempts.EndNs.Length).Where(i => attempts.Outcome[i] == (int)AttemptOutcome.Served
                && attempts.IntendedNs[i] >= document.WindowBeginNs && attempts.IntendedNs[i] < document.WindowEndNs),
        ];
        long slots = (document.WindowEndNs - document.WindowBeginNs) / SlotPeaks.SlotNs;
        long[] longest = new long[slots + 1];
        foreach (int i in served)
        {
            long slot = Math.Min((attempts.EndNs[i] - document.WindowBeginNs) / SlotPeaks.SlotNs, slots);
            longest[slot] = Math.Max(longest[slot], attempts.EndNs[i] - attempts.IntendedNs[i]);
        }

        Assert.Equal(document.LatencyCount, served.Length);
        SlotPeaks expected = SlotPeaks.Of(longest.AsSpan(0, longest.AsSpan().LastIndexOfAnyExcept(0) + 1));
        Assert.Equal(expected.ToBase64(), document.SlotPeaks[Phases.Request]);

        Assert.InRange(expected.EpisodesBeyond(FarBelowStallUs), 1, slots);
        Assert.InRange(document.EpisodesP99 ?? 1, 1, slots);
        Assert.Equal([Phases.Connect, Phases.Request], document.SlotPeaks.Keys);
        return expected.EpisodesBeyond(FarBelowStallUs);
    }
}
