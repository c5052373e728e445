using CsvHelper;

namespace ReuseBench.Core.Csv;

/// <summary>
/// Appends rows to one table of a run folder. The header is written when the file is new; each call writes its rows whole and
/// flushes them to the file, so that a killed run keeps every row that was written.
/// </summary>
public sealed class CsvTable<T> : IDisposable
    where T : IRow
{
    private readonly FileStream _file;
    private readonly CsvWriter _csv;

    /// <param name="path">A file that is new, or has the same columns.</param>
    /// <exception cref="UsageException">Its columns are others: a run of another version. Rows appended to it would be read under wrong
    /// names.</exception>
    public CsvTable(string path)
    {
        RequireSameColumns(path);
        _file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read);
        _csv = CsvWriter.Create(_file, CsvDialect.Writing);
        if (_file.Position == 0)
        {
            _csv.WriteHeader(CsvFile.Header<T>());
            Flush();
        }
    }

    public void Append(params IEnumerable<T> rows)
    {
        foreach (T row in rows)
        {
            _csv.WriteField(Schema.Version);
            foreach (RowColumn<T> column in Codec<T>.Columns)
            {
                column.Write(_csv, row);
            }

            _csv.EndRecord();
        }

        Flush();
    }

    public void Dispose()
    {
        _csv.Dispose();
        _file.Dispose();
    }

    private static void RequireSameColumns(string path)
    {
        if (File.Exists(path) && File.ReadLines(path).FirstOrDefault() is string header && header != string.Join(',', CsvFile.Header<T>()))
        {
            throw new UsageException(
                $"{path}: its columns are those of another version of this program; resume the run with that version, or start a new one");
        }
    }

    private void Flush()
    {
        _csv.Flush();
        _file.Flush();
    }
}
