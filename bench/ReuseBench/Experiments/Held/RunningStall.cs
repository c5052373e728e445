using ReuseBench.Bench.Children;
using ReuseBench.Bench.Experiments.Measuring;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Core.Statistics;
using ReuseBench.Core.Units;
using ReuseBench.Core.Wire;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Experiments.Held;

/// <summary>
/// One worker stands still under the load of a swarm that runs on: what waits is every request whose connection the worker holds, or whose listener is its
/// own. Each request is recorded, and those that were due during the stall are told apart by when they had their response.
/// </summary>
internal static class RunningStall
{
    /// <summary>Load before the stall: what is normal here.</summary>
    private static readonly Duration Lead = Duration.FromMilliseconds(300);

    /// <summary>Load after it, in which what waited is answered.</summary>
    private static readonly Duration Tail = Duration.FromMilliseconds(500);

    /// <summary>A request that is due so short before the end of the stall may have its response after it, whoever serves it.</summary>
    private static readonly Duration Untold = Duration.FromMilliseconds(10);

    /// <param name="cell">With a swarm.</param>
    public static string? Problem(Cell cell) => cell switch
    {
        { Load.Load: LoadShape.Closed } => "experiment: stall under a running load takes an open loop, whose requests do not wait for each other; give a rate, "
            + "or use driver: accept-only",
        _ when cell.Load.Duration < Lead + cell.Stall.Length + Tail =>
            $"duration: {cell.Load.Duration} does not hold a stall of {cell.Stall.Length} with {Lead} before it and {Tail} after it; use "
            + $"{Lead + cell.Stall.Length + Tail} or more",
        _ => LoadedExperiment.ProblemOfVariant(cell),
    };

    /// <exception cref="Host.RepeatFailedException">It did not run to its end.</exception>
    public static MeasuredRows Measure(RepeatContext context)
    {
        Cell cell = context.Cell with { Load = context.Cell.Load with { RecordAttempts = true } };
        (long FromNs, long UntilNs) stall = default;
        Measurement m = LoadedWindow.Measure(
            context with { Planned = context.Planned with { Cell = cell } }, server => stall = Stall(server, cell.Stall, context.Cancel));
        MeasuredRows rows = MeasuredRows.Of(context.RunId, m, []);
        return rows with { Result = StallFigures.Of(m.Swarm.Attempts ?? new AttemptColumns(), stall.FromNs, stall.UntilNs, Untold).In(rows.Result) };
    }

    public static string Describe(ResultRow row) => row.StallWaitMaxMs is double longest
        ? $"{row.StallWaiting} of {row.StallRequests} requests waited, {row.StallLost} lost, the longest wait {longest:0} ms"
        : $"{row.StallWaiting} of {row.StallRequests} requests waited, {row.StallLost} lost";

    private static (long FromNs, long UntilNs) Stall(IServerUnderTest server, StallSettings settings, CancellationToken cancel)
    {
        cancel.WaitHandle.WaitOne(Lead.ToTimeSpan());
        using FrozenThread frozen = StalledWorker.Stop(server.Ready, settings.Worker, cancel);
        long fromNs = MonotonicClock.NowNs();
        cancel.WaitHandle.WaitOne(settings.Length.ToTimeSpan());

        // Before it is let go: what is answered from here on may have waited for it.
        return (fromNs, MonotonicClock.NowNs());
    }
}

/// <summary>What became of the requests that were due while a worker stood still.</summary>
/// <param name="LengthMs">Of the stall.</param>
/// <param name="Requests">Due in it, as far as can be told.</param>
/// <param name="Waiting">Of these, without a response until its end.</param>
/// <param name="Lost">Of these, without any.</param>
/// <param name="WaitsMs">Latencies of those that waited and had one, from the intended start.</param>
internal sealed record StallFigures(double LengthMs, long Requests, long Waiting, long Lost, Sample? WaitsMs)
{
    private const double NsPerMs = 1e6;

    /// <param name="attempts">Of the swarm.</param>
    /// <param name="fromNs">CLOCK_MONOTONIC when the worker stood still.</param>
    /// <param name="untilNs">Just before it moved again.</param>
    /// <param name="untold">Before that end nothing can be told.</param>
    public static StallFigures Of(AttemptColumns attempts, long fromNs, long untilNs, Duration untold)
    {
        int[] due =
        [
            .. Enumerable.Range(0, attempts.IntendedNs.Length)
                .Where(i => attempts.IntendedNs[i] >= fromNs && attempts.IntendedNs[i] < untilNs - untold.Nanoseconds),
        ];
        int[] lost = [.. due.Where(i => (AttemptOutcome)attempts.Outcome[i] != AttemptOutcome.Served)];
        int[] late = [.. due.Where(i => (AttemptOutcome)attempts.Outcome[i] == AttemptOutcome.Served && attempts.EndNs[i] >= untilNs)];
        return new StallFigures(
            (untilNs - fromNs) / NsPerMs, due.Length, lost.Length + late.Length, lost.Length,
            Sample.Of(late.Select(i => (attempts.EndNs[i] - attempts.IntendedNs[i]) / NsPerMs)));
    }

    public ResultRow In(ResultRow row) => row with
    {
        StallMs = LengthMs,
        StallRequests = Requests,
        StallWaiting = Waiting,
        StallLost = Lost,
        StallWaitP50Ms = WaitsMs?.Median,
        StallWaitMaxMs = WaitsMs?.Max,
    };
}
