using CsvHelper;
using ReuseBench.Core.Results;

namespace ReuseBench.Core.Csv;

/// <summary>Reads whole tables, and knows their headers.</summary>
public static class CsvFile
{
    /// <summary>All rows of a table; none where the file does not exist or is still empty.</summary>
    /// <exception cref="UsageException">The file is not such a table.</exception>
    public static IReadOnlyList<T> Read<T>(string path)
        where T : IRow
    {
        if (new FileInfo(path) is not { Exists: true, Length: > 0 })
        {
            return [];
        }

        using CsvReader csv = CsvReader.FromFile(path, CsvDialect.Reading);
        try
        {
            return [.. csv.GetRecords<T>()];
        }
        catch (Exception e) when (e is FormatException or InvalidDataException or InvalidOperationException or KeyNotFoundException)
        {
            throw new UsageException($"{path}: not readable as {typeof(T).Name} ({e.Message.Split('\n', 2)[0]}); restore the file or run again");
        }
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
}

internal static class CsvDialect
{
    public static CsvWriterOptions Writing { get; } = new() { NewLine = "\n" };

    /// <summary>A null is an empty field both ways; header and property names meet in snake_case.</summary>
    public static CsvReaderOptions Reading { get; } = new() { NormalizeHeaderName = ColumnNames.Of, NullValues = [""] };
}
