using ReuseBench.Bench.Matrices;
using ReuseBench.Bench.Planning;
using ReuseBench.Bench.Results;
using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Running.Origins;

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
    /// <exception cref="UsageException">Not the folder of a run, one that is being written, or options that a run under way cannot change.</exception>
    public static ResumedRun Of(RunRequest request)
    {
        if (request.Matrix is not null || request.Out is not null || request.Filter is not null || request.Repeats is not null || request.Duration is not null
            || request.Seed is not null || request.Driver is not null)
        {
            throw new UsageException("resume: continues a run as it was planned; leave out --matrix, --out, --filter, --repeats, --duration, --seed and --driver");
        }

        if (!Directory.Exists(request.Resume))
        {
            throw new UsageException($"resume: '{request.Resume}': no such folder; name one that `run` has written");
        }

        string folder = Path.GetFullPath(request.Resume);
        FolderLock claim = FolderClaim.Take("resume", folder);
        try
        {
            return new ResumedRun(folder, claim, RunManifestFile.Read(folder));
        }
        catch (UsageException)
        {
            claim.Dispose();
            throw;
        }
    }

    public Matrix ReadMatrix(HostSize host) => new(
        _manifest.Matrix,
        "",
        _manifest.Seed,
        [.. _manifest.Cells.Select(c => new MatrixCell(CellRules.Settle(CellSettings.Restore(c.Settings)), c.Repeats))],
        _manifest.Semantics && !File.Exists(Path.Combine(_folder, RunFiles.Semantics)));

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

    public RunManifest Begin(RunManifest fresh) => _manifest with { Status = RunStatus.Running };

    public void Dispose() => _claim.Dispose();
}
