using System.Globalization;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;
using ReuseBench.Reports.Data;
using ReuseBench.Reports.Wording;

namespace ReuseBench.Reports.Topics.Restart;

/// <summary>A restart in words, and the order in which restarts are compared: the ways beside each other under the same load.</summary>
public static class RestartLabel
{
    /// <summary>
    /// Settings that change what a restart costs and that most restarts leave alone: said where they are not the default. Methods are compared only where
    /// all of them are alike.
    /// </summary>
    private static readonly Setting[] Particulars =
        [.. new[] { "restart_count", "accept_delay", "start_delay", "member_stay", "service_time" }.Select(key => CellSettings.Find(key)!)];

    /// <summary>Way (with io-uring, where it accepts so), migration, stop, scope, load, workers, rate: all that tells a cell from others.</summary>
    public static string Of(MeasuredCell cell) => Of(cell.Cell);

    /// <summary>The same of a cell that is not measured yet.</summary>
    public static string Of(Cell cell) => string.Join(", ", AllParts(cell));

    /// <summary>The restart method with the setting that only some of them have, and what methods are compared under: the load and the size of the server,
    /// without what is said of a cell of any experiment where it is not the default.</summary>
    public static (string Method, string Under) Split(Cell cell)
    {
        string[] parts = [.. Parts(cell)];
        int ofMethod = cell.Restart?.MigrateReq is null ? 1 : 2;
        return (string.Join(", ", parts[..ofMethod]), string.Join(", ", parts[ofMethod..]));
    }

    /// <summary>The method alone with what decides what it costs, such as <c>reuseport-drain (graceful, idle)</c>.</summary>
    public static string MethodAndLoad(MeasuredCell cell) => cell.Cell.Restart is not { } restart
        ? Of(cell)
        : $"{MethodName(cell)} ({string.Join(", ", new[]
        {
            IsUnusual(cell.Cell) ? Names.Of(cell.Cell.Server.Accept) : null,
            restart.MigrateReq is int migrate ? $"migrate_req {migrate}" : null,
            restart.Method == RestartMethod.Reload ? null : Names.Of(restart.Stop),
            Names.Of(restart.Load),
        }.OfType<string>())})";

    /// <summary>The method alone with the setting that decides what it costs, such as <c>reuseport-overlap, migrate_req 0</c>.</summary>
    public static string MethodAndMigration(MeasuredCell cell) =>
        MethodName(cell) + (IsUnusual(cell.Cell) ? $" by {Names.Of(cell.Cell.Server.Accept)}" : "")
            + (cell.Cell.Restart?.ResizeTo is int size ? $" from {cell.Workers} to {size}" : "")
            + (cell.Cell.Restart?.MigrateReq is int migrate ? $" at migrate_req {migrate}" : "");

    /// <summary>What methods are compared under, such as <c>graceful, idle, process, probed 1000 times a second</c>.</summary>
    /// <param name="cell">Of a restart.</param>
    /// <param name="load">In place of the cell's own.</param>
    public static string Circumstances(MeasuredCell cell, RestartLoad? load = null) => cell.Cell.Restart is not { } restart
        ? ""
        : string.Join(", ", new[]
        {
            cell.Cell.Load.Workload.IsConnect ? null : $"{cell.Cell.Load.Workload}",
            restart.Method == RestartMethod.Reload ? null : Names.Of(restart.Stop), Names.Of(load ?? restart.Load),
            restart.Method == RestartMethod.Reload ? null : Names.Of(restart.Scope),
            cell.Workers > 1 ? Words.Count(cell.Workers, "worker") : null,
            cell.Cell.Load.Rate is double rate ? Say($"probed {rate:0.###} times a second") : null,
            BurstOf(cell.Cell),
        }.OfType<string>().Concat(ParticularsOf(cell.Cell)));

    /// <summary>Labels without the parts that all of the cells share, which are said once.</summary>
    /// <param name="cells">Those that are shown together.</param>
    /// <returns>A label for each; and what they share, empty where that is nothing.</returns>
    public static (IReadOnlyList<string> Labels, string Common) Short(IReadOnlyList<MeasuredCell> cells)
    {
        string[][] parts = [.. cells.Select(c => AllParts(c.Cell).ToArray())];
        // The way is what is compared: it stays, even where there is only one.
        HashSet<string> common = [.. parts.Length == 0 ? [] : parts[0].Skip(1).Where(part => parts.All(p => p.Contains(part)))];
        return ([.. parts.Select(p => string.Join(", ", p.Where(part => !common.Contains(part))))], string.Join(", ", common));
    }

    /// <summary>By rate, scope, load, stop, then the ways in their order; the loop within one process comes last.</summary>
    public static IEnumerable<T> Order<T>(IEnumerable<T> items, Func<T, MeasuredCell> cellOf) => items
        .OrderBy(i => IsLoop(cellOf(i)))
        .ThenBy(i => cellOf(i).Cell.Load.Rate)
        .ThenBy(i => !cellOf(i).Cell.Load.Workload.IsConnect)
        .ThenBy(i => cellOf(i).Cell.Load.Workload.RequestsPerConnection)
        .ThenBy(i => cellOf(i).Cell.Restart?.Scope)
        .ThenBy(i => cellOf(i).Cell.Restart?.Load)
        .ThenBy(i => cellOf(i).Cell.Restart?.Stop)
        .ThenBy(i => cellOf(i).Cell.Restart?.Method)
        .ThenBy(i => cellOf(i).Cell.Server.Accept)
        .ThenBy(i => cellOf(i).Series)
        .ThenBy(i => cellOf(i).Cell.Restart?.ServerReload, StringComparer.Ordinal)
        .ThenBy(i => cellOf(i).Cell.Restart?.MigrateReq)
        .ThenBy(i => cellOf(i).Workers)
        .ThenBy(i => cellOf(i).Cell.Restart?.ResizeTo);

    /// <summary>What is compared on one sheet: cells under the same load.</summary>
    public static (bool Loop, double? Rate, Workload? Workload, RestartScope? Scope, RestartLoad? Load) GroupOf(MeasuredCell cell) => IsLoop(cell)
        ? (true, null, null, null, null)
        : (false, cell.Cell.Load.Rate, cell.Cell.Load.Workload, cell.Cell.Restart?.Scope, cell.Cell.Restart?.Load);

    /// <summary>Ordered items in pages: all on one where they fit, otherwise one or more for each group.</summary>
    /// <param name="items">In the order of <see cref="Order"/>.</param>
    /// <param name="most">On one page.</param>
    /// <param name="cellOf">The cell of an item.</param>
    public static IReadOnlyList<T[]> Pages<T>(IReadOnlyList<T> items, int most, Func<T, MeasuredCell> cellOf) =>
        items.Count <= most ? [[.. items]] : [.. items.GroupBy(i => GroupOf(cellOf(i))).SelectMany(g => g.Chunk(most))];

    /// <summary>Whether one server listens again and again within its process.</summary>
    public static bool IsLoop(MeasuredCell cell) => IsLoop(cell.Cell);

    /// <summary>The restart method as a title says it; that of no method at all reads as a name.</summary>
    public static string MethodName(MeasuredCell cell) =>
        cell.Cell.Restart is { Method: RestartMethod.Reload } ? ReloadOf(cell.Cell) :
        cell.Cell.Restart is { Method: not RestartMethod.None and var method } ? Names.Of(method) : $"method '{Names.Of(RestartMethod.None)}'";

    /// <summary>Such as <c>nginx, reuseport: hup</c>.</summary>
    private static string ReloadOf(Cell cell) => $"{Series.Of(cell).Label}: {cell.Restart?.ServerReload ?? Names.Of(RestartMethod.Reload)}";

    /// <summary>Another accept mode than the method has where none is named: it is said, since it is what cells may differ in.</summary>
    private static bool IsUnusual(Cell cell) => cell is { Server.Program: null, Restart: { Method: not RestartMethod.Loop } restart }
        && cell.Server.Accept != RestartRules.BlankOf(restart.Method).Server.Accept;

    private static bool IsLoop(Cell cell) => cell.Restart is null or { Method: RestartMethod.Loop };

    private static IEnumerable<string> AllParts(Cell cell) => [.. Parts(cell), .. ParticularsOf(cell)];

    /// <summary>The service time that makes a queue is the queue's own, and no particular.</summary>
    private static IEnumerable<string> ParticularsOf(Cell cell) =>
        from setting in Particulars
        where cell.Restart is not null && setting.WhyNoEffect(cell) is null
        let value = setting.Get(cell)
        where value is not null && value != setting.Default && !(setting.Key == "service_time" && RestartRules.HasServiceTimeOfQueue(cell))
        select setting.Say(value, cell);

    /// <summary>How closely reloads follow each other that do not wait for each other: it is said of each burst, and tells it from others.</summary>
    private static string? BurstOf(Cell cell) =>
        RestartRules.IsBurst(cell.Restart) ? Say($"a reload every {cell.Server.RestartEvery.Milliseconds:0.###} ms") : null;

    private static IEnumerable<string> Parts(Cell cell)
    {
        RestartSettings? restart = cell.Restart;
        bool isLoop = IsLoop(cell);
        bool isReload = restart is { Method: RestartMethod.Reload };
        string?[] parts =
        [
            isLoop ? $"{Series.Of(cell).Label} in a loop"
                : isReload ? ReloadOf(cell)
                : IsUnusual(cell) ? $"{Names.Of(restart!.Method)}, {Names.Of(cell.Server.Accept)}"
                : Names.Of(restart!.Method),
            restart?.MigrateReq is int migrate ? $"migrate_req {migrate}" : null,
            restart is null || isReload ? null : Names.Of(restart.Stop),
            restart is null || isReload ? null : Names.Of(restart.Scope),
            restart is null ? null : Names.Of(restart.Load),
            isLoop && cell.Server.Variant == Variant.Restart ? Say($"every {cell.Server.RestartEvery.Milliseconds:0.###} ms") : null,
            restart?.ResizeTo is int after ? $"{cell.Server.Workers} to {Words.Count(after, "worker")}" : Words.Count(cell.Server.Workers, "worker"),
            !isLoop && !cell.Load.Workload.IsConnect ? $"{cell.Load.Workload}, {Words.Count(cell.Load.Connections, "connection")}" : null,
            !isLoop && cell.Load.Rate is double rate ? Say($"{rate:0.###} probes/s") : null,
            BurstOf(cell),
        ];
        return parts.OfType<string>();
    }

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
