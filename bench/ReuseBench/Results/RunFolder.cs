using ReuseBench.Bench.Rows;
using ReuseBench.Core;
using ReuseBench.Core.Csv;
using ReuseBench.Core.Results;

namespace ReuseBench.Bench.Results;

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

    /// <exception cref="UsageException">The folder holds something already, or cannot be written.</exception>
    public static RunFolder Create(string path)
    {
        try
        {
            if (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any())
            {
                throw new UsageException($"out: {path} is not empty; name a new folder, or continue that run with --resume {path}");
            }

            Directory.CreateDirectory(System.IO.Path.Combine(path, RunFiles.Logs));
            return new RunFolder(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"out: {path} cannot be written ({e.Message}); name a folder that you may write to");
        }
    }

    /// <summary>Opens the folder of an earlier run and removes what an interrupted repeat left in it.</summary>
    /// <exception cref="UsageException">The folder cannot be written.</exception>
    public static RunFolder Reopen(string path)
    {
        try
        {
            InterruptedRows.Remove(path);
            Directory.CreateDirectory(System.IO.Path.Combine(path, RunFiles.Logs));
            return new RunFolder(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"resume: {path} cannot be written ({e.Message}); make it writable or start a new run");
        }
    }

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

    private string At(string file) => System.IO.Path.Combine(Path, file);
}
