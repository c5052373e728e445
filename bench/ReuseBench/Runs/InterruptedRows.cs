using ReuseBench.Core;
using ReuseBench.Core.Csv;
using ReuseBench.Core.Results;

namespace ReuseBench.Bench.Runs;

/// <summary>
/// Cleans the tables of a run that was killed: a last line without its end is cut off, and rows of a repeat that was never sealed in
/// <c>results.csv</c>, or failed, are removed, so that the repeat can be measured again.
/// </summary>
internal static class InterruptedRows
{
    public static void Remove(string folder)
    {
        CutTornLine(Path.Combine(folder, RunFiles.Results));
        Rewrite<ResultRow>(folder, RunFiles.Results, IsSealed);
        HashSet<(string, int)> sealedRepeats = [.. Measured(folder)];
        RemoveUnsealed<LatencyRow>(folder, RunFiles.Latency, sealedRepeats);
        RemoveUnsealed<HistogramRow>(folder, RunFiles.Histograms, sealedRepeats);
        RemoveUnsealed<FairnessRow>(folder, RunFiles.Fairness, sealedRepeats);
        RemoveUnsealed<AffinityRow>(folder, RunFiles.Affinity, sealedRepeats);
        RemoveUnsealed<RestartRow>(folder, RunFiles.Restarts, sealedRepeats);
        RemoveUnsealed<TimelineRow>(folder, RunFiles.Timeline, sealedRepeats);
    }

    /// <summary>Reads every table once and changes nothing: what cannot be read must not be rewritten either.</summary>
    /// <exception cref="UsageException">A table cannot be read.</exception>
    public static void RequireReadable(string folder)
    {
        _ = CsvFile.Read<ResultRow>(Path.Combine(folder, RunFiles.Results));
        _ = CsvFile.Read<LatencyRow>(Path.Combine(folder, RunFiles.Latency));
        _ = CsvFile.Read<HistogramRow>(Path.Combine(folder, RunFiles.Histograms));
        _ = CsvFile.Read<FairnessRow>(Path.Combine(folder, RunFiles.Fairness));
        _ = CsvFile.Read<AffinityRow>(Path.Combine(folder, RunFiles.Affinity));
        _ = CsvFile.Read<RestartRow>(Path.Combine(folder, RunFiles.Restarts));
        _ = CsvFile.Read<TimelineRow>(Path.Combine(folder, RunFiles.Timeline));
    }

    /// <summary>The repeats that are sealed.</summary>
    public static IEnumerable<(string CellId, int Repeat)> Measured(string folder) =>
        CsvFile.Read<ResultRow>(Path.Combine(folder, RunFiles.Results)).Where(IsSealed).Select(r => (r.CellId, r.Repeat));

    /// <summary>Measured to its end, be it with counts that disagree; a repeat that failed on the way is measured again.</summary>
    private static bool IsSealed(ResultRow row) => row.Failure is null || row.CountsAgree is not null;

    private static void RemoveUnsealed<T>(string folder, string file, HashSet<(string, int)> sealedRepeats)
        where T : IRepeatRow
    {
        CutTornLine(Path.Combine(folder, file));
        Rewrite<T>(folder, file, row => sealedRepeats.Contains((row.CellId, row.Repeat)));
    }

    private static void Rewrite<T>(string folder, string file, Func<T, bool> keep)
        where T : IRow
    {
        string path = Path.Combine(folder, file);
        IReadOnlyList<T> rows = CsvFile.Read<T>(path);
        if (rows.All(keep))
        {
            return;
        }

        string draft = path + ".new";
        File.Delete(draft);
        using (CsvTable<T> table = new(draft))
        {
            table.Append(rows.Where(keep));
        }

        File.Move(draft, path, overwrite: true);
    }

    private static void CutTornLine(string path)
    {
        if (!File.Exists(path))
        {
            return;
        }

        using FileStream file = new(path, FileMode.Open, FileAccess.ReadWrite);
        long end = file.Length;
        while (end > 0)
        {
            file.Position = end - 1;
            if (file.ReadByte() == '\n')
            {
                break;
            }

            end--;
        }

        file.SetLength(end);
    }
}
