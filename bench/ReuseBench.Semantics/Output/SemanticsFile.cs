using ReuseBench.Core;
using ReuseBench.Core.Csv;
using ReuseBench.Core.Results;

namespace ReuseBench.Semantics.Output;

/// <summary>Writes <c>semantics.csv</c> as a whole: a reader sees the old file or the new one, never half of it.</summary>
internal static class SemanticsFile
{
    /// <summary>Tries what <see cref="Replace"/> will do, before the work is done whose rows would be lost.</summary>
    /// <exception cref="UsageException">It cannot be written there.</exception>
    public static void RequireWritable(string path) => Written(path, unfinished =>
    {
        if (Directory.Exists(path))
        {
            throw new IOException("it is a folder");
        }

        new FileStream(unfinished, FileMode.Create, FileAccess.Write).Dispose();
        File.Delete(unfinished);
    });

    /// <exception cref="UsageException">It cannot be written there.</exception>
    public static void Replace(string path, IEnumerable<SemanticsRow> rows) => Written(path, unfinished =>
    {
        File.Delete(unfinished);
        using (CsvTable<SemanticsRow> table = new(unfinished))
        {
            table.Append(rows);
        }

        File.Move(unfinished, path, overwrite: true);
    });

    private static void Written(string path, Action<string> write)
    {
        if (string.IsNullOrWhiteSpace(path))
        {
            throw new UsageException("csv: an empty name; name a file");
        }

        try
        {
            write(path + ".part");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{path}: cannot be written ({e.Message}); give a file in a directory that exists and is yours");
        }
    }
}
