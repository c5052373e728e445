using ReuseBench.Core.Csv;
using ReuseBench.Core.Results;

namespace ReuseBench.Reports.Tables;

/// <summary>Joins the rows of a folder's tables into cells and repeats.</summary>
internal sealed class CellIndex(string folder, List<string> remarks)
{
    public IReadOnlyList<MeasuredCell> Build()
    {
        IReadOnlyList<ResultRow> results = Rows<ResultRow>(Core.Results.Tables.Results.FileName);
        HashSet<(string, int)> known = [.. results.Select(Key)];
        ILookup<(string, int), FairnessRow> listeners = Joined<FairnessRow>(Core.Results.Tables.Fairness.FileName, known);
        ILookup<(string, int), LatencyRow> latencies = Joined<LatencyRow>(Core.Results.Tables.Latency.FileName, known);
        ILookup<(string, int), ChanceRow> chance = Core.Results.Tables.Chance.Stream(folder).ToLookup(r => Key(r));
        ILookup<(string, int), RestartRow> restarts = Joined<RestartRow>(Core.Results.Tables.Restarts.FileName, known);
        ILookup<(string, int), HistogramRow> histograms = Joined<HistogramRow>(Core.Results.Tables.Histograms.FileName, known);

        List<MeasuredCell> cells = [];
        foreach (IGrouping<string, ResultRow> cell in results.GroupBy(r => r.CellId))
        {
            MeasuredRepeat[] repeats =
            [
                .. cell.GroupBy(r => r.Repeat).OrderBy(r => r.Key).Select(rows => new MeasuredRepeat
                {
                    Row = OnlyRow(rows),
                    Listeners = [.. listeners[Key(rows.First())].OrderBy(l => l.Listener)],
                    Latencies = [.. latencies[Key(rows.First())]],
                    Chance = new ChanceOfRepeat(chance[Key(rows.First())]),
                    Restarts = [.. restarts[Key(rows.First())].OrderBy(r => r.Restart)],
                    Histograms = [.. histograms[Key(rows.First())]],
                }),
            ];
            cells.Add(new MeasuredCell(cell.Key, repeats));
        }

        Conditions.SetLabels([.. cells.Select(c => c.Conditions)]);
        return [.. cells.OrderBy(c => c.Conditions.Experiment, StringComparer.Ordinal)
            .ThenBy(c => c.Conditions.Workload, StringComparer.Ordinal)
            .ThenBy(c => c.Conditions.IsOpenLoop)
            .ThenBy(c => c.Settings.RateRpsRequested ?? 0)
            .ThenBy(c => c.Settings.Connections)
            .ThenBy(c => c.Conditions.Label, StringComparer.Ordinal)
            .ThenBy(c => c.Series)
            .ThenBy(c => c.Workers)
            .ThenBy(c => c.Id, StringComparer.Ordinal)];
    }

    private static (string CellId, int Repeat) Key(IRepeatRow row) => (row.CellId, row.Repeat);

    /// <summary>A repeat that was taken up again after a kill may have two rows; the later one is whole.</summary>
    private ResultRow OnlyRow(IGrouping<int, ResultRow> rows)
    {
        ResultRow last = rows.Last();
        if (rows.Skip(1).Any())
        {
            remarks.Add($"{Core.Results.Tables.Results.FileName} has {rows.Count()} rows for cell {last.CellId}, repeat {last.Repeat}: the last one is used.");
        }

        return last;
    }

    private ILookup<(string, int), T> Joined<T>(string fileName, HashSet<(string, int)> known)
        where T : class, IRepeatRow, new()
    {
        IReadOnlyList<T> rows = Rows<T>(fileName);
        int orphans = rows.Count(r => !known.Contains(Key(r)));
        if (orphans > 0)
        {
            remarks.Add($"{orphans} of {rows.Count} rows of {fileName} belong to no row of {Core.Results.Tables.Results.FileName} and so have no verdict: they are not used.");
        }

        return rows.Where(r => known.Contains(Key(r))).ToLookup(r => Key(r));
    }

    private IReadOnlyList<T> Rows<T>(string fileName)
        where T : class, IRow, new()
    {
        string path = Path.Combine(folder, fileName);
        if (!File.Exists(path))
        {
            remarks.Add($"{fileName} is missing: what would be read from it is left out.");
        }
        else if (new FileInfo(path).Length == 0)
        {
            remarks.Add($"{fileName} is empty and has not even its header: what would be read from it is left out.");
        }
        else if (CsvFile.IsTorn(path))
        {
            remarks.Add($"The last line of {fileName} has no end, as a kill leaves it: it is not used.");
        }

        return TableFile.Read<T>(path);
    }
}
