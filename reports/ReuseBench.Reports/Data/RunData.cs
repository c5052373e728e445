using ReuseBench.Core;
using ReuseBench.Core.Csv;
using ReuseBench.Core.Results;

namespace ReuseBench.Reports.Data;

/// <summary>
/// A run folder, read once and typed. Nothing but the folder's own files is looked at, so any machine can do it. Every table is parsed at most
/// once; the timeline, which is the largest, only for the repeats that somebody asks for.
/// </summary>
public sealed class RunData
{
    private readonly string _folder;
    private readonly Dictionary<Type, object> _tables = [];

    private RunData(string folder, RunManifest? manifest, IReadOnlyList<MeasuredCell> cells, IReadOnlyList<string> remarks)
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

    public string RunId => Manifest?.RunId ?? Cells.Select(c => c.Row.RunId).FirstOrDefault() ?? "unknown run";

    /// <summary>The folder's files by name, what a report writes left out.</summary>
    public IEnumerable<string> FileNames => Directory.EnumerateFiles(_folder).Select(Path.GetFileName).OfType<string>()
        .Where(name => name is not (RunFiles.ReportHtml or RunFiles.ReportMarkdown or RunFiles.Findings or RunFiles.Summary)).Order(StringComparer.Ordinal);

    /// <summary>Whether there is any row of any table to report on.</summary>
    public bool IsEmpty => Cells.Count == 0 && Table<MicroRow>().Count == 0 && Table<SemanticsRow>().Count == 0;

    /// <exception cref="UsageException">Not a run folder, or one of its files cannot be read.</exception>
    public static RunData Read(string folder) => Read(folder, isWhole: true);

    /// <summary>
    /// The same without distributions and what chance would give: a run of any size in the memory of its results, enough to compare runs and to hold them to
    /// thresholds.
    /// </summary>
    /// <exception cref="UsageException">Not a run folder, or one of its files cannot be read.</exception>
    public static RunData ReadResults(string folder) => Read(folder, isWhole: false);

    private static RunData Read(string folder, bool isWhole)
    {
        bool hasManifest = File.Exists(Path.Combine(folder, RunFiles.Manifest));
        if (!hasManifest && !File.Exists(Path.Combine(folder, Tables.Results.FileName)))
        {
            throw new UsageException(
                $"{folder}: neither {RunFiles.Manifest} nor {Tables.Results.FileName} is there; name a folder that `run` has written, such as "
                    + "results/<run-id>");
        }

        List<string> remarks = [];
        if (!hasManifest)
        {
            remarks.Add($"{RunFiles.Manifest} is missing: the host and what was planned are not known.");
        }

        return new RunData(folder, hasManifest ? RunManifestFile.Read(folder) : null, new RunReader(folder, remarks).Cells(isWhole), remarks);
    }

    /// <summary>A further table of the folder; no rows where it is not there.</summary>
    /// <exception cref="UsageException">The file is not such a table.</exception>
    public IReadOnlyList<T> Table<T>()
        where T : class, IRow, new()
    {
        if (!_tables.TryGetValue(typeof(T), out object? rows))
        {
            rows = Tables.Of<T>().Read(_folder);
            _tables[typeof(T)] = rows;
        }

        return (IReadOnlyList<T>)rows;
    }

    /// <summary>The timeline of these cells alone; the rest of the file, the largest of a run, is passed over.</summary>
    /// <param name="cells">By id.</param>
    /// <exception cref="UsageException">A row of one of them cannot be read.</exception>
    public ILookup<(string CellId, int Repeat), TimelineRow> Timeline(IReadOnlySet<string> cells) =>
        Tables.Timeline.Stream(_folder, cells.Contains).ToLookup(t => (t.CellId, t.Repeat));
}
