using CsvHelper;

namespace ReuseBench.Core.Csv;

/// <summary>Turns the records of one file into rows.</summary>
internal sealed class TableReader<T>(string path, CsvReader csv, Func<int, Upgrade<T>> former, Func<string, bool>? cell)
    where T : IRow, new()
{
    private const string CellColumn = "cell_id";

    private readonly Dictionary<string, int> _fields = [];
    private (RowColumn<T> Column, int Field)[] _columns = [];
    private Upgrade<T>? _upgrade;
    private string _version = "";
    private int _versionField;
    private int _cellField = -1;
    private int _count;

    /// <param name="row">The next row; null where it is one of a cell that is not wanted.</param>
    /// <returns>False after the last one.</returns>
    public bool TryRead(out T? row)
    {
        row = default;
        long line = csv.LineNumber;
        string? column = null;
        try
        {
            if (!csv.Read())
            {
                return false;
            }

            line = csv.LineNumber;
            Begin(line);
            if (cell is not null && _cellField >= 0 && !cell(csv.GetString(_cellField)))
            {
                return true;
            }

            T read = new();
            foreach ((RowColumn<T> present, int field) in _columns)
            {
                column = present.Info.Name;
                if (_upgrade is null)
                {
                    present.Read(csv, field, read);
                }
                else
                {
                    present.Read(_upgrade.NewValue(column, csv.GetString(field)), read);
                }
            }

            column = null;
            row = _upgrade is null ? read : _upgrade.Complete(read, name => _fields.TryGetValue(name, out int field) ? csv.GetString(field) : "");
            return true;
        }
        catch (Exception e) when (e is FormatException or OverflowException or InvalidDataException or InvalidOperationException or ArgumentException)
        {
            string where = column is null ? "" : $", {column}";
            throw new UsageException($"{path}, line {line}{where}: {OneLine(e)}; restore the file or run again");
        }
    }

    /// <summary>Of the first row the version says what the header means; every other must have the same.</summary>
    private void Begin(long line)
    {
        if (_count == 0)
        {
            for (int i = 0; i < csv.Headers.Count; i++)
            {
                _fields[csv.Headers[i]] = i;
            }

            _versionField = _fields.TryGetValue(Schema.Column, out int field)
                ? field
                : throw new UsageException($"{path}: it has no column {Schema.Column}, so it is no table of a run; restore the file");
            _version = csv.GetString(_versionField);
            Schema.RequireReadable(_version, $"{path}, line {line}");
            _upgrade = _version == $"{Schema.Version}" ? null : former(int.Parse(_version, System.Globalization.CultureInfo.InvariantCulture));
            Resolve();
        }

        _count = csv.FieldCount;
        if (_count != _fields.Count)
        {
            throw new FormatException($"it has {_count} fields, and the header has {_fields.Count}");
        }

        if (csv.GetString(_versionField) is { } version && version != _version)
        {
            Schema.RequireReadable(version, $"{path}, line {line}");
            throw new FormatException($"{Schema.Column} is {version}, and the rows above have {_version}");
        }
    }

    private void Resolve()
    {
        Dictionary<string, int> present = [];
        foreach ((string name, int field) in _fields)
        {
            present[_upgrade?.NewName(name) ?? name] = field;
        }

        _cellField = present.GetValueOrDefault(CellColumn, -1);
        _columns = [.. from column in Codec<T>.Columns where present.ContainsKey(column.Info.Name) select (column, present[column.Info.Name])];
        RowColumn<T>? missing = Codec<T>.Columns.FirstOrDefault(c => c.IsNeeded && !present.ContainsKey(c.Info.Name));
        if (missing is not null && _upgrade is null)
        {
            throw new UsageException($"{path}: the column {missing.Info.Name} is missing; restore the file or run again");
        }
    }

    private static string OneLine(Exception e) => TextFromOutside.Clip(e.Message.Split('\n', 2)[0], 400);
}

/// <summary>How a row is read from a table of an older version.</summary>
/// <typeparam name="TRow">The row as it is now.</typeparam>
public class Upgrade<TRow>
{
    /// <summary>Columns that have another name now, by the old one.</summary>
    public virtual string NewName(string column) => column;

    /// <summary>A value as it is spelt now.</summary>
    /// <param name="column">Its present name.</param>
    /// <param name="text">As it was written.</param>
    public virtual string NewValue(string column, string text) => text;

    /// <summary>What one column became several of, or several one; asked after the columns that are still there were read.</summary>
    /// <param name="row">May be changed or replaced.</param>
    /// <param name="old">The text of an old column; empty where it is not there.</param>
    /// <exception cref="UsageException">The old values make no row.</exception>
    /// <exception cref="FormatException">Likewise.</exception>
    public virtual TRow Complete(TRow row, Func<string, string> old) => row;
}
