using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Core.Units;
using ReuseBench.Reports.Wording;

namespace ReuseBench.Reports.Data;

/// <summary>All that must be equal before cells may stand in one figure or one ranking; equal when every setting is.</summary>
public sealed class Conditions : IEquatable<Conditions>
{
    private readonly string _key;
    private readonly int _hash;

    public Conditions(Cell cell, ResultRow row)
    {
        Cell = cell;
        ServerCpus = row.ServerCpuList;
        Settings = [.. CellSettings.Conditions.Select(s => KeyValuePair.Create(s.Name, s.Of(row) ?? ""))];
        _key = string.Join('\n', Settings.Select(s => s.Value));
        _hash = _key.GetHashCode(StringComparison.Ordinal);
    }

    /// <summary>Names and values in the order of <see cref="CellSettings"/>.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Settings { get; }

    /// <summary>One of the cells that have these conditions; only its conditions are those of all.</summary>
    public Cell Cell { get; }

    public string Experiment => Names.Of(Cell.Experiment);

    public string Workload => field ??= $"{Cell.Load.Workload}";

    /// <summary>Each request on a connection of its own.</summary>
    public bool IsConnect => Cell.Load.Workload.IsConnect;

    public bool IsOpenLoop => Cell.Load.Load == LoadShape.Open;

    public string LoopName => IsOpenLoop ? "open loop" : "closed loop";

    /// <summary>As they were; empty where they were not set.</summary>
    public string ServerCpus { get; }

    /// <summary>CPU time that the server was told to burn for each request, in microseconds; the mean where it is drawn. 0 for none.</summary>
    public double ServiceTimeUs => Cell.Server.ServiceTime.Mean.Microseconds;

    /// <summary>Workload, load shape and how much of it: <c>connect, closed loop, 64 connections</c>.</summary>
    public string Load => Cell.Driver == Driver.AcceptOnly
        ? $"accept-only probe, {Cell.Load.Connections} connections at a time"
        : Cell.Load.Rate is double rate
        ? $"{Workload}, {LoopName}, {Quantity.RequestsPerSecond.Tick(rate)}"
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
    /// a reader's time, but then in each of them: two labels are equal only where the settings are.
    /// </summary>
    internal static void SetLabels(IReadOnlyCollection<Conditions> all)
    {
        foreach (IGrouping<string, Conditions> alike in all.GroupBy(c => c.Experiment + '\n' + c.Load))
        {
            HashSet<string> varying =
            [
                .. alike.SelectMany(c => c.Settings).GroupBy(s => s.Key)
                    .Where(values => values.Distinct().Skip(1).Any()).Select(values => values.Key),
            ];
            foreach (Conditions conditions in alike)
            {
                IEnumerable<string> extras = CellSettings.Conditions.Zip(conditions.Settings, (setting, pair) => (Setting: setting, pair.Value))
                    .Where(s => s.Setting.IsUnusual(s.Value) || varying.Contains(s.Setting.Name)).Select(s => s.Setting.Say(s.Value));
                conditions.Label = string.Join(", ", extras.Prepend(conditions.Load));
            }
        }
    }
}
