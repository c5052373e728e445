using ReuseBench.Bench.Experiments.Measuring;
using ReuseBench.Core;
using ReuseBench.Core.Csv;
using ReuseBench.Core.Results;

namespace ReuseBench.Bench.Runs;

/// <summary>
/// The folder of a run while it is being written. The row of <c>results.csv</c> comes last and seals its repeat: a repeat without it
/// never happened, and its other rows are removed when the run is resumed.
/// </summary>
internal sealed class RunFolder : IDisposable
{
    private readonly CsvTable<LatencyRow> _latency;
    private readonly CsvTable<HistogramRow> _histograms;
    private readonly CsvTable<FairnessRow> _fairness;
    private readonly CsvTable<AffinityRow> _affinity;
    private readonly CsvTable<RestartRow> _restarts;
    private readonly CsvTable<TimelineRow> _timeline;
    private readonly CsvTable<ResultRow> _results;

    private RunFolder(string path)
    {
        Path = path;
        _latency = new CsvTable<LatencyRow>(At(RunFiles.Latency));
        _histograms = new CsvTable<HistogramRow>(At(RunFiles.Histograms));
        _fairness = new CsvTable<FairnessRow>(At(RunFiles.Fairness));
        _affinity = new CsvTable<AffinityRow>(At(RunFiles.Affinity));
        _restarts = new CsvTable<RestartRow>(At(RunFiles.Restarts));
        _timeline = new CsvTable<TimelineRow>(At(RunFiles.Timeline));
        _results = new CsvTable<ResultRow>(At(RunFiles.Results));
    }

    public string Path { get; }

    /// <summary>Makes the folder itself.</summary>
    /// <exception cref="UsageException">It cannot be made.</exception>
    public static void Make(string path) => Written("out", path, "name a folder that you may write to", () => Directory.CreateDirectory(path));

    /// <exception cref="UsageException">The folder holds something already, or cannot be written.</exception>
    public static RunFolder Create(string path)
    {
        FolderChecks.RequireNew(path);
        return Written("out", path, "name a folder that you may write to", () => Opened(path));
    }

    /// <summary>Opens the folder of an earlier run and removes what an interrupted repeat left in it.</summary>
    /// <exception cref="UsageException">The folder cannot be written.</exception>
    public static RunFolder Reopen(string path) => Written("resume", path, "make it writable or start a new run", () =>
    {
        InterruptedRows.Remove(path);
        return Opened(path);
    });

    public void Append(MeasuredRows rows)
    {
        _latency.Append(rows.Latency);
        _histograms.Append(rows.Histograms);
        _fairness.Append(rows.Fairness);
        _affinity.Append(rows.Affinity);
        _restarts.Append(rows.Restarts);
        _timeline.Append(rows.Timeline);
        _results.Append(rows.Result);
    }

    public string LogPath(string cellId, int repeat) => System.IO.Path.Combine(Path, RunFiles.Logs, $"{cellId}-r{repeat}.log");

    public void Dispose()
    {
        _latency.Dispose();
        _histograms.Dispose();
        _fairness.Dispose();
        _affinity.Dispose();
        _restarts.Dispose();
        _timeline.Dispose();
        _results.Dispose();
    }

    private static RunFolder Opened(string path)
    {
        Directory.CreateDirectory(System.IO.Path.Combine(path, RunFiles.Logs));
        return new RunFolder(path);
    }

    private static T Written<T>(string option, string path, string cure, Func<T> write)
    {
        try
        {
            return write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{option}: {path} cannot be written ({e.Message}); {cure}");
        }
    }

    private string At(string file) => System.IO.Path.Combine(Path, file);
}
