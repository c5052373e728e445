using System.Globalization;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Core.Units;
using ReuseBench.Reports.Tables;

namespace ReuseBench.Reports.Findings;

/// <summary>A restart in words, and the order in which restarts are compared: the ways beside each other under the same load.</summary>
public static class RestartLabel
{
    private static readonly string[] Scopes = [.. Names.All<RestartScope>()];
    private static readonly string[] Loads = [.. Names.All<RestartLoad>()];
    private static readonly string[] Stops = [.. Names.All<StopSignal>()];
    private static readonly string[] Methods = [.. Names.All<RestartMethod>()];

    /// <summary>Way, migration, stop, scope, load, workers, rate: all that tells a cell from others.</summary>
    public static string Of(MeasuredCell cell) => string.Join(", ", Parts(cell));

    /// <summary>Labels without the parts that all of the cells share, which are said once.</summary>
    /// <param name="cells">Those that are shown together.</param>
    /// <returns>A label for each; and what they share, empty where that is nothing.</returns>
    public static (IReadOnlyList<string> Labels, string Common) Short(IReadOnlyList<MeasuredCell> cells)
    {
        string[][] parts = [.. cells.Select(c => Parts(c).ToArray())];
        // The way is what is compared: it stays, even where there is only one.
        HashSet<string> common = [.. parts.Length == 0 ? [] : parts[0].Skip(1).Where(part => parts.All(p => p.Contains(part)))];
        return ([.. parts.Select(p => string.Join(", ", p.Where(part => !common.Contains(part))))], string.Join(", ", common));
    }

    /// <summary>By rate, scope, load, stop, then the ways in their order; the loop within one process comes last.</summary>
    public static IEnumerable<T> Order<T>(IEnumerable<T> items, Func<T, MeasuredCell> cellOf) => items
        .OrderBy(i => IsLoop(cellOf(i).Settings))
        .ThenBy(i => cellOf(i).Settings.RateRpsRequested)
        .ThenBy(i => Array.IndexOf(Scopes, cellOf(i).Settings.RestartScope))
        .ThenBy(i => Array.IndexOf(Loads, cellOf(i).Settings.RestartLoad))
        .ThenBy(i => Array.IndexOf(Stops, cellOf(i).Settings.RestartStop))
        .ThenBy(i => Array.IndexOf(Methods, cellOf(i).Settings.RestartMethod))
        .ThenBy(i => cellOf(i).Settings.MigrateReq)
        .ThenBy(i => cellOf(i).Workers);

    /// <summary>What is compared on one sheet: cells under the same load.</summary>
    public static (bool Loop, double? Rate, string? Scope, string? Load) GroupOf(MeasuredCell cell) => IsLoop(cell.Settings)
        ? (true, null, null, null)
        : (false, cell.Settings.RateRpsRequested, cell.Settings.RestartScope, cell.Settings.RestartLoad);

    /// <summary>Ordered items in pages: all on one where they fit, otherwise one or more for each group.</summary>
    /// <param name="items">In the order of <see cref="Order"/>.</param>
    /// <param name="most">On one page.</param>
    /// <param name="cellOf">The cell of an item.</param>
    public static IReadOnlyList<T[]> Pages<T>(IReadOnlyList<T> items, int most, Func<T, MeasuredCell> cellOf) =>
        items.Count <= most ? [[.. items]] : [.. items.GroupBy(i => GroupOf(cellOf(i))).SelectMany(g => g.Chunk(most))];

    private static bool IsLoop(ResultRow row) => row.RestartMethod is null || row.RestartMethod == Names.Of(RestartMethod.Loop);

    private static IEnumerable<string> Parts(MeasuredCell cell)
    {
        ResultRow row = cell.Settings;
        bool isLoop = IsLoop(row);
        string?[] parts =
        [
            isLoop ? $"{cell.Series.Label} in a loop" : row.RestartMethod,
            row.MigrateReq is int migrate ? $"migrate_req {migrate}" : null,
            row.RestartStop,
            row.RestartScope,
            row.RestartLoad,
            isLoop && row.RestartEveryMs is double every ? Say($"every {every:0.###} ms") : null,
            $"{cell.Workers} worker{(cell.Workers == 1 ? "" : "s")}",
            !isLoop && row.RateRpsRequested is double rate ? Say($"{rate:0.###} probes/s") : null,
        ];
        return parts.OfType<string>().Where(part => part.Length > 0);
    }

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
