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
    public static void Make(string path) => Written(
        "out", path, "name a folder that you may write to",
        () =>
        {
            PrivateFolder.Create(path);
            return path;
        });

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

    /// <summary>Closes the tables and gives <c>results.csv</c> the verdicts over the whole run; nothing is appended after it.</summary>
    public void Settle()
    {
        Dispose();
        RunVerdicts.Settle(Path);
    }

    public string LogPath(string cellId, int repeat) => System.IO.Path.Combine(Path, RunFiles.Logs, $"{cellId}-r{repeat}.log");

    public void Dispose()
    {
        foreach (ITableWriter table in _tables.Values)
        {
            table.Dispose();
        }

        _tables.Clear();
    }

    private static RunFolder Opened(string path)
    {
        PrivateFolder.Create(System.IO.Path.Combine(path, RunFiles.Logs));
        FolderChecks.RemoveLeftovers(path);
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

/// <summary>
/// Cleans the tables of a run that was killed: a last line without its end is cut off, and rows of a repeat that was never sealed in
/// <c>results.csv</c>, or failed, are removed, so that the repeat can be measured again.
/// </summary>
internal static class InterruptedRows
{
    public static void Remove(string folder)
    {
        Tables.Results.Keep(folder, row => IsSealed((ResultRow)row));
        HashSet<(string, int)> sealedRepeats = [.. Measured(folder)];
        foreach (ITable table in Tables.All.Where(t => t.IsOfRepeats && t.Row != typeof(ResultRow)))
        {
            table.Keep(folder, row => sealedRepeats.Contains((row.CellId, row.Repeat)));
        }
    }

    /// <summary>Reads every table once and changes nothing: what cannot be read must not be rewritten either.</summary>
    /// <exception cref="UsageException">A table cannot be read.</exception>
    public static void RequireReadable(string folder)
    {
        foreach (ITable table in Tables.All.Where(t => t.IsOfRepeats))
        {
            _ = table.Rows(folder).Count();
        }
    }

    /// <summary>The repeats that are sealed.</summary>
    public static IEnumerable<(string CellId, int Repeat)> Measured(string folder) =>
        Tables.Results.Stream(folder).Where(IsSealed).Select(r => (r.CellId, r.Repeat));

    /// <summary>Measured to its end, be it with counts that disagree; a repeat that failed on the way is measured again.</summary>
    private static bool IsSealed(ResultRow row) => row.Failure is null || row.CountsAgree is not null;
}
