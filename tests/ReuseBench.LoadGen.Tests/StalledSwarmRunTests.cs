using HdrHistogram;
using ReuseBench.Core.Statistics;
using ReuseBench.Core.Wire;
using ReuseBench.LoadGen.Recording;
using ReuseBench.LoadGen.Tests.Server;
using ReuseBench.TestSupport;

namespace ReuseBench.LoadGen.Tests;

/// <summary>A swarm that is stopped, as by a scheduler or a hypervisor, knows it from its own clock.</summary>
[Collection(Forking.Name)]
public sealed class StalledSwarmRunTests
{
    private const int StopMs = 400;

    [Theory]
    [Trait("needs", "quiet")]
    [InlineData(4)] // Nearly all that came due in the stall finds no connection free after it.
    [InlineData(256)]
    public async Task What_comes_due_in_a_stall_is_late_by_the_swarms_doing_whatever_the_number_of_connections(int connections)
    {
        await BusyHost.OneOf(
            async () =>
            {
                (LoadDocument document, SwarmChild.Standstill stop) = await StoppedAsync(connections, rate: 1000);

                // A request is due each millisecond: so many came due in it, each of which waited for its end.
                Assert.True(document.LateShare > 0.95 * stop.Ms / 2000, $"late {document.LateShare}");
                Assert.InRange(document.LagMaxUs!.Value / 1e3, stop.Ms - 10, double.MaxValue);
                HistogramBase lags = HistogramCodec.FromBase64(document.Histograms[Phases.Lag]);
                double tenthMs = lags.GetValueAtPercentile(90) / 1e6;
                Assert.InRange(tenthMs, stop.Ms - 215, double.MaxValue);
                return (document, stop, tenthMs);
            },
            run =>
            {
                Undisturbed(run.document, run.stop);
                Assert.InRange(run.document.LagMaxUs!.Value / 1e3, 0, run.stop.Ms + 200);
                Assert.InRange(run.tenthMs, 0, StopMs);
            });
    }

    [Fact]
    [Trait("needs", "quiet")]
    public async Task A_closed_loop_says_its_stalls_too()
    {
        await BusyHost.OneOf(() => StoppedAsync(4, rate: 0), run => Undisturbed(run.Document, run.Stop));
    }

    [Fact]
    public async Task An_answer_that_came_in_time_is_no_timeout_however_late_it_is_read()
    {
        // More of them than one turn of the loop takes. The server answers them within the timeout on any host that lets it run at all.
        const int TimeoutMs = 6000;
        await BusyHost.OneOfFew(
            async () =>
            {
                await using TestServer server = new(TestServer.Ok);
                using SwarmChild swarm = new(server.Port, 1500, rate: 0, timeoutMs: TimeoutMs);
                await swarm.WindowAsync();
                await Task.Delay(300, TestContext.Current.CancellationToken);
                SwarmChild.Standstill? stop = await swarm.StopAsync(TimeoutMs + 500);
                LoadDocument document = await swarm.ResultAsync();

                SwarmRuns.CountsBalance(document);
                Assert.Empty(document.Errors);
                return stop is not null && stop.FromNs < document.WindowEndNs;
            },
            isStopped => Assert.True(isStopped, "the swarm's window was over before it was stopped"));
    }

    [Fact]
    public void A_stall_is_what_lies_between_two_points_where_the_thread_ran_and_within_the_window()
    {
        Stalls stalls = new();
        stalls.SetWindow(Ms(100), Ms(200));
        Assert.False(stalls.Runs(Ms(50), out _)); // The first: nothing is known before.
        Assert.False(stalls.Runs(Ms(59), out _));
        Assert.False(stalls.Runs(Ms(55), out _)); // An older reading.
        Assert.True(stalls.Runs(Ms(110), out long since));
        Assert.Equal(Ms(59), since);
        Assert.Equal(Ms(10), stalls.LongestNs); // Of it, what lay in the window.
        stalls.Waited(Ms(130)); // It was to sleep until then.
        Assert.False(stalls.Runs(Ms(139), out _));
        stalls.Waited(Ms(150));
        Assert.True(stalls.Runs(Ms(180), out since));
        Assert.Equal(Ms(150), since);
        Assert.True(stalls.Runs(Ms(240), out _));
        Assert.True(stalls.Runs(Ms(300), out _)); // After the window.
        Assert.Equal((3, Ms(30), Ms(60)), (stalls.Count, stalls.LongestNs, stalls.TotalNs));
    }

    private static long Ms(int ms) => ms * 1_000_000L;

    /// <summary>A run that was stopped within its window, and knows it.</summary>
    private static async Task<(LoadDocument Document, SwarmChild.Standstill Stop)> StoppedAsync(int connections, double rate)
    {
        BusyHost watch = BusyHost.Watch();
        for (int attempt = 0; attempt < BusyHost.Attempts; attempt++)
        {
            await using TestServer server = new(TestServer.Ok);
            using SwarmChild swarm = new(server.Port, connections, rate);
            await swarm.WindowAsync();
            await Task.Delay(300, TestContext.Current.CancellationToken);
            SwarmChild.Standstill? stop = await swarm.StopAsync(StopMs);
            LoadDocument document = await swarm.ResultAsync();
            SwarmRuns.CountsBalance(document);
            if (stop?.IsWithin(document) == true)
            {
                Assert.True(document.Stalls >= 1);
                Assert.InRange(document.StalledMs!.Value, stop.Ms - 10, 2000);
                Assert.InRange(document.StalledTotalMs!.Value, document.StalledMs.Value, 2000);
                Assert.Equal(document.StalledMs, document.ClientThreadDetails.Max(t => t.StalledMs));
                Assert.Contains(document.Warnings, warning => warning.Contains("stood still", StringComparison.Ordinal));
                return (document, stop);
            }
        }

        watch.SkipIfBusyElseFail("the swarm was not stopped within its window");
        throw new InvalidOperationException();
    }

    /// <summary>What it says of its stall is no more than the stop.</summary>
    private static void Undisturbed(LoadDocument document, SwarmChild.Standstill stop) =>
        Assert.InRange(document.StalledMs!.Value, 0, stop.Ms + 200);
}
