using ReuseBench.Core;
using ReuseBench.Core.Csv;
using ReuseBench.Core.Results;

namespace ReuseBench.Semantics.Output;

/// <summary>Writes <c>semantics.csv</c> as a whole: a reader sees the old file or the new one, never half of it.</summary>
internal static class SemanticsFile
{
    /// <exception cref="UsageException">It cannot be written there.</exception>
    public static void Replace(string path, IEnumerable<SemanticsRow> rows)
    {
        string unfinished = path + ".part";
        try
        {
            File.Delete(unfinished);
            using (CsvTable<SemanticsRow> table = new(unfinished))
            {
                table.Append(rows);
            }

            File.Move(unfinished, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{path}: cannot be written ({e.Message}); give a file in a directory that exists and is yours");
        }
    }
}
