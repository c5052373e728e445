using System.Diagnostics;
using ReuseBench.Bench.Experiments.AcceptOnly;
using ReuseBench.Bench.Experiments.Measuring;
using ReuseBench.Bench.Host;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Core.Statistics.Chance;
using ReuseBench.Core.Units;
using ReuseBench.Linux;
using ReuseBench.LoadGen;

namespace ReuseBench.Bench.Experiments.Affinity;

/// <summary>
/// <c>affinity</c>: the same tuples connect before and after each change of a group, and the share that meets the same listener is held
/// against the kernel's rule: for a uniform hash as a band, and tuple by tuple as what the rule allows at all.
/// </summary>
internal sealed class AffinityExperiment() : AcceptOnlyExperiment(Experiment.Affinity)
{
    public override string Meaning => "Whether a client address and port keeps its listener when the group changes.";

    /// <summary>Observing one tuple before and after each of the eight changes of a group; measured on a two-core machine.</summary>
    private static readonly Duration ChangesPerTuple = Duration.FromMicroseconds(400);

    /// <summary>One process of a group that is changed, from its start to its end.</summary>
    private static readonly Duration PerProcess = Duration.FromMilliseconds(330);

    /// <summary>Processes that join a group in all its changes, besides those of its first and second building.</summary>
    private const int JoiningProcesses = 6;

    /// <inheritdoc/>
    public override string? WhyNoEffect(string key, Cell cell) =>
        key == "accept" ? "who accepts from a listener changes nothing in who is given to it" : base.WhyNoEffect(key, cell);

    public override Duration Estimate(Cell cell) => AcceptOnlyRules.Overhead
        + (ChangesPerTuple * cell.Load.Connections)
        + (PerProcess * (cell.Server.Processes > 1 ? (2 * cell.Server.Processes) + JoiningProcesses : 0));

    /// <summary>Processes answer one request for each connection, so that it is known who has it; nothing of that is measured.</summary>
    protected override string? WhyNoEffectOnServer(string key) => AcceptOnlyRules.WhyNoEffectOnListeners(key);

    /// <inheritdoc/>
    protected override MeasuredRows Count(RepeatContext context, AcceptProbeRun run)
    {
        CancellationToken cancel = context.Cancel;
        Cell cell = run.Cell;
        KernelCounts before = KernelCounts.Read();
        using IAffinityGroup group = cell.Server.Processes > 1
            ? new ProcessAffinityGroup(cell.Server, context.Children, cancel)
            : new ThreadAffinityGroup(cell.Server);
        SockAddr[] tuples = Tuples(cell.Load with { Seed = run.Seed }, cell.Server);
        List<AffinityRow> rows = [];
        long connects = 0;
        Stopwatch measuring = new();
        int[] Observe()
        {
            measuring.Start();
            int[] seen = group.Observe(tuples);
            measuring.Stop();
            connects += seen.Count(listener => listener >= 0);
            return seen;
        }

        group.Build(cell.Server.Workers);
        int[] fresh = Observe();
        foreach (GroupChange change in GroupChange.For(cell.Server.Workers))
        {
            if (cancel.IsCancellationRequested)
            {
                break;
            }

            group.Restore(cell.Server.Workers);
            int[] first = Observe();
            int unlike = Differences(fresh, first);
            if (unlike > 0)
            {
                // The group is not what the rule says that it is: that counts against the rule, and only a fresh one will do.
                group.Build(cell.Server.Workers);
                first = Observe();
            }

            foreach (GroupStep step in change.Steps)
            {
                Apply(group, step, cell.Server.Workers);
            }

            rows.Add(Compare(run, change, group.JoinedBy, first, Observe()));
            AddToLastRestored(rows, unlike);
        }

        // Every connect was joined to a listener, or the repeat would have failed.
        ResultRow result = AcceptProbeRows.Result(run, connects, [connects], seconds: null, KernelCounts.Read() - before, addressErrors: 0);

        // Client and listeners are one count here, so their agreement says nothing; that the kernel counts otherwise does.
        result = result with
        {
            MeasuringS = measuring.Elapsed.TotalSeconds,
            CountsAgree = result.CountsAgree == false ? false : null,
            DistinctTuples = tuples.Length,
            MovedTuples = rows.Sum(row => row.AgainstRule),
        };
        return new MeasuredRows(result, rows);
    }

    /// <summary>As many different tuples as the cell has connections, in the order of its plan.</summary>
    private static SockAddr[] Tuples(LoadSettings load, ServerSettings server)
    {
        SourceWalk sources = SourceWalk.Start(load, SockAddr.From(server.Bind, 0));
        return [.. Enumerable.Range(0, load.Connections).Select(_ => sources.Next())];
    }

    /// <summary>
    /// What a restored group does otherwise than before is held against the change that it was restored after: the one before this.
    /// </summary>
    private static void AddToLastRestored(List<AffinityRow> rows, int unlike)
    {
        int restored = Math.Max(0, rows.Count - 2);
        rows[restored] = rows[restored] with { AgainstRule = rows[restored].AgainstRule + unlike };
    }

    /// <summary>Tuples that were free both times and met different listeners.</summary>
    private static int Differences(int[] before, int[] after) => before.Zip(after).Count(m => m.First >= 0 && m.Second >= 0 && m.First != m.Second);

    private static void Apply(IAffinityGroup group, GroupStep step, int listeners)
    {
        switch (step.Kind)
        {
            case GroupStepKind.Add:
                group.Add();
                break;
            case GroupStepKind.Close:
                group.Close(step.Listener);
                break;
            case GroupStepKind.Rebuild:
                group.Build(listeners);
                break;
            default:
                throw new InvalidOperationException($"no step {step.Kind}");
        }
    }

    private static AffinityRow Compare(AcceptProbeRun run, GroupChange change, string joinedBy, int[] first, int[] second)
    {
        ReuseportGroup before = ReuseportGroup.Of(run.Cell.Server.Workers);
        ReuseportGroup after = change.Predict(before);
        (int Before, int After)[] moves = [.. first.Zip(second).Where(m => m.First >= 0 && m.Second >= 0)];
        Band? band = moves.Length == 0 ? null : BinomialBand.OfShare(before.ShareKept(after), moves.Length);
        int kept = moves.Count(m => m.Before == m.After);
        return new AffinityRow
        {
            RunId = run.RunId,
            CellId = run.Cell.Id,
            Repeat = run.Repeat,
            Listeners = before.Places.Count,
            Processes = run.Cell.Server.Processes,
            Change = change.Name,
            ListenersAfter = after.Places.Count,
            JoinedBy = joinedBy,
            Tuples = moves.Length,
            Kept = kept,
            KeptShare = moves.Length == 0 ? null : (double)kept / moves.Length,
            ExpectedShare = before.ShareKept(after),
            BandLow = band?.Low,
            BandHigh = band?.High,
            AgainstRule = moves.Count(m => !before.CanMove(m.Before, after, m.After)),
            LostListener = moves.Count(m => !after.Places.Contains(m.Before)),
        };
    }
}
