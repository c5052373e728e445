using CsvHelper;
using ReuseBench.Core.Results;

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

    public CsvTable(string path)
    {
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
            _csv.WriteRecord(row);
        }

        Flush();
    }

    public void Dispose()
    {
        _csv.Dispose();
        _file.Dispose();
    }

    private void Flush()
    {
        _csv.Flush();
        _file.Flush();
    }
}
