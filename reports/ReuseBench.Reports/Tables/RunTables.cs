using ReuseBench.Core;
using ReuseBench.Core.Csv;
using ReuseBench.Core.Results;

namespace ReuseBench.Reports.Tables;

/// <summary>A run folder, read and indexed. Nothing but the folder's own files is looked at, so any machine can do it.</summary>
public sealed class RunTables
{
    private readonly string _folder;

    private RunTables(string folder, RunManifest? manifest, IReadOnlyList<MeasuredCell> cells, IReadOnlyList<string> remarks)
    {
        _folder = folder;
        Manifest = manifest;
        Cells = cells;
        Remarks = remarks;
    }

    /// <summary>Null where the folder holds no <c>run.json</c>.</summary>
    public RunManifest? Manifest { get; }

    /// <summary>By conditions, then in the order of the series, then by workers.</summary>
    public IReadOnlyList<MeasuredCell> Cells { get; }

    /// <summary>What is odd about the tables themselves, one sentence each.</summary>
    public IReadOnlyList<string> Remarks { get; }

    public string RunId => Manifest?.RunId ?? Cells.Select(c => c.Settings.RunId).FirstOrDefault() ?? "unknown run";

    /// <summary>The folder's files by name, report and charts left out.</summary>
    public IEnumerable<string> FileNames => Directory.EnumerateFiles(_folder).Select(Path.GetFileName).OfType<string>()
        .Where(name => name is not (RunFiles.ReportHtml or RunFiles.ReportMarkdown)).Order(StringComparer.Ordinal);

    /// <exception cref="UsageException">Not a run folder, or one of its files cannot be read.</exception>
    public static RunTables Read(string folder)
    {
        bool hasManifest = File.Exists(Path.Combine(folder, RunFiles.Manifest));
        if (!hasManifest && !File.Exists(Path.Combine(folder, Core.Results.Tables.Results.FileName)))
        {
            throw new UsageException(
                $"{folder}: neither {RunFiles.Manifest} nor {Core.Results.Tables.Results.FileName} is there; name a folder that `run` has written, such as results/<run-id>");
        }

        List<string> remarks = [];
        if (!hasManifest)
        {
            remarks.Add($"{RunFiles.Manifest} is missing: the host and what was planned are not known.");
        }

        return new RunTables(folder, hasManifest ? RunManifestFile.Read(folder) : null, new CellIndex(folder, remarks).Build(), remarks);
    }

    /// <summary>A further table of the folder; no rows where it is not there.</summary>
    /// <exception cref="UsageException">The file is not such a table.</exception>
    public IReadOnlyList<T> Table<T>(string fileName)
        where T : class, IRow, new() => TableFile.Read<T>(Path.Combine(_folder, fileName));
}
