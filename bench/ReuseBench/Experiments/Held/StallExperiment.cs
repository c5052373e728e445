using System.Diagnostics;
using ReuseBench.Bench.Children;
using ReuseBench.Bench.Experiments.AcceptOnly;
using ReuseBench.Bench.Experiments.Measuring;
using ReuseBench.Bench.Host;
using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Core.Units;
using ReuseBench.Core.Wire;
using ReuseBench.Linux;
using ReuseBench.LoadGen;

namespace ReuseBench.Bench.Experiments.Held;

/// <summary>
/// <c>stall</c>: one worker of a real server stands still. How many requests have no answer until it moves again? By accept-only probe the others are
/// idle, and each request is from a tuple of its own; by the native swarm it happens under a running load. The thread that serves is stopped, and
/// nothing else: with <c>--accept blocking</c> the accept thread beside it goes on.
/// </summary>
internal sealed class StallExperiment : IExperiment
{
    /// <summary>
    /// Start and stop of a server, what passes before the requests, and the quarter of a second in which no answer comes; measured on a two-core machine.
    /// </summary>
    private static readonly Duration PerStall = Duration.FromMilliseconds(650);

    private const int WarmUps = 32;

    /// <summary>Where the host held up another worker, which cannot be told from the one that was stopped.</summary>
    private const int Attempts = 3;

    /// <summary>Idle workers answer within a millisecond; what has not come when nothing has come for so long waits for the stalled one.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// From the stall to the first request: who asks whether a worker lives has noticed by then (<see cref="SelectorShares.StalledAfter"/>), with room for
    /// a host that is late with its timers; to all others it makes no difference.
    /// </summary>
    private static readonly TimeSpan Lasting = 5 * SelectorShares.StalledAfter.ToTimeSpan();

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public Experiment Kind => Experiment.Stall;

    public string Meaning => "What waits while one worker stands still: single requests to idle workers (driver: accept-only), or the load of a swarm that "
        + "runs on (driver: native, with a rate).";

    public string? Command => "fairness";

    public bool Takes(Driver driver) => driver is Driver.Native or Driver.AcceptOnly;

    /// <inheritdoc/>
    public string? Problem(Cell cell) => cell.Stall.Worker >= cell.Server.Workers
        ? $"stall_worker: {cell.Stall.Worker} is none of {cell.Server.Workers} workers; use 0 to {cell.Server.Workers - 1}"
        : cell.Driver == Driver.AcceptOnly
            ? AcceptOnlyRules.Problem(cell, cell.Server.Variant is Variant.Reuseport or Variant.Shared or Variant.Inherited)
            : RunningStall.Problem(cell);

    /// <inheritdoc/>
    public string? WhyNoEffect(string key, Cell cell) => cell.Driver != Driver.AcceptOnly ? null
        : key == "duration" ? $"{Kind} ends when its connections are counted"
        : AcceptOnlyRules.WhyNoEffectOnHeld(key) ?? AcceptOnlyRules.WhyNoEffect(key);

    public Cell Settle(Cell cell) => cell.Driver == Driver.AcceptOnly ? AcceptOnlyRules.Settle(cell) : cell with { Restart = null };

    public Duration Estimate(Cell cell) => cell.Driver == Driver.AcceptOnly ? PerStall : LoadedExperiment.EstimateWindow(cell);

    /// <inheritdoc/>
    public MeasuredRows Measure(RepeatContext context) => context.Cell.Driver == Driver.AcceptOnly
        ? AcceptOnlyRules.Measure(context, () => Count(context, AcceptProbeRun.From(context)))
        : RunningStall.Measure(context);

    public string Describe(MeasuredRows rows) =>
        rows.Result.Cell.Driver == Driver.AcceptOnly ? AcceptOnlyRules.Describe(rows.Result) : RunningStall.Describe(rows.Result);

    private static MeasuredRows Count(RepeatContext context, AcceptProbeRun run)
    {
        RefuseTooMany(run.Cell);
        long late = 0;
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            if (TryCount(context, run, out late) is { } rows)
            {
                return rows;
            }
        }

        throw new RepeatFailedException(
            $"{late} responses came late from workers that did not stand still: in each of {Attempts} attempts the host was too busy to tell them "
            + "from those that waited");
    }

    /// <returns>Null where requests were answered late by workers that did not stand still.</returns>
    private static MeasuredRows? TryCount(RepeatContext context, AcceptProbeRun run, out long late)
    {
        Cell cell = run.Cell;
        CancellationToken cancel = context.Cancel;
        KernelCounts before = KernelCounts.Read();
        using IServerUnderTest server = context.Children.StartServer(cell.Server);
        SockAddr target = SockAddr.From(cell.Server.Bind, (ushort)server.Ready.Port);
        AcceptProbeClient client = new(SourceWalk.Start(cell.Load with { Seed = run.Seed }, target), target);
        using HeldRequests requests = new(client, cell.Server.ResponseBytes + 1024);
        long[] warm = new long[cell.Server.Workers];
        long[] meanwhile = new long[cell.Server.Workers];
        long[] afterwards = new long[cell.Server.Workers];
        Stopwatch measuring = Stopwatch.StartNew();

        // What a first request takes is compiled then, and nobody is to stand still with a lock of the compiler.
        requests.Send(WarmUps);
        requests.Take(warm, Patience, cancel);
        using (StalledWorker.Stop(server.Ready, cell.Stall.Worker, cancel))
        {
            cancel.WaitHandle.WaitOne(Lasting);
            cancel.ThrowIfCancellationRequested();
            requests.Send(cell.Load.Connections);
            requests.Take(meanwhile, Quiet, cancel);
        }

        requests.Take(afterwards, Patience, cancel);
        measuring.Stop();
        if (requests.Waiting > 0)
        {
            throw new RepeatFailedException($"{requests.Waiting} requests had no response within {Patience.TotalSeconds:0} s after the stall");
        }

        late = afterwards.Sum() - afterwards[cell.Stall.Worker];
        if (late > 0)
        {
            return null;
        }

        ServerStats stats = server.Stop();
        KernelCounts kernel = KernelCounts.Read() - before;
        WorkerStats[] workers = [.. stats.Workers.OrderBy(w => w.Worker)];
        long[] accepted = [.. workers.Select(w => w.Accepted)];
        ListenerChoices choices = cell.Server switch
        {
            { Variant: not Variant.Reuseport } => ListenerChoices.None("workers of one listener take connections when they are free, and one of them does not"),
            { Selector: Selector.EbpfAlive } => ListenerChoices.None($"{Names.Of(Selector.EbpfAlive)} goes past the worker that stands still"),
            { Selector: var selector } => ListenerChoices.Of(selector, accepted, accepted),
        };
        ResultRow result = AcceptProbeRows.Result(run, requests.Sent, accepted, seconds: null, kernel, client.AddressErrors) with
        {
            MeasuringS = measuring.Elapsed.TotalSeconds,
            DistinctTuples = requests.Sent,
        };
        IEnumerable<FairnessRow> rows = Enumerable.Range(0, cell.Server.Workers).Select(worker =>
            AcceptProbeRows.Listener(run, worker, accepted) with
            {
                Responses = workers[worker].Requests,
                ResponsesSeen = warm[worker] + meanwhile[worker] + afterwards[worker],
                ResponsesDuringStall = meanwhile[worker],
                Waiting = afterwards[worker],
            });
        return new MeasuredRows(result, [.. rows, .. ChanceRows.Of(result, choices)]);
    }

    /// <summary>None of the stalled worker's is accepted meanwhile, and in a group one queue may have to hold them all.</summary>
    private static void RefuseTooMany(Cell cell)
    {
        int most = AcceptQueue.Length(cell.Server.Backlog);
        if (cell.Load.Connections > most)
        {
            throw new UsageException(
                $"connections: {cell.Load.Connections} may overflow one accept queue of a stall cell, which holds {most} (the lesser of "
                + $"backlog {cell.Server.Backlog} "
                + $"and net.core.somaxconn); use 1 to {most}, or raise both");
        }
    }
}
