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
    /// <summary>By the type of their rows.</summary>
    private readonly Dictionary<Type, ITableWriter> _tables;

    private RunFolder(string path)
    {
        Path = path;
        _tables = Tables.All.Where(t => t.IsOfRepeats).ToDictionary(t => t.Row, t => t.Append(path));
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
        foreach (IGrouping<Type, IRepeatRow> table in rows.Others.GroupBy(row => row.GetType()))
        {
            _tables[table.Key].Append(table);
        }

        _tables[typeof(ResultRow)].Append([rows.Result]);
    }

    public string LogPath(string cellId, int repeat) => System.IO.Path.Combine(Path, RunFiles.Logs, $"{cellId}-r{repeat}.log");

    public void Dispose()
    {
        foreach (ITableWriter table in _tables.Values)
        {
            table.Dispose();
        }
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
}
