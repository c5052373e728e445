using ReuseBench.Bench.Adapters;
using ReuseBench.Bench.Children;
using ReuseBench.Bench.Experiments;
using ReuseBench.Bench.Experiments.Measuring;
using ReuseBench.Bench.Host;
using ReuseBench.Bench.Hosted;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Hosts;
using ReuseBench.Core.Results;
using ReuseBench.Core.Units;
using ReuseBench.Linux;
using ReuseBench.Reports.Analysis;
using ReuseBench.Servers.Workers;

namespace ReuseBench.Bench.Runs;

/// <summary>Measures a plan repeat by repeat. A failed repeat is a row with its reason, and the run goes on.</summary>
internal sealed class Runner(RunOptions options, IRunProgress progress)
{
    private SortedDictionary<string, string> _sysctls = [];
    private double _roundsPerUs;
    private Capacities _capacities = new([], []);
    private CpuList _forChildren = CpuList.None;
    private readonly Dictionary<string, Cell> _taken = [];
    private readonly HostedWindows? _hosted = options.Lab is { } lab ? new HostedWindows(lab, Console.Error) : null;

    /// <summary>Warm-up and measuring so far, in seconds; of repeats that ran side by side the longest.</summary>
    public double MeasuredS { get; private set; }

    /// <summary>What a run with a budget left open; null for any other, and where it was cancelled.</summary>
    public OpenComparisons? Open { get; private set; }

    /// <summary>What became of the repeats so far.</summary>
    public RunTally Tally { get; private set; } = new(0, 0, 0);

    /// <summary>Measures the plan.</summary>
    /// <returns>The manifest as it was last written; its status says how the run ended.</returns>
    public RunManifest Run(CancellationToken cancel) => Run(
        measure =>
        {
            if (options.Budget is { } budget)
            {
                Open = new BudgetedRounds(options, budget, measure).Run();
                return;
            }

            foreach (IReadOnlyList<PlannedRepeat> group in SideBySide.Groups(options.Plan.Repeats, options.Isolate))
            {
                if (measure(group) is null)
                {
                    break;
                }
            }
        },
        cancel);

    /// <summary>Measures what is asked for while it goes on.</summary>
    /// <param name="choose">
    /// Calls its argument with repeats that are measured at once and gets their rows back, or null where the run was cancelled.
    /// </param>
    /// <param name="cancel">Ends it.</param>
    /// <returns>The manifest as it was last written; its status says how the run ended.</returns>
    public RunManifest Run(Action<Func<IReadOnlyList<PlannedRepeat>, IReadOnlyList<ResultRow>?>> choose, CancellationToken cancel)
    {
        using RunFolder folder = options.Origin.Open(options.Folder);
        RunManifest manifest = options.Origin.Begin(Manifest());
        if (options.Lab is { File.Launch: HostLaunch.Ssh } launched)
        {
            launched.AgentLog.KeepIn(Path.Combine(options.Folder, RunFiles.Logs));
        }

        // Once, while nothing runs: a request is the same work in every repeat, also of a run that is resumed.
        _roundsPerUs = manifest.RoundsPerUs ?? options.Lab?.Server.Description.RoundsPerUs
            ?? ServiceWork.Calibrate(PinningOrder.Of(options.Cpus.Usual.Server.Cpus)[0]);
        manifest = manifest with { RoundsPerUs = _roundsPerUs };
        RunManifestFile.Write(options.Folder, manifest);
        _capacities = new Capacities(options.Matrix.Cells, manifest.Capacities ?? []);
        foreach (ResultRow earlier in _capacities.AreAsked ? Tables.Results.Stream(options.Folder) : [])
        {
            // As when it was measured: the rates do not depend on where a run was interrupted.
            _capacities.Take(RunVerdicts.ByItself(earlier));
        }

        _sysctls = options.Isolate ? HostSysctls.Read() : [];
        using ProgramPin pin = ProgramPin.To(options.Cpus.Usual.Measurement);
        _forChildren = pin.ForChildren;
        progress.Begin(options.Plan, options.Budget);
        choose(group =>
        {
            IReadOnlyList<ResultRow>? rows = cancel.IsCancellationRequested || options.Lab?.MustStop == true ? null : TryMeasure(folder, group, cancel);

            // A run that is killed goes on with the same rates.
            if (_capacities.Fixed.Length > (manifest.Capacities?.Length ?? 0))
            {
                manifest = manifest with { Capacities = _capacities.Fixed };
                RunManifestFile.Write(options.Folder, manifest);
            }

            return rows;
        });
        progress.End();

        // The status comes after it: a run that is killed in between is resumed, and settles what it has then.
        folder.Settle();
        manifest = manifest with
        {
            Cells = AsTaken(manifest.Cells, cancel),
            Status = StatusAtEnd(cancel),
            EndedUtc = Timestamp(),
        };
        RunManifestFile.Write(options.Folder, manifest);
        return manifest;
    }

    private RunStatus StatusAtEnd(CancellationToken cancel)
    {
        if (cancel.IsCancellationRequested || options.Lab?.MustStop == true)
        {
            return RunStatus.Interrupted;
        }

        return Tally.Failed > 0 && Tally.Failed == options.Matrix.Cells.Sum(c => c.Repeats) ? RunStatus.Failed : RunStatus.Complete;
    }

    /// <summary>
    /// The cells with those that were chosen while the run went on. These, and all of a run with a budget that has come to its end, have as many repeats as
    /// there are rows: a cell that sits out a round leaves a number out.
    /// </summary>
    private PlannedCell[] AsTaken(PlannedCell[] planned, CancellationToken cancel)
    {
        HashSet<string> known = [.. planned.Select(c => c.CellId)];
        Cell[] chosen = [.. _taken.Where(t => !known.Contains(t.Key)).Select(t => t.Value)];
        bool isAsTaken = options.Budget is not null && !cancel.IsCancellationRequested;
        if (chosen.Length == 0 && !isAsTaken)
        {
            return planned;
        }

        Dictionary<string, int> rows = Tables.Results.Stream(options.Folder).CountBy(r => r.CellId).ToDictionary();
        return
        [
            .. planned.Select(c => isAsTaken && rows.TryGetValue(c.CellId, out int taken) ? c with { Repeats = taken } : c),
            .. chosen.Select(c => new PlannedCell(c.Id, rows.GetValueOrDefault(c.Id), CellSettings.Describe(c))),
        ];
    }

    /// <returns>Null where the run was cancelled.</returns>
    private List<ResultRow>? TryMeasure(RunFolder folder, IReadOnlyList<PlannedRepeat> group, CancellationToken cancel)
    {
        progress.RepeatBegins(group[0]);
        Task<Measured?>[] tasks = [.. group.Select(planned => Task.Factory.StartNew(
            () => Measure(planned, cancel), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
        double longestS = 0;
        List<ResultRow> rows = [];
        foreach ((PlannedRepeat planned, Task<Measured?> task) in group.Zip(tasks))
        {
            if (task.GetAwaiter().GetResult() is not { } measured)
            {
                Task.WaitAll(tasks);
                return null;
            }

            Seal(folder, planned, measured);
            rows.Add(measured.Rows.Result);
            longestS = Math.Max(longestS, measured.Rows.Result.Failure is null ? measured.Rows.Result.MeasuringS ?? 0 : 0);
        }

        MeasuredS += longestS;
        return rows;
    }

    private void Seal(RunFolder folder, PlannedRepeat planned, Measured measured)
    {
        (MeasuredRows rows, RepeatLog log, Exception? defect) = measured;
        folder.Append(rows);

        // Only now: a result that is acknowledged and in no row would be lost with this program.
        options.Lab?.Coordinator.Acknowledge();
        _capacities.Take(rows.Result);
        string logPath = folder.LogPath(planned.Cell.Id, planned.Repeat);
        if (rows.Result.Failure is not null && !log.IsEmpty)
        {
            log.WriteTo(logPath);
        }

        Tally = Tally.With(rows);
        _taken[planned.Cell.Id] = planned.Cell;
        progress.RepeatEnded(planned, rows);
        if (defect is not null)
        {
            Console.Error.WriteLine(
                $"reusebench: a defect of reusebench itself ({defect.GetType().Name}); all of it is in {logPath}, please report it");
        }
    }

    /// <returns>Null where it was cancelled.</returns>
    private Measured? Measure(PlannedRepeat planned, CancellationToken cancel)
    {
        RepeatLog log = new(options.Echo);
        IExperiment experiment = ExperimentRegistry.Of(planned.Cell);
        RepeatContext context = new()
        {
            RunId = options.RunId,
            Planned = planned with { Cell = WithRounds(_capacities.WithRate(planned.Cell) ?? planned.Cell) },
            Cpus = options.Cpus.Of(planned.Cell.Numa),
            Isolated = options.Isolate,
            Sysctls = _sysctls,
            Traits = options.Traits,
            Seed = RepeatSeed.Of(options.Seed, planned.Repeat),
            Log = log,
            Children = new OwnChildren(DriverOf(planned), log, _forChildren, options.Cpus.Usual.Measurement)
            {
                ServerFiles = planned.Cell.Server.Program is null ? null
                    : Path.GetFullPath(Path.Combine(options.Folder, RunFiles.Logs, "servers", $"{planned.Cell.Id}-r{planned.Repeat}")),
            },
            OtherHosts = _hosted,
            OnSignal = progress.Signal,
            Cancel = cancel,
        };
        try
        {
            return context.Cell.Load is { RatePercent: not null, Rate: null }
                ? throw new RepeatSkippedException("no closed loop measured the capacity that its rate is a percentage of")
                : new Measured(experiment.Measure(context), log, Defect: null);
        }
        catch (HostsLostException e)
        {
            ResultRow failed = context.FailedRow(OneLine.Of(e.Message));
            return new Measured(
                MeasuredRows.OfLost(ResultRows.Lost(failed, options.Lab!.Server.Entry.Name, e.Lost, e.Attempts), e.Rows), log, Defect: null);
        }
        catch (RepeatSkippedException e)
        {
            return new Measured(experiment.Skipped(context, e.Message), log, Defect: null);
        }
        catch (Exception e)
        {
            if (cancel.IsCancellationRequested || e is OperationCanceledException)
            {
                return null;
            }

            log.AddWhole("reusebench", e);
            return new Measured(experiment.Failed(context, ReasonOf(e)), log, RepeatFailedException.IsExpected(e) ? null : e);
        }
    }

    private static string ReasonOf(Exception e) => e is OutOfMemoryException ? Surroundings.NoMemory : OneLine.Of(e.Message);

    private Cell WithRounds(Cell cell) => cell with { Server = cell.Server with { RoundsPerUs = _roundsPerUs } };

    private RunManifest Manifest() => new()
    {
        RunId = options.RunId,
        Status = RunStatus.Running,
        StartedUtc = Timestamp(),
        Matrix = options.Matrix.Name,
        Seed = options.Seed,
        BudgetS = options.Budget?.Seconds,
        Looks = options.Budget is null ? null : BudgetedRounds.Looks.Count,
        Isolation = IsolationChoice.NameOf(options.Isolate),
        Arguments = options.Arguments,
        Cells = [.. options.Matrix.Cells.Select(c => new PlannedCell(c.Cell.Id, c.Repeats, CellSettings.Describe(c.Cell)))],
        Semantics = options.Matrix.Semantics,
        Host = options.Host,
        Doctor = [.. options.Doctor],
        Servers = AdapterCatalogue.Describe(options.Matrix.Cells.Select(c => c.Cell.Server)),
        Hosts = options.Lab?.Facts(),
        Skipped = options.Skipped,
        Expect = [.. options.Expect.Select(e => e.Text)],
    };

    private DriverPlugin? DriverOf(PlannedRepeat planned) => planned.Cell.Driver == Driver.Native || options.NBomberAssembly is null
        ? null
        : new DriverPlugin(options.NBomberAssembly, Path.Combine(options.Folder, RunFiles.Logs, "nbomber", $"{planned.Cell.Id}-r{planned.Repeat}"));

    /// <param name="Rows">What goes into the tables.</param>
    /// <param name="Log">What the processes said.</param>
    /// <param name="Defect">An exception that no repeat should end with.</param>
    private sealed record Measured(MeasuredRows Rows, RepeatLog Log, Exception? Defect);

    private static string Timestamp() => DateTime.UtcNow.ToString("yyyy-MM-ddTHH:mm:ssZ");
}
