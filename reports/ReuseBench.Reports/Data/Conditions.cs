using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;
using ReuseBench.Reports.Wording;

namespace ReuseBench.Reports.Data;

/// <summary>All that must be equal before cells may stand in one figure or one ranking; equal when every setting is.</summary>
public sealed class Conditions : IEquatable<Conditions>
{
    private readonly string _key;
    private readonly int _hash;

    private static readonly Setting[] Equal = [.. CellSettings.All.Where(s => s.Role is not (SettingRole.Compared or SettingRole.Process))];

    private readonly string[] _values;

    /// <summary>The same as a label says them: by what was done where that is more than what was asked for.</summary>
    private readonly string[] _said;

    /// <param name="cell">One of the cells.</param>
    /// <param name="isolation">Whether it ran in a network namespace of its own.</param>
    public Conditions(Cell cell, Isolation isolation)
    {
        Cell = cell;
        _values = [.. Equal.Select(s => s.Get(cell) ?? ""), Names.Of(isolation)];
        _said = [.. Equal.Select(s => (s.AsRun ?? s.Get)(cell) ?? ""), _values[^1]];
        _key = string.Join('\n', _values);
        _hash = _key.GetHashCode(StringComparison.Ordinal);
    }

    /// <summary>One of the cells that have these conditions; only its conditions are those of all.</summary>
    public Cell Cell { get; }

    public string Experiment => Cell.Experiment.Name;

    public string Workload => field ??= $"{Cell.Load.Workload}";

    /// <summary>Each request on a connection of its own.</summary>
    public bool IsConnect => Cell.Load.Workload.IsConnect;

    public bool IsOpenLoop => Cell.Load.Load == LoadShape.Open;

    public string LoopName => IsOpenLoop ? "open loop" : "closed loop";

    /// <summary>As they were; empty where they were not set.</summary>
    public string ServerCpus => Cell.Server.Cpus.ToString();

    /// <summary>Time that the server was told to spend on each request, in microseconds; the mean where it is drawn. 0 for none.</summary>
    public double ServiceTimeUs => Cell.Server.ServiceTime.Mean.Microseconds;

    /// <summary>Of it, what takes CPU time: nothing where the worker waits.</summary>
    public double ServiceCpuUs => Cell.Server.ServiceTime.Kind == ServiceKind.Wait ? 0 : ServiceTimeUs;

    /// <summary>Workload, load shape and how much of it: <c>connect, closed loop, 64 connections</c>.</summary>
    public string Load => Cell.Driver == Driver.AcceptOnly
        ? $"accept-only probe, {Cell.Load.Connections} connections at a time"
        : Cell.Load.RatePercent is double percent
        ? $"{Workload}, {LoopName}, {percent} % of capacity"
        : Cell.Load.Rate is double rate
        ? $"{Workload}, {LoopName}, {Quantity.RequestsPerSecond.Tick(rate)}"
        : Cell.Load.ConnectionsPerWorker is int each
        ? $"{Workload}, {LoopName}, {each} connection{(each == 1 ? "" : "s")} per worker"
        : $"{Workload}, {LoopName}, {Cell.Load.Connections} connection{(Cell.Load.Connections == 1 ? "" : "s")}";

    /// <summary>
    /// <see cref="Load"/>, then every setting that is not the default and changes what a figure means, then what else tells these conditions
    /// from others of the same run; set once all are known.
    /// </summary>
    public string Label { get; internal set; } = "";

    public bool Equals(Conditions? other) => other is not null && _hash == other._hash && _key == other._key;

    public override bool Equals(object? obj) => Equals(obj as Conditions);

    public override int GetHashCode() => _hash;

    /// <summary>
    /// Gives each its label. Beside what is not the default, only settings that vary among conditions of the same experiment and load are worth
    /// a reader's time, but then in each of them: two labels are equal only where the settings are. What has no effect in a cell, or follows from what its
    /// restart is, is no setting of it.
    /// </summary>
    internal static void SetLabels(IReadOnlyCollection<Conditions> all)
    {
        foreach (IGrouping<string, Conditions> alike in all.GroupBy(c => c.Experiment + '\n' + c.Load))
        {
            bool[] varies =
                [.. Enumerable.Range(0, Equal.Length + 1).Select(i => alike.Where(c => c.IsOwn(i)).Select(c => c._said[i]).Distinct().Skip(1).Any())];
            foreach (Conditions conditions in alike)
            {
                IEnumerable<string> extras = Enumerable.Range(0, varies.Length)
                    .Where(i => conditions.IsOwn(i) && (varies[i] || conditions.IsUnusual(i))).Select(conditions.Say);
                conditions.Label = string.Join(", ", extras.Where(e => e.Length > 0).Prepend(conditions.Load));
            }
        }
    }

    /// <summary>Whether the cell was given the value, and it does something there.</summary>
    private bool IsOwn(int place) =>
        place >= Equal.Length || (Equal[place].WhyNoEffect(Cell) is null && !RestartRules.IsDerived(Equal[place].Key, Cell));

    /// <summary>Whether a label says the value even where all cells of the run have it.</summary>
    private bool IsUnusual(int place) =>
        place < Equal.Length && Equal[place] is { Words: not null } setting && _said[place].Length > 0 && _said[place] != (setting.Default ?? "");

    private string Say(int place) => place < Equal.Length ? Equal[place].Say(_said[place], Cell) : $"isolation {_said[place]}";
}
