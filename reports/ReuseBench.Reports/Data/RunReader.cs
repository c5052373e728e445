using ReuseBench.Core;
using ReuseBench.Core.Csv;
using ReuseBench.Core.Results;
using ReuseBench.Core.Wire;

namespace ReuseBench.Reports.Data;

/// <summary>Joins the rows of a folder's tables into cells and repeats.</summary>
internal sealed class RunReader(string folder, List<string> remarks)
{
    /// <param name="isWhole">Without, the tables of distributions and of chance are not read.</param>
    public IReadOnlyList<MeasuredCell> Cells(bool isWhole = true)
    {
        IReadOnlyList<ResultRow> results = [.. Rows(Tables.Results)];
        HashSet<(string, int)> known = [.. results.Select(Key)];
        ILookup<(string, int), FairnessRow> listeners = Known(Tables.Fairness, known).ToLookup(Key);
        ILookup<(string, int), ChanceRow> chance = (isWhole ? Tables.Chance.Stream(folder) : []).ToLookup(Key);
        ILookup<(string, int), RestartRow> restarts = Known(Tables.Restarts, known).ToLookup(Key);
        ILookup<(string, int), LatencyRow> latencies = (isWhole ? Known(Tables.Latency, known) : [])
            .Where(r => r.Phase == Phases.Request).ToLookup(Key);
        ILookup<(string, int), PhaseHistogram> histograms = Histograms(isWhole ? Known(Tables.Histograms, known) : []);

        CpuSpeeds speeds = new(results);
        List<MeasuredCell> cells = [];
        foreach (IGrouping<string, ResultRow> cell in results.GroupBy(r => r.CellId))
        {
            MeasuredRepeat[] repeats =
            [
                .. cell.GroupBy(r => r.Repeat).OrderBy(r => r.Key).Select(rows => new MeasuredRepeat
                {
                    Row = OnlyRow(rows),
                    CpuSpeed = speeds.Of(rows.Last()),
                    Listeners = [.. listeners[Key(rows.First())].OrderBy(l => l.Listener)],
                    Chance = new ChanceOfRepeat(chance[Key(rows.First())]),
                    Restarts = [.. restarts[Key(rows.First())].OrderBy(r => r.Restart)],
                    Latencies = [.. latencies[Key(rows.First())]],
                    Histograms = [.. histograms[Key(rows.First())]],
                }),
            ];
            cells.Add(new MeasuredCell(cell.Key, repeats));
        }

        Conditions.SetLabels([.. cells.Select(c => c.Conditions)]);
        return [.. cells.OrderBy(c => c.Conditions.Experiment, StringComparer.Ordinal)
            .ThenBy(c => c.Conditions.Workload, StringComparer.Ordinal)
            .ThenBy(c => c.Conditions.IsOpenLoop)
            .ThenBy(c => c.Cell.Load.RatePercent ?? 0)
            .ThenBy(c => c.Cell.Load.Rate ?? 0)
            .ThenBy(c => c.Cell.Connections)
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
            remarks.Add($"{Tables.Results.FileName} has {rows.Count()} rows for cell {last.CellId}, repeat {last.Repeat}: the last one is used.");
        }

        return last;
    }

    /// <summary>Kept as they are stored, and only the phases that a report shows; of several hosts the sum.</summary>
    private static ILookup<(string, int), PhaseHistogram> Histograms(IEnumerable<HistogramRow> rows) =>
        rows.Where(r => r.Host is null && r.Phase is Phases.Request or Phases.NetOfLag)
            .Select(r => (Key: Key(r), Histogram: new PhaseHistogram(r.Phase, Encoded(r, "the histogram", r.HdrV2Base64), Peaks(r))))
            .ToLookup(h => h.Key, h => h.Histogram);

    private static byte[]? Peaks(HistogramRow row) =>
        row.Phase == Phases.Request && row.SlotPeaksBase64 is { Length: > 0 } text ? Encoded(row, "slot_peaks_base64", text) : null;

    private static byte[] Encoded(HistogramRow row, string what, string text)
    {
        try
        {
            return Convert.FromBase64String(text);
        }
        catch (FormatException e)
        {
            throw new UsageException($"{Tables.Histograms.FileName}: {what} of cell {row.CellId}, repeat {row.Repeat}, phase {row.Phase} is "
                + $"not base64 ({e.Message}); restore the file");
        }
    }

    /// <summary>The rows of repeats that have a result, one at a time.</summary>
    private IEnumerable<T> Known<T>(Table<T> table, HashSet<(string, int)> known)
        where T : class, IRepeatRow, new()
    {
        (int all, int orphans) = (0, 0);
        foreach (T row in Rows(table))
        {
            all++;
            if (known.Contains(Key(row)))
            {
                yield return row;
            }
            else
            {
                orphans++;
            }
        }

        if (orphans > 0)
        {
            remarks.Add($"{orphans} of {all} rows of {table.FileName} belong to no row of {Tables.Results.FileName} and so have no verdict: "
                + "they are not used.");
        }
    }

    private IEnumerable<T> Rows<T>(Table<T> table)
        where T : class, IRow, new()
    {
        string path = Path.Combine(folder, table.FileName);
        if (!File.Exists(path))
        {
            remarks.Add($"{table.FileName} is missing: what would be read from it is left out.");
        }
        else if (new FileInfo(path).Length == 0)
        {
            remarks.Add($"{table.FileName} is empty and has not even its header: what would be read from it is left out.");
        }
        else if (CsvFile.IsTorn(path))
        {
            remarks.Add($"The last line of {table.FileName} has no end, as a kill leaves it: it is not used.");
        }

        return table.Stream(folder);
    }
}
