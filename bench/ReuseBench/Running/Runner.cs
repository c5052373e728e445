using ReuseBench.Bench.Fairness;
using ReuseBench.Bench.Planning;
using ReuseBench.Bench.Progress;
using ReuseBench.Bench.Restarts;
using ReuseBench.Bench.Results;
using ReuseBench.Bench.Rows;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;

namespace ReuseBench.Bench.Running;

/// <summary>Measures a plan repeat by repeat. A failed repeat is a row with its reason, and the run goes on.</summary>
internal sealed class Runner(RunOptions options, IRunProgress progress)
{
    /// <summary>Warm-up and measured windows so far, in seconds; of repeats that ran side by side the longest.</summary>
    public double MeasuredS { get; private set; }

    /// <returns>The manifest as it was last written; its status says how the run ended.</returns>
    public RunManifest Run(CancellationToken cancel)
    {
        using RunFolder folder = options.Resume ? RunFolder.Reopen(options.Folder) : RunFolder.Create(options.Folder);
        RunManifest manifest = options.Resume ? RunManifestFile.Read(options.Folder) with { Status = "running" } : Manifest();
        RunManifestFile.Write(options.Folder, manifest);

        SortedDictionary<string, string> sysctls = options.Isolate ? HostSysctls.Read() : [];
        RepeatMeasurer measurer = new(
            options.RunId,
            options.Cpus,
            cpus => new CellMeasurer(cpus, options.Isolate, sysctls, DriverOf),
            new CensusMeasurer(options.RunId, options.Isolate, sysctls),
            new RestartMeasurer(options.Cpus, options.Isolate, sysctls),
            options.Isolate);
        progress.Begin(options.Plan);
        foreach (IReadOnlyList<PlannedRepeat> group in SideBySide.Groups(options.Plan.Repeats, options.Isolate))
        {
            if (cancel.IsCancellationRequested || !TryMeasure(folder, measurer, group, cancel))
            {
                break;
            }
        }

        progress.End();
        manifest = manifest with
        {
            Status = cancel.IsCancellationRequested ? "interrupted" : "complete",
            EndedUtc = Timestamp(),
        };
        RunManifestFile.Write(options.Folder, manifest);
        return manifest;
    }

    /// <returns>False where the run was cancelled.</returns>
    private bool TryMeasure(RunFolder folder, RepeatMeasurer measurer, IReadOnlyList<PlannedRepeat> group, CancellationToken cancel)
    {
        progress.RepeatBegins(group[0]);
        Task<Measured?>[] tasks = [.. group.Select(planned => Task.Factory.StartNew(
            () => Measure(measurer, planned, cancel), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
        double longestS = 0;
        foreach ((PlannedRepeat planned, Task<Measured?> task) in group.Zip(tasks))
        {
            if (task.GetAwaiter().GetResult() is not { } measured)
            {
                Task.WaitAll(tasks);
                return false;
            }

            Seal(folder, planned, measured);
            longestS = Math.Max(longestS, measured.Rows.Result.Failure is null ? planned.Cell.Load.Warmup.Seconds + measured.Rows.Result.DurationS : 0);
        }

        MeasuredS += longestS;
        return true;
    }

    private void Seal(RunFolder folder, PlannedRepeat planned, Measured measured)
    {
        (MeasuredRows rows, RepeatLog log) = measured;
        folder.Append(rows);
        if (rows.Result.Failure is not null && !log.IsEmpty)
        {
            log.WriteTo(folder.LogPath(planned.Cell.Id, planned.Repeat));
        }

        progress.RepeatEnded(planned, rows.Result);
    }

    /// <returns>Null where it was cancelled.</returns>
    private Measured? Measure(RepeatMeasurer measurer, PlannedRepeat planned, CancellationToken cancel)
    {
        RepeatLog log = new(options.Echo);
        ulong seed = SeedOf(planned);
        try
        {
            return new Measured(measurer.Measure(planned, seed, log, progress.Signal, cancel), log);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            if (cancel.IsCancellationRequested)
            {
                return null;
            }

            return new Measured(
                MeasuredRows.OfFailure(ResultRows.Failed(options.RunId, AsRun(planned.Cell), planned.Repeat, seed, options.Isolate, e.Message)), log);
        }
    }

    private Cell AsRun(Cell cell) => cell with
    {
        Server = cell.Server with { Cpus = options.Cpus.Server },
        Load = cell.Load with { Cpus = options.Cpus.Client },
    };

    /// <summary>Another seed for every repeat, the same in every run of the same seed.</summary>
    private ulong SeedOf(PlannedRepeat planned) => options.Seed + (ulong)(planned.Repeat - 1);

    private RunManifest Manifest() => new()
    {
        RunId = options.RunId,
        Status = "running",
        StartedUtc = Timestamp(),
        Matrix = options.Matrix.Name,
        Seed = options.Seed,
        Isolation = options.Isolate ? "netns" : "none",
        Arguments = options.Arguments,
        Cells = [.. options.Matrix.Cells.Select(c => new PlannedCell(c.Cell.Id, c.Repeats, Matrices.CellSettingsTable.Describe(c.Cell)))],
        Semantics = options.Matrix.Semantics,
        Host = options.Host,
        Skipped = options.Skipped,
    };

    private DriverPlugin? DriverOf(PlannedRepeat planned) => planned.Cell.Driver == Driver.Native || options.NBomberAssembly is null
        ? null
        : new DriverPlugin(options.NBomberAssembly, Path.Combine(options.Folder, RunFiles.Logs, "nbomber", $"{planned.Cell.Id}-r{planned.Repeat}"));

    private sealed record Measured(MeasuredRows Rows, RepeatLog Log);

    private static string Timestamp() => DateTime.UtcNow.ToString("yyyy-MM-ddTHH:mm:ssZ");
}
