using System.Diagnostics;
using ReuseBench.Bench.Children;
using ReuseBench.Bench.Experiments.AcceptOnly;
using ReuseBench.Bench.Experiments.Measuring;
using ReuseBench.Bench.Host;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Core.Units;
using ReuseBench.Core.Wire;
using ReuseBench.Linux;
using ReuseBench.LoadGen;

namespace ReuseBench.Bench.Experiments.Held;

/// <summary>
/// <c>idle</c>: persistent connections that arrive one by one, are answered once and stay. Which worker holds them? Each comes when all workers wait, so
/// that the one which the kernel wakes first gets it: the skew that long-lived connections of a quiet server show.
/// </summary>
internal sealed class IdleExperiment : IExperiment
{
    /// <summary>Per second. The next connection is opened when the one before it is answered, and that is looked for once in a millisecond.</summary>
    private const double MostRate = 500;

    private static readonly Duration Longest = Duration.FromSeconds(300);

    /// <summary>Start and stop of a server; measured on a two-core machine.</summary>
    private static readonly Duration Overhead = Duration.FromMilliseconds(350);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public Experiment Kind => Experiment.Idle;

    public string Meaning => "Which worker holds persistent connections that arrive one by one and stay.";

    public string? Command => "fairness";

    public bool Takes(Driver driver) => driver == Driver.AcceptOnly;

    /// <inheritdoc/>
    public string? Problem(Cell cell) => cell switch
    {
        { Driver: not Driver.AcceptOnly } => "experiment: idle opens and holds connections without a swarm; use driver: accept-only",
        { Load.Rate: null } => $"rate: idle connections arrive one by one; say how many a second, up to {MostRate}, such as rate: 200",
        { Load.Rate: > MostRate } => $"rate: {cell.Load.Rate} connections a second would no longer arrive one by one; use up to {MostRate}",
        _ when ArrivalsOf(cell) > Longest =>
            $"connections: {cell.Load.Connections} at {cell.Load.Rate} a second arrive for longer than {Longest}; use fewer, or a higher rate",
        _ when SelectorShares.GoesByCpu(cell.Server.Selector) =>
            $"selector: {Names.Of(cell.Server.Selector)} needs clients on every worker's CPU, and one thread opens all connections; use another",
        _ => LoadedExperiment.ProblemOfVariant(cell),
    };

    public string? WhyNoEffect(string key, Cell cell) => key switch
    {
        "duration" => "idle ends when its connections have arrived",
        "arrivals" => "idle connections are evenly spaced",
        "accept_batch" => "idle connections arrive one by one, and each is answered before the next",
        _ => AcceptOnlyRules.WhyNoEffectOnHeld(key) ?? AcceptOnlyRules.WhyNoEffect(key),
    };

    public Cell Settle(Cell cell) => AcceptOnlyRules.Settle(cell);

    public Duration Estimate(Cell cell) => Overhead + ArrivalsOf(cell);

    public MeasuredRows Measure(RepeatContext context) => AcceptOnlyRules.Measure(context, () => Hold(context, AcceptProbeRun.From(context)));

    public string Describe(MeasuredRows rows) => LoadedExperiment.DescribeHeld(rows.Result);

    private static Duration ArrivalsOf(Cell cell) => Duration.FromSeconds(cell.Load.Connections / (cell.Load.Rate ?? MostRate));

    private static MeasuredRows Hold(RepeatContext context, AcceptProbeRun run)
    {
        Cell cell = run.Cell;
        KernelCounts before = KernelCounts.Read();
        using IServerUnderTest server = context.Children.StartServer(cell.Server);
        SockAddr target = SockAddr.From(cell.Server.Bind, (ushort)server.Ready.Port);
        AcceptProbeClient client = new(SourceWalk.Start(cell.Load with { Seed = run.Seed }, target), target);
        using HeldRequests requests = new(client, cell.Server.ResponseBytes + 1024);
        long[] answered = new long[cell.Server.Workers];
        Stopwatch measuring = Stopwatch.StartNew();
        for (int i = 0; i < cell.Load.Connections; i++)
        {
            WaitUntil(Duration.FromSeconds(i / cell.Load.Rate!.Value), measuring, context.Cancel);
            requests.Send(1);
            requests.Take(answered, Patience, context.Cancel);
            if (requests.Waiting > 0)
            {
                throw new RepeatFailedException($"connection {i + 1} had no response within {Patience.TotalSeconds:0} s");
            }
        }

        measuring.Stop();
        ServerStats stats = server.Stop();
        WorkerStats[] workers = [.. stats.Workers.OrderBy(w => w.Worker)];
        long[] accepted = [.. workers.Select(w => w.Accepted)];
        ListenerChoices choices = cell.Server.Variant == Variant.Reuseport
            ? ListenerChoices.Of(cell.Server.Selector, accepted, accepted)
            : ListenerChoices.None("the workers of one listener wait for the next connection, and the kernel wakes them in an order of its own");
        ResultRow result = AcceptProbeRows.Result(run, requests.Sent, accepted, seconds: null, KernelCounts.Read() - before, client.AddressErrors) with
        {
            MeasuringS = measuring.Elapsed.TotalSeconds,
            DistinctTuples = requests.Sent,
        };
        IEnumerable<FairnessRow> rows = Enumerable.Range(0, cell.Server.Workers).Select(worker =>
            AcceptProbeRows.Listener(run, worker, accepted) with { Responses = workers[worker].Requests, ResponsesSeen = answered[worker] });
        return new MeasuredRows(result, [.. rows, .. ChanceRows.Of(result, choices)]);
    }

    private static void WaitUntil(Duration due, Stopwatch clock, CancellationToken cancel)
    {
        TimeSpan left = due.ToTimeSpan() - clock.Elapsed;
        if (left > TimeSpan.Zero)
        {
            cancel.WaitHandle.WaitOne(left);
        }

        cancel.ThrowIfCancellationRequested();
    }
}
