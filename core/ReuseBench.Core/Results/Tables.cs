using ReuseBench.Core.Csv;
using ReuseBench.Core.Files;

namespace ReuseBench.Core.Results;

/// <summary>A table of a run folder, whatever its rows.</summary>
public interface ITable
{
    string FileName { get; }

    string Meaning { get; }

    /// <summary>What is unique in it, by column.</summary>
    IReadOnlyList<string> Keys { get; }

    /// <summary>Type of its rows.</summary>
    Type Row { get; }

    /// <summary>Whether each row belongs to a repeat, which a run writes as a whole or not at all.</summary>
    bool IsOfRepeats { get; }

    /// <summary>Whether it is large and only details others: a publication may do without it.</summary>
    bool IsBulk { get; }

    IEnumerable<ColumnInfo> Columns { get; }

    IEnumerable<Metric> Metrics { get; }

    /// <summary>Opens the folder's file for appending, and makes it where it is not there.</summary>
    ITableWriter Append(string folder);

    /// <summary>All whole rows of the folder's file, one at a time.</summary>
    /// <exception cref="UsageException">It cannot be read.</exception>
    IEnumerable<IRow> Rows(string folder);

    /// <summary>
    /// Writes the file anew without the rows of other repeats, and without a last line that has no end; nothing where there are none.
    /// </summary>
    void Keep(string folder, Func<IRepeatRow, bool> wanted);
}

/// <summary>Appends rows to one file.</summary>
public interface ITableWriter : IDisposable
{
    /// <summary>Rows of the table's type; written whole and flushed.</summary>
    void Append(IEnumerable<IRow> rows);
}

/// <summary>A table of a run folder.</summary>
/// <param name="FileName">In the folder.</param>
/// <param name="Meaning">What a row is, in a few words.</param>
/// <param name="Keys">What is unique in it, by column.</param>
public sealed record Table<TRow>(string FileName, string Meaning, params IReadOnlyList<string> Keys) : ITable
    where TRow : class, IRow, new()
{
    public Type Row => typeof(TRow);

    public bool IsBulk { get; init; }

    public bool IsOfRepeats => typeof(IRepeatRow).IsAssignableFrom(typeof(TRow));

    public IEnumerable<ColumnInfo> Columns => CsvFile.Columns<TRow>();

    public IEnumerable<Metric> Metrics => Results.Metrics.Of<TRow>();

    /// <summary>All whole rows; none where the file does not exist or is still empty.</summary>
    /// <exception cref="UsageException">The file is not such a table, or one of a later version; file and line are named.</exception>
    public IReadOnlyList<TRow> Read(string folder) => [.. Stream(folder)];

    /// <summary>The same one at a time, so that a table of any size can be read.</summary>
    /// <param name="folder">Of the run.</param>
    /// <param name="cell">Cells to keep, by id; the others' rows are passed over. Null keeps all.</param>
    public IEnumerable<TRow> Stream(string folder, Func<string, bool>? cell = null) => SchemaV1.Stream<TRow>(folder, FileName, cell);

    /// <summary>Opens the folder's file for appending, and makes it where it is not there.</summary>
    /// <exception cref="UsageException">Its columns are those of another version.</exception>
    public CsvTable<TRow> Open(string folder) => new(Path.Combine(folder, FileName));

    public ITableWriter Append(string folder) => new Writer(Open(folder));

    public IEnumerable<IRow> Rows(string folder) => Stream(folder);

    public void Keep(string folder, Func<IRepeatRow, bool> wanted)
    {
        string path = Path.Combine(folder, FileName);
        if (!CsvFile.IsTorn(path) && Stream(folder).All(row => wanted((IRepeatRow)row)))
        {
            return;
        }

        Replace(path, Stream(folder).Where(row => wanted((IRepeatRow)row)));
    }

    /// <summary>Writes the folder's file anew with each row as it is changed; leaves it alone where none is.</summary>
    /// <param name="folder">Of a run that nobody is writing to.</param>
    /// <param name="change">Gives the row itself where nothing is to be changed; called twice for each.</param>
    /// <returns>Rows that were changed.</returns>
    /// <exception cref="UsageException">The table cannot be read.</exception>
    public int Rewrite(string folder, Func<TRow, TRow> change)
    {
        int changed = Stream(folder).Count(row => !ReferenceEquals(change(row), row));
        if (changed > 0)
        {
            Replace(Path.Combine(folder, FileName), Stream(folder).Select(change));
        }

        return changed;
    }

    /// <summary>A reader, or a kill, meets the old file or the new one.</summary>
    private static void Replace(string path, IEnumerable<TRow> rows)
    {
        string draft = WholeFile.DraftOf(path);
        File.Delete(draft);
        using (CsvTable<TRow> table = new(draft))
        {
            table.Append(rows);
        }

        File.Move(draft, path, overwrite: true);
    }

    private sealed class Writer(CsvTable<TRow> table) : ITableWriter
    {
        public void Append(IEnumerable<IRow> rows) => table.Append(rows.Cast<TRow>());

        public void Dispose() => table.Dispose();
    }
}

/// <summary>Every table that a run leaves behind. A new one is a record of its row and a line here.</summary>
public static class Tables
{
    private const string Cell = "cell_id";
    private const string Repeat = "repeat";

    /// <summary>Its row seals a repeat: without it the repeat never happened.</summary>
    public static Table<ResultRow> Results { get; } = new("results.csv", "a cell and repeat: settings, metrics, host, verdict", Cell, Repeat);

    public static Table<LatencyRow> Latency { get; } =
        new("latency.csv", "a percentile of one phase of a repeat", Cell, Repeat, "phase", "percentile") { IsBulk = true };

    public static Table<HistogramRow> Histograms { get; } =
        new("histograms.csv", "the whole histogram of one phase of a repeat, from which percentiles over repeats are merged", Cell, Repeat, "phase", "host")
        {
            IsBulk = true,
        };

    public static Table<FairnessRow> Fairness { get; } = new("fairness.csv", "what one listener of a repeat got", Cell, Repeat, "listener");

    public static Table<ChanceRow> Chance { get; } =
        new("chance.csv", "a statistic over the listeners of a repeat, and what an ideal hash would make of it",
            Cell, Repeat, "statistic", "listener")
        {
            IsBulk = true,
        };

    public static Table<AffinityRow> Affinity { get; } =
        new("affinity.csv", "clients (address and port) that kept their listener over a change of the group", Cell, Repeat, "change");

    public static Table<RestartRow> Restarts { get; } =
        new("restarts.csv", "one restart: gap, losses, what the server did when", Cell, Repeat, "restart");

    public static Table<TimelineRow> Timeline { get; } = new("timeline.csv", "an interval of a repeat", Cell, Repeat, "interval_start_ms") { IsBulk = true };

    public static Table<HostRow> Hosts { get; } =
        new("hosts.csv", "what one of several hosts had to do with a repeat", Cell, Repeat, "host");

    public static Table<SemanticsRow> Semantics { get; } =
        new("semantics.csv", "what the kernel does with the two options: a claim or a case", "kind", "name") { IsBulk = true };

    public static Table<MicroRow> Micro { get; } = new("micro.csv", "what one operation costs", "group", "benchmark", "parameters");

    public static IReadOnlyList<ITable> All { get; } =
        [Results, Latency, Histograms, Fairness, Chance, Affinity, Restarts, Timeline, Hosts, Semantics, Micro];

    /// <summary>The table that has such rows.</summary>
    public static Table<TRow> Of<TRow>()
        where TRow : class, IRow, new() => All.OfType<Table<TRow>>().Single();
}

/// <summary>Files of rows that are not in a run folder, or have another name.</summary>
public static class TableFile
{
    /// <exception cref="UsageException">The file is not such a table, or one of a later version; file and line are named.</exception>
    public static IReadOnlyList<TRow> Read<TRow>(string path)
        where TRow : class, IRow, new() => [.. SchemaV1.Stream<TRow>(Path.GetDirectoryName(path) ?? "", Path.GetFileName(path), null)];
}

/// <summary>Names of what else a run leaves behind.</summary>
public static class RunFiles
{
    public const string Manifest = "run.json";
    public const string Charts = "charts";
    public const string ReportHtml = "report.html";
    public const string ReportMarkdown = "report.md";
    public const string Findings = "findings.json";
    public const string Summary = "summary.md";
    public const string Logs = "logs";
}
