using ReuseBench.Core;
using ReuseBench.Core.Results;

namespace ReuseBench.Bench.Runs;

/// <summary>
/// Cleans the tables of a run that was killed: a last line without its end is cut off, and rows of a repeat that was never sealed in
/// <c>results.csv</c>, or failed, are removed, so that the repeat can be measured again.
/// </summary>
internal static class InterruptedRows
{
    public static void Remove(string folder)
    {
        Tables.Results.Keep(folder, row => IsSealed((ResultRow)row));
        HashSet<(string, int)> sealedRepeats = [.. Measured(folder)];
        foreach (ITable table in Tables.All.Where(t => t.IsOfRepeats && t.Row != typeof(ResultRow)))
        {
            table.Keep(folder, row => sealedRepeats.Contains((row.CellId, row.Repeat)));
        }
    }

    /// <summary>Reads every table once and changes nothing: what cannot be read must not be rewritten either.</summary>
    /// <exception cref="UsageException">A table cannot be read.</exception>
    public static void RequireReadable(string folder)
    {
        foreach (ITable table in Tables.All.Where(t => t.IsOfRepeats))
        {
            _ = table.Rows(folder).Count();
        }
    }

    /// <summary>The repeats that are sealed.</summary>
    public static IEnumerable<(string CellId, int Repeat)> Measured(string folder) =>
        Tables.Results.Stream(folder).Where(IsSealed).Select(r => (r.CellId, r.Repeat));

    /// <summary>Measured to its end, be it with counts that disagree; a repeat that failed on the way is measured again.</summary>
    private static bool IsSealed(ResultRow row) => row.Failure is null || row.CountsAgree is not null;
}
