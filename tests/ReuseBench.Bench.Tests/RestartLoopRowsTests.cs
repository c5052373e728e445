using ReuseBench.Bench.Experiments.Measuring;
using ReuseBench.Bench.Experiments.Restarts;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Core.Wire;

namespace ReuseBench.Bench.Tests;

public sealed class RestartLoopRowsTests
{
    private const long Ms = 1_000_000;
    private const long WindowBegin = 1_000 * Ms;

    [Fact]
    public void A_restart_is_the_gap_in_the_timeline_and_the_servers_steps()
    {
        // Answers in every millisecond but 52 to 56; the listener is away from 51.2 to 55.5 ms.
        Measurement m = Restarting(answeredExcept: (52, 56), stopMs: 51.0, closedMs: 51.2, listeningMs: 55.5);
        RestartRow row = Assert.Single(RestartLoopRows.Of("r", m));

        Assert.Equal((5, 7), (row.GapLowMs!.Value, row.GapMs!.Value));
        Assert.Equal(2, row.GapUncertaintyMs);
        Assert.Equal(4.3, row.ServerGapMs!.Value, 6);
        Assert.Equal(0.2, row.ListenerClosedMs!.Value, 6);
        Assert.Equal(2, row.BindAttempts);
        Assert.Equal("EADDRINUSE", row.BindErrno);
        Assert.Equal(17, row.TimeWaitBeforeBind);
    }

    [Fact]
    public void A_restart_that_begins_after_the_window_is_no_row()
    {
        Measurement m = Restarting(answeredExcept: (52, 56), stopMs: 100.5, closedMs: 100.6, listeningMs: 101);
        Assert.Empty(RestartLoopRows.Of("r", m));
    }

    [Fact]
    public void A_restart_without_an_answer_after_it_lasted_at_least_to_the_end_of_the_window()
    {
        Measurement m = Restarting(answeredExcept: (52, 99), stopMs: 51.0, closedMs: 51.2, listeningMs: 55.5);
        RestartRow row = Assert.Single(RestartLoopRows.Of("r", m));
        Assert.Equal(GapBound.AtLeast, row.GapBound);
        Assert.Equal((48, 48), (row.GapLowMs!.Value, row.GapMs!.Value));
    }

    [Fact]
    public void A_gap_between_neighbouring_intervals_is_below_twice_their_width()
    {
        Measurement m = Restarting(answeredExcept: (-2, -1), stopMs: 51.1, closedMs: 51.2, listeningMs: 51.7);
        RestartRow row = Assert.Single(RestartLoopRows.Of("r", m));
        Assert.Equal((0, 2), (row.GapLowMs!.Value, row.GapMs!.Value));
        Assert.Equal(2, row.GapUncertaintyMs);
    }

    [Fact]
    public void What_the_old_life_answers_while_it_closes_is_no_return_of_service()
    {
        Measurement m = Restarting(answeredExcept: (53, 54), stopMs: 51.0, closedMs: 51.2, listeningMs: 51.7);
        m = m with { Events = [.. m.Events, Event(ServerEventKind.FirstAnswer, 55.4)] };
        RestartRow row = Assert.Single(RestartLoopRows.Of("r", m));
        Assert.Equal(4, row.FirstSuccessMs!.Value, 6);
        Assert.Equal((2, 4), (row.GapLowMs!.Value, row.GapMs!.Value));
    }

    [Fact]
    public void A_restart_over_no_TIME_WAIT_says_so()
    {
        Measurement m = Restarting(answeredExcept: (52, 56), stopMs: 51.0, closedMs: 51.2, listeningMs: 55.5);
        m = m with { Events = [.. m.Events.Select(e => e with { Detail = 0 })] };
        Assert.Contains("no TIME_WAIT", Assert.Single(RestartLoopRows.Of("r", m)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_variants_have_no_restarts() => Assert.Empty(RestartLoopRows.Of("r", Measurements.Agreeing()));

    private static Measurement Restarting((int From, int To) answeredExcept, double stopMs, double closedMs, double listeningMs)
    {
        Measurement m = Measurements.Agreeing(Variant.Restart);
        return m with
        {
            Swarm = m.Swarm with
            {
                WindowBeginNs = WindowBegin,
                WindowEndNs = WindowBegin + (100 * Ms),
                Timeline =
                [
                    .. Enumerable.Range(0, 100).Select(ms =>
                        new TimelinePoint { StartMs = ms, Requests = ms >= answeredExcept.From && ms <= answeredExcept.To ? 0 : 3 }),
                ],
            },
            Events =
            [
                Event(ServerEventKind.Listening, -500, generation: 0),
                Event(ServerEventKind.StopAsked, stopMs, generation: 0),
                Event(ServerEventKind.ListenerClosed, closedMs, generation: 0),
                Event(ServerEventKind.BindAttempt, closedMs + 0.1, errno: 98),
                Event(ServerEventKind.BindAttempt, listeningMs - 0.1, detail: 17),
                Event(ServerEventKind.Listening, listeningMs),
            ],
        };
    }

    private static ServerEvent Event(ServerEventKind kind, double ms, int generation = 1, int errno = 0, int detail = 0) => new()
    {
        TimeNs = WindowBegin + (long)(ms * Ms),
        Kind = (int)kind,
        Generation = generation,
        Errno = errno,
        Detail = detail,
    };
}
