using ReuseBench.Bench.Rows;
using ReuseBench.Bench.Running;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Core.Units;
using ReuseBench.Linux;
using ReuseBench.LoadGen;
using ReuseBench.Servers.Listening;

namespace ReuseBench.Bench.Fairness;

/// <summary><c>fairness</c> by accept-only probe: who gets the connections of a source plan, over connections and over distinct tuples.</summary>
internal static class FairnessExperiment
{
    public static MeasuredRows Measure(AcceptProbeRun run, CancellationToken cancel)
    {
        KernelCounts before = KernelCounts.Read();
        using ReuseportListeners listeners = Listen(run.Cell.Server);
        LoadSettings load = run.Cell.Load with { Seed = run.Seed };
        SourceWalk sources = SourceWalk.Start(load, listeners.Address);
        AcceptProbeCounts counts = new AcceptProbe(listeners, sources, Outstanding(run.Cell)).Run(load.Duration, cancel);
        KernelCounts kernel = KernelCounts.Read() - before;

        TupleRecord record = counts.Record;
        ListenerChoices choices = ListenerChoices.Of(run.Cell.Server.Selector, record.Connections, record.Tuples);
        ResultRow result = AcceptProbeRows.Result(run, counts.Opened, record.Connections, counts.Seconds, kernel, counts.AddressErrors) with
        {
            DistinctTuples = record.Tuples.Sum(),
            MovedTuples = record.Moved,
        };
        IEnumerable<FairnessRow> rows = Enumerable.Range(0, listeners.Count).Select(listener =>
            AcceptProbeRows.Listener(run, listener, record.Connections) with { Tuples = record.Tuples[listener] });
        return new MeasuredRows(result, [.. rows, .. ChanceRows.Of(result, choices)]);
    }

    private static ReuseportListeners Listen(ServerSettings server)
    {
        try
        {
            return ReuseportListeners.Open(server);
        }
        catch (LinuxException e) when ((e.Call == "setsockopt" || e.Call.StartsWith("bpf(", StringComparison.Ordinal)) && e.Errno.Code is ErrnoCode.EPERM or ErrnoCode.EACCES)
        {
            throw new RepeatSkippedException($"{Names.Of(server.Selector)} is not allowed here: {e.Message}");
        }
    }

    /// <summary>Half of the shortest queue that the kernel could give: all connects at one listener would still fit.</summary>
    private static int Outstanding(Cell cell)
    {
        int most = AcceptQueue.Length(cell.Server.Backlog);
        return Math.Clamp(cell.Load.Connections, 1, Math.Max(1, most / 2));
    }
}
