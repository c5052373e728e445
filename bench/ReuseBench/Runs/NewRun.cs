using ReuseBench.Bench.Matrices;
using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Runs;

/// <summary>A run that begins with a matrix, into a folder of its own.</summary>
internal sealed class NewRun(RunRequest request) : IRunOrigin
{
    private FolderLock? _claim;

    public string? LabSession => null;

    public Matrix ReadMatrix(HostSize host)
    {
        if (request.Matrix is null && request.Built is null)
        {
            throw new UsageException($"run: name a matrix with --matrix: {string.Join(", ", MatrixLocator.BuiltIn())}, or the path of a file");
        }

        if (request.Repeats is < 1 or > MatrixReader.MaxRepeats)
        {
            throw new UsageException($"repeats: {request.Repeats} is out of range; use 1 to {MatrixReader.MaxRepeats}");
        }

        Matrix matrix = request.Built is { } built
            ? SettingOverride.Apply(request.Set, built)
            : MatrixReader.Read(MatrixLocator.Find(request.Matrix!), host, request.Set);
        Matrix own = matrix with { Cells = [.. matrix.Cells.Where(c => request.Only(c.Cell))] };
        if (own.Cells.Count == 0)
        {
            throw new UsageException(
                $"matrix: {matrix.Name} holds no cell of this command's experiments; run it with `reusebench run --matrix {request.Matrix}`");
        }

        return Filtered(own);
    }

    public string RunIdOf(Matrix matrix) => $"{DateTime.UtcNow:yyyyMMdd-HHmmss}-{matrix.Name}";

    public string FolderOf(string runId) => request.Out switch
    {
        null => Path.GetFullPath(Path.Combine("results", runId)),
        _ when string.IsNullOrWhiteSpace(request.Out) => throw new UsageException(
            "out: an empty name; name a new folder, or leave out --out for results/<run-id>"),
        { } named => Path.GetFullPath(named),
    };

    public void Check(string folder, HostFacts host, string isolation) => FolderChecks.RequireNew(folder);

    public RunPlan Remaining(RunPlan plan) => plan;

    public RunFolder Open(string folder)
    {
        RunFolder.Make(folder);
        _claim = FolderClaim.Take("out", folder);
        return RunFolder.Create(folder);
    }

    public RunManifest Begin(RunManifest fresh) => fresh;

    public void Dispose() => _claim?.Dispose();

    private Matrix Filtered(Matrix matrix)
    {
        CellFilter filter = CellFilter.Parse(request.Filter);
        MatrixCell[] cells = [.. matrix.Cells.Select(Overridden).Where(c => filter.Matches(c.Cell)).DistinctBy(c => c.Cell.Id)];
        return cells.Length > 0
            ? matrix with { Cells = cells }
            : throw new UsageException(
                $"filter: '{string.Join(',', request.Filter)}' leaves none of the {matrix.Cells.Count} cells of {matrix.Name}; see them with --dry-run");
    }

    private MatrixCell Overridden(MatrixCell planned)
    {
        Cell cell = planned.Cell with
        {
            Load = planned.Cell.Load with { Duration = request.Duration ?? planned.Cell.Load.Duration },
            // An accept-only probe is no way to drive the same load; the cell would lose its meaning.
            Driver = planned.Cell.Driver == Driver.AcceptOnly ? Driver.AcceptOnly : request.Driver ?? planned.Cell.Driver,
            Numa = planned.Cell.Driver == Driver.AcceptOnly ? null : request.Numa ?? planned.Cell.Numa,
        };
        CellRules.Require(cell);
        return new MatrixCell(cell, request.Repeats ?? planned.Repeats);
    }
}

/// <summary>
/// What a run is made from: a matrix, or the folder of an earlier run. All checks come before <see cref="Open"/>, which is the first that
/// changes a file. Disposing it gives up the run folder.
/// </summary>
internal interface IRunOrigin : IDisposable
{
    /// <summary>By which engine and agents of several hosts know the run already; null for one that begins.</summary>
    string? LabSession { get; }

    /// <exception cref="UsageException">It cannot be read or leaves nothing to measure.</exception>
    Matrix ReadMatrix(HostSize host);

    string RunIdOf(Matrix matrix);

    /// <returns>The full path.</returns>
    string FolderOf(string runId);

    /// <summary>Whether the run may begin in that folder, on this host; changes nothing.</summary>
    /// <exception cref="UsageException">It may not.</exception>
    void Check(string folder, HostFacts host, string isolation);

    /// <summary>What is left to be measured.</summary>
    RunPlan Remaining(RunPlan plan);

    /// <summary>Takes the folder for this process alone and makes it ready for rows.</summary>
    /// <exception cref="UsageException">Another process has it, or it cannot be written.</exception>
    RunFolder Open(string folder);

    /// <param name="fresh">The manifest of a run that begins now.</param>
    /// <returns>The manifest to begin with.</returns>
    RunManifest Begin(RunManifest fresh);
}
