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
/// <c>stall</c>: the first worker of a real server stands still, the others are idle. How many requests, each from a tuple of its own, have no
/// answer until it moves again? The thread that serves is stopped, and nothing else: with <c>--accept blocking</c> the accept thread beside it goes
/// on.
/// </summary>
internal sealed class StallExperiment() : AcceptOnlyExperiment(Experiment.Stall)
{
    public override string Meaning => "How many requests wait while one worker stands still.";

    /// <summary>
    /// Start and stop of a server, what passes before the requests, and the quarter of a second in which no answer comes; measured on a two-core machine.
    /// </summary>
    private static readonly Duration PerStall = Duration.FromMilliseconds(650);

    private const int Stalled = 0;

    private const int WarmUps = 32;

    private const int FreezeAttempts = 200;

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

    public override Duration Estimate(Cell cell) => PerStall;

    /// <summary>Any: what each does with a worker that stands still is the question.</summary>
    protected override bool Takes(Selector selector) => true;

    /// <inheritdoc/>
    protected override bool Serves(Variant variant) => variant is Variant.Reuseport or Variant.Shared;

    /// <inheritdoc/>
    protected override string? WhyNoEffectOnServer(string key) => AcceptOnlyRules.WhyNoEffectOnHeld(key);

    /// <inheritdoc/>
    protected override MeasuredRows Count(RepeatContext context, AcceptProbeRun run)
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
        using (Freeze(server.Ready, cancel))
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

        late = afterwards.Sum() - afterwards[Stalled];
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

    /// <summary>Tries until the thread is caught where an idle worker is: it waits for events, and holds nothing that others could need.</summary>
    private static FrozenThread Freeze(ServerReady server, CancellationToken cancel)
    {
        int thread = FrozenThread.Find(server.Pid, $"worker-{Stalled}") ?? throw new RepeatFailedException(
            "the server has no thread of its first worker");
        for (int attempt = 0; attempt < FreezeAttempts; attempt++)
        {
            FrozenThread frozen = Stop(thread);
            if (frozen.WaitedForEvents)
            {
                return frozen;
            }

            frozen.Dispose();
            cancel.WaitHandle.WaitOne(1);
            cancel.ThrowIfCancellationRequested();
        }

        throw new RepeatFailedException("the first worker was never caught waiting for events (/proc/PID/syscall says otherwise, or cannot be read)");
    }

    private static FrozenThread Stop(int thread)
    {
        try
        {
            return FrozenThread.Stop(thread);
        }
        catch (LinuxException e) when (e.Errno.Code == ErrnoCode.EPERM)
        {
            throw new RepeatSkippedException($"a thread of the server cannot be stopped here: {e.Message}");
        }
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
