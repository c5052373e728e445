using ReuseBench.Bench.Matrices;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Core.Statistics;
using ReuseBench.Core.Verdicts;

namespace ReuseBench.Bench.Runs;

/// <summary>
/// What 100 % is where a rate is a percentage: the best throughput in a closed loop that the same run measures of the servers that are compared. It is
/// measured first and fixed then, so that all of them, in all repeats, get the same requests per second.
/// </summary>
internal sealed class Capacities
{
    /// <summary>Repeats of each of its cells that make a capacity; the others come later, among all cells.</summary>
    public const int Repeats = 3;

    /// <summary>
    /// Conditions that may differ between a cell whose rate is a percentage and the cells that measure 100 %: they are of the loop, not of what one
    /// request costs.
    /// </summary>
    private static readonly string[] OfLoop =
        ["experiment", "arrivals", "duration", "warmup", "ramp", "timeout", "connect_timeout", "retry_delay", "interval", "driver"];

    private static readonly Setting[] Work = [.. CellSettings.OfCells.Where(s => s.Role == SettingRole.Condition && !OfLoop.Contains(s.Key))];

    private readonly Dictionary<string, Kept> _measured = [];
    private readonly Dictionary<string, MeasuredCapacity> _fixed;

    /// <param name="cells">Of the run, <see cref="Complete">completed</see>.</param>
    /// <param name="earlier">What a run that goes on has fixed already.</param>
    public Capacities(IEnumerable<MatrixCell> cells, IEnumerable<MeasuredCapacity> earlier)
    {
        foreach (MatrixCell cell in MeasuringCells([.. cells]))
        {
            _measured[cell.Cell.Id] = new Kept(WorkOf(cell.Cell), []);
        }

        _fixed = earlier.ToDictionary(c => c.Work);
    }

    /// <summary>Whether any rate of the run is a percentage.</summary>
    public bool AreAsked => _measured.Count > 0;

    /// <summary>Those that are fixed, in the order of their work.</summary>
    public MeasuredCapacity[] Fixed => [.. _fixed.Values.OrderBy(c => c.Work, StringComparer.Ordinal)];

    /// <summary>The matrix with a closed loop for every rate in percent that has none to be a percentage of.</summary>
    public static Matrix Complete(Matrix matrix)
    {
        HashSet<string> measured = [.. matrix.Cells.Where(c => MeasuresCapacity(c.Cell)).Select(c => WorkOf(c.Cell))];
        MatrixCell[] added =
        [
            .. matrix.Cells.Where(c => c.Cell.Load.RatePercent is not null && !measured.Contains(WorkOf(c.Cell)))
                .Select(c => new MatrixCell(ClosedLoopOf(c.Cell), Math.Min(Repeats, c.Repeats))).DistinctBy(c => c.Cell.Id),
        ];
        return added.Length == 0 ? matrix : matrix with { Cells = [.. matrix.Cells, .. added] };
    }

    /// <summary>The cells that measure what some rate of the run is a percentage of.</summary>
    public static IEnumerable<MatrixCell> MeasuringCells(IReadOnlyList<MatrixCell> cells)
    {
        HashSet<string> asked = [.. cells.Where(c => c.Cell.Load.RatePercent is not null).Select(c => WorkOf(c.Cell))];
        return cells.Where(c => MeasuresCapacity(c.Cell) && asked.Contains(WorkOf(c.Cell)));
    }

    /// <summary>Takes the throughput of a repeat, where it belongs to a capacity that is not yet fixed.</summary>
    public void Take(ResultRow row)
    {
        if (_measured.TryGetValue(row.CellId, out Kept? kept) && row is { Failure: null, ThroughputRps: > 0 and double rps })
        {
            kept.Rows.Add((rps, row.Grade != Grade.Invalid));
        }
    }

    /// <summary>
    /// The cell with the requests per second that its percentage comes to; any other as it is. The first call for a kind of work fixes its capacity.
    /// </summary>
    /// <returns>Null where no repeat has measured the capacity.</returns>
    public Cell? WithRate(Cell cell)
    {
        if (cell.Load.RatePercent is not double percent)
        {
            return cell;
        }

        string work = WorkOf(cell);
        if (!_fixed.ContainsKey(work) && Best(work) is { } best)
        {
            _fixed.Add(work, best);
        }

        return _fixed.TryGetValue(work, out MeasuredCapacity? capacity)
            ? cell with { Load = cell.Load with { Rate = Math.Max(1, Math.Round(capacity.Rps * percent / 100)) } }
            : null;
    }

    /// <summary>Valid repeats where there are any: a client that was full says how much the server does at least.</summary>
    private MeasuredCapacity? Best(string work)
    {
        KeyValuePair<string, Kept>[] cells = [.. _measured.Where(m => m.Value.Work == work && m.Value.Rows.Count > 0)];
        bool anyValid = cells.Any(c => c.Value.Rows.Exists(r => r.IsValid));
        return (
            from cell in cells
            let rows = cell.Value.Rows.Where(r => r.IsValid || !anyValid).Select(r => r.Rps).ToArray()
            where rows.Length > 0
            let median = Sample.Of(rows)!.Median
            orderby median descending
            select new MeasuredCapacity(work, cell.Key, median, rows.Length, IsLowerBound: !anyValid)).FirstOrDefault();
    }

    private static bool MeasuresCapacity(Cell cell) =>
        cell.Experiment == Experiment.Throughput && cell.Load.Load == LoadShape.Closed && cell.Driver == Driver.Native;

    private static Cell ClosedLoopOf(Cell cell) => CellRules.Settle(cell with
    {
        Experiment = Experiment.Throughput,
        Driver = Driver.Native,
        Load = cell.Load with { RatePercent = null, Connections = ClosedConnections(cell), ConnectionsPerWorker = null },
    });

    /// <summary>Enough that no worker waits for a request, and no more than an open loop of the cell might have.</summary>
    private static int ClosedConnections(Cell cell) =>
        Math.Max(cell.Load.Threads, Math.Min(cell.Connections, LoadSettings.EnoughForEachWorker * Math.Max(cell.Server.Workers, 4)));

    /// <summary>What one request costs, as <c>key=value</c> of all that is not the default; empty for none.</summary>
    private static string WorkOf(Cell cell) => string.Join(
        ", ", from s in Work let value = s.Get(cell) where value is not null && (value != s.Default || s.Key == "workload") select $"{s.Key}={value}");

    private sealed record Kept(string Work, List<(double Rps, bool IsValid)> Rows);
}
