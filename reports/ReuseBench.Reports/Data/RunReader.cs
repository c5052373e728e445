using ReuseBench.Core;
using ReuseBench.Core.Csv;
using ReuseBench.Core.Results;
using ReuseBench.Core.Wire;

namespace ReuseBench.Reports.Data;

/// <summary>Joins the rows of a folder's tables into cells and repeats.</summary>
internal sealed class RunReader(string folder, List<string> remarks)
{
    public IReadOnlyList<MeasuredCell> Cells()
    {
        IReadOnlyList<ResultRow> results = Rows<ResultRow>(RunFiles.Results);
        HashSet<(string, int)> known = [.. results.Select(Key)];
        ILookup<(string, int), FairnessRow> listeners = Joined<FairnessRow>(RunFiles.Fairness, known);
        ILookup<(string, int), RestartRow> restarts = Joined<RestartRow>(RunFiles.Restarts, known);
        ILookup<(string, int), PhaseHistogram> histograms = Histograms(known);

        List<MeasuredCell> cells = [];
        foreach (IGrouping<string, ResultRow> cell in results.GroupBy(r => r.CellId))
        {
            MeasuredRepeat[] repeats =
            [
                .. cell.GroupBy(r => r.Repeat).OrderBy(r => r.Key).Select(rows => new MeasuredRepeat
                {
                    Row = OnlyRow(rows),
                    Listeners = [.. listeners[Key(rows.First())].OrderBy(l => l.Listener)],
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
            .ThenBy(c => c.Cell.Load.Rate ?? 0)
            .ThenBy(c => c.Cell.Load.Connections)
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
            remarks.Add($"{RunFiles.Results} has {rows.Count()} rows for cell {last.CellId}, repeat {last.Repeat}: the last one is used.");
        }

        return last;
    }

    /// <summary>Kept as they are stored, and only the phases that a report shows.</summary>
    private ILookup<(string, int), PhaseHistogram> Histograms(HashSet<(string, int)> known) =>
        Known<HistogramRow>(RunFiles.Histograms, known).Where(r => r.Phase is Phases.Request or Phases.FromSend or Phases.Lag)
            .ToLookup(r => Key(r), r => new PhaseHistogram(r.Phase, Encoded(r)));

    private static byte[] Encoded(HistogramRow row)
    {
        try
        {
            return Convert.FromBase64String(row.HdrV2Base64);
        }
        catch (FormatException e)
        {
            throw new UsageException($"{RunFiles.Histograms}: the histogram of cell {row.CellId}, repeat {row.Repeat}, phase {row.Phase} is "
                + $"not base64 ({e.Message}); restore the file");
        }
    }

    private ILookup<(string, int), T> Joined<T>(string fileName, HashSet<(string, int)> known)
        where T : IRepeatRow => Known<T>(fileName, known).ToLookup(r => Key(r));

    private List<T> Known<T>(string fileName, HashSet<(string, int)> known)
        where T : IRepeatRow
    {
        IReadOnlyList<T> rows = Rows<T>(fileName);
        List<T> joined = [.. rows.Where(r => known.Contains(Key(r)))];
        if (joined.Count < rows.Count)
        {
            remarks.Add($"{rows.Count - joined.Count} of {rows.Count} rows of {fileName} belong to no row of {RunFiles.Results} and so have "
                + "no verdict: they are not used.");
        }

        return joined;
    }

    private IReadOnlyList<T> Rows<T>(string fileName)
        where T : IRow
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

        return CsvFile.Read<T>(path);
    }
}
