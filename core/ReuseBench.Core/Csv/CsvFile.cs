using CsvHelper;
using ReuseBench.Core.Results;

namespace ReuseBench.Core.Csv;

/// <summary>Reads whole tables, and knows their headers.</summary>
public static class CsvFile
{
    private const string VersionColumn = "schema_version";

    /// <summary>
    /// All whole rows of a table; none where the file does not exist or is still empty. A last line without its end is no row: a kill may have
    /// cut it anywhere, also within a number.
    /// </summary>
    /// <exception cref="UsageException">The file is not such a table, or one of another version; file and line are named.</exception>
    public static IReadOnlyList<T> Read<T>(string path)
        where T : IRow
    {
        if (new FileInfo(path) is not { Exists: true, Length: > 0 })
        {
            return [];
        }

        return Parse<T>(WholeLines(path), path);
    }

    /// <summary>The rows of a table, or of a part of it with its header.</summary>
    /// <param name="whole">Whole lines, the header first; none for no rows.</param>
    /// <param name="path">Where they are from, for messages.</param>
    /// <exception cref="UsageException">As <see cref="Read"/>.</exception>
    public static IReadOnlyList<T> Parse<T>(ReadOnlyMemory<byte> whole, string path)
        where T : IRow
    {
        if (whole.IsEmpty)
        {
            return [];
        }

        using CsvReader csv = CsvReader.Create(whole, CsvDialect.Reading);
        long line = 1;
        try
        {
            List<T> rows = [];
            while (csv.Read())
            {
                line = csv.LineNumber;
                RequireVersion(csv.GetString(VersionColumn), path, line);
                T row = csv.GetRecord<T>();
                rows.Add(RowValues<T>.FirstNonsense(row) is { } nonsense ? throw new FormatException(nonsense) : row);
            }

            return rows;
        }
        catch (Exception e) when (e is FormatException or OverflowException or InvalidDataException or InvalidOperationException or KeyNotFoundException or ArgumentException)
        {
            throw new UsageException($"{path}, line {line}: not readable as {typeof(T).Name} ({e.Message.Split('\n', 2)[0]}); restore the file or run again");
        }
    }

    /// <summary>Whether the last line has no end, so that <see cref="Read"/> leaves it out.</summary>
    public static bool IsTorn(string path)
    {
        if (new FileInfo(path) is not { Exists: true, Length: > 0 })
        {
            return false;
        }

        using FileStream file = Open(path);
        file.Position = file.Length - 1;
        return file.ReadByte() != '\n';
    }

    /// <summary>The columns of a row in the order in which they are written.</summary>
    public static string[] Header<T>()
        where T : IRow
    {
        // CsvHelper's generator orders the columns and names them like the properties; a property name needs no quotes.
        using StringWriter text = new();
        using (CsvWriter csv = CsvWriter.Create(text, CsvDialect.Writing, leaveOpen: true))
        {
            csv.WriteHeader<T>();
        }

        return [.. text.ToString().TrimEnd('\n').Split(',').Select(ColumnNames.Of)];
    }

    private static void RequireVersion(string text, string path, long line)
    {
        if (text != $"{Schema.Version}")
        {
            throw new UsageException(
                $"{path}, line {line}: {VersionColumn} is '{text}', and this program knows version {Schema.Version} only; use the reusebench that wrote the run");
        }
    }

    private static ReadOnlyMemory<byte> WholeLines(string path)
    {
        using FileStream file = Open(path);
        byte[] bytes = new byte[file.Length];
        int read = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return bytes.AsMemory(0, bytes.AsSpan(0, read).LastIndexOf((byte)'\n') + 1);
    }

    /// <summary>A run that goes on may be writing to it.</summary>
    private static FileStream Open(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
}

internal static class CsvDialect
{
    public static CsvWriterOptions Writing { get; } = new() { NewLine = "\n" };

    /// <summary>A null is an empty field both ways; header and property names meet in snake_case.</summary>
    public static CsvReaderOptions Reading { get; } = new() { NormalizeHeaderName = ColumnNames.Of, NullValues = [""], TrackLineNumbers = true };
}
