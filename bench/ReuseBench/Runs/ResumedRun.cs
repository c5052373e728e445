using ReuseBench.Bench.Matrices;
using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Csv;
using ReuseBench.Core.Results;
using ReuseBench.Core.Units;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Runs;

/// <summary>A run that was interrupted and goes on as it was planned, on the same host.</summary>
internal sealed class ResumedRun : IRunOrigin
{
    private readonly string _folder;
    private readonly FolderLock _claim;
    private readonly RunManifest _manifest;

    private ResumedRun(string folder, FolderLock claim, RunManifest manifest)
    {
        _folder = folder;
        _claim = claim;
        _manifest = manifest;
    }

    /// <summary>Takes the folder before anything in it is read: the run in it may still be going.</summary>
    /// <exception cref="UsageException">
    /// Not the folder of a run, one that is being written, or options that a run in progress cannot change.
    /// </exception>
    public static ResumedRun Of(RunRequest request)
    {
        if (request.Matrix is not null || request.Out is not null || request.Filter.Count > 0 || request.Set.Count > 0 || request.Repeats is not null
            || request.Duration is not null || request.Budget is not null
            || request.Seed is not null || request.Driver is not null || request.Numa is not null)
        {
            throw new UsageException(
                "resume: continues a run as it was planned; leave out --matrix, --out, --filter, --set, --repeats, --duration, --budget, "
                + "--seed, --driver and --numa");
        }

        if (!Directory.Exists(request.Resume))
        {
            throw new UsageException($"resume: '{request.Resume}': {FolderChecks.WhyNone(request.Resume ?? "")}");
        }

        string folder = Path.GetFullPath(request.Resume);
        FolderLock claim = FolderClaim.Take("resume", folder);
        try
        {
            FolderChecks.RequireRegularFiles(folder);
            RunManifest manifest = RequirePresent(RunManifestFile.Read(folder), folder);
            return manifest.Hosts is null == request.Hosts is null
                ? new ResumedRun(folder, claim, manifest)
                : throw new UsageException(
                    manifest.Hosts is null
                        ? "resume: the run was begun on one machine; continue it without --hosts"
                        : "resume: the run was begun over several hosts; continue it with --hosts and the same file");
        }
        catch (UsageException)
        {
            claim.Dispose();
            throw;
        }
    }

    /// <summary>An older version had other columns and other cells: it can be read, and not continued.</summary>
    private static RunManifest RequirePresent(RunManifest manifest, string folder) => manifest.SchemaVersion == Schema.Version
        ? manifest.Cells.Length > 0
            ? manifest
            : throw new UsageException($"resume: {Path.Combine(folder, RunFiles.Manifest)}: cells is empty, so there is nothing to go on with")
        : throw new UsageException(
            $"resume: {folder} was written by an older version of reusebench (schema version {manifest.SchemaVersion}); "
            + "continue it with that version, or start a new run");

    public string? LabSession => _manifest.Hosts?.Session;

    public Matrix ReadMatrix(HostSize host) => new(
        _manifest.Matrix,
        "",
        _manifest.Seed,
        [.. _manifest.Cells.Select(c => new MatrixCell(Restored(c), c.Repeats))],
        _manifest.Semantics && !File.Exists(Path.Combine(_folder, Tables.Semantics.FileName)))
    {
        // What is left of it; a run that used it up looks once more and is done.
        Budget = _manifest.BudgetS is double budget ? Duration.FromSeconds(Math.Max(1, budget - _manifest.WallS)) : null,
        Expect = [.. (_manifest.Expect ?? []).Select(Expectation.Parse)],
    };

    /// <summary>Somebody may have changed them: what no matrix may ask for, no run goes on with.</summary>
    private Cell Restored(PlannedCell planned)
    {
        try
        {
            Cell cell = CellRules.Settle(CellSettings.Restore(planned.Settings));
            CellRules.Require(cell);
            return cell;
        }
        catch (Exception e) when (e is UsageException or FormatException or OverflowException)
        {
            throw Problem(planned, e.Message);
        }
    }

    private UsageException Problem(PlannedCell planned, string problem) =>
        new($"resume: {Path.Combine(_folder, RunFiles.Manifest)}, cell {TextFromOutside.Clip(planned.CellId)}: {problem}");

    public string RunIdOf(Matrix matrix) => _manifest.RunId;

    public string FolderOf(string runId) => _folder;

    public void Check(string folder, HostFacts host, string isolation)
    {
        SameConditions.Require(_manifest, host, isolation);
        FolderChecks.RequireWritable(folder);
        InterruptedRows.RequireReadable(folder);
    }

    public RunPlan Remaining(RunPlan plan) => plan.Without(InterruptedRows.Measured(_folder).ToHashSet());

    public RunFolder Open(string folder) => RunFolder.Reopen(folder);

    public RunManifest Begin(RunManifest fresh) => _manifest with { Status = RunStatus.Running, Expect = fresh.Expect };

    public void Dispose() => _claim.Dispose();
}

/// <summary>
/// One run, one set of conditions: repeats from another host or other CPUs, or after tuning or a new start of the kernel, are no repeats.
/// </summary>
internal static class SameConditions
{
    /// <param name="earlier">The run as it was begun.</param>
    /// <param name="now">The host today.</param>
    /// <param name="isolation">How repeats are kept apart today, as in <c>run.json</c>.</param>
    /// <exception cref="UsageException">One of them differs; the message names it with both values.</exception>
    public static void Require(RunManifest earlier, HostFacts now, string isolation)
    {
        foreach ((string what, string? then, string? today) in RunConditions.Differences(
            RunConditions.Of(earlier.Host, earlier.Isolation), RunConditions.Of(now, isolation)))
        {
            throw new UsageException(
                $"resume: the run was begun with {what} {Shown(then)} and would go on with {Shown(today)}; make them "
                + "equal or start a new run");
        }
    }

    private static string Shown(string? value) => value is null ? "unknown" : TextFromOutside.Clip(value, 200);
}
