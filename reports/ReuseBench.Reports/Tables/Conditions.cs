using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Core.Units;
using ReuseBench.Reports.Wording;

namespace ReuseBench.Reports.Tables;

/// <summary>All that must be equal before cells may stand in one figure or one ranking; equal when every setting is.</summary>
public sealed class Conditions : IEquatable<Conditions>
{
    private readonly ResultRow _row;
    private readonly string _key;

    public Conditions(ResultRow row)
    {
        _row = row;
        Settings = [.. CellSettings.Conditions.Select(s => KeyValuePair.Create(s.Name, s.Of(row) ?? ""))];
        _key = string.Join('\n', Settings.Select(s => s.Value));
    }

    /// <summary>Names and values in the order of <see cref="CellSettings"/>.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Settings { get; }

    public string Experiment => _row.Experiment;

    public string Workload => _row.Workload;

    /// <summary>Each request on a connection of its own.</summary>
    public bool IsConnect => Workload == Core.Cells.Workload.Connect.ToString();

    public bool IsOpenLoop => _row.Load == Names.Of(LoadShape.Open);

    public string LoopName => IsOpenLoop ? "open loop" : "closed loop";

    public string ServerCpus => _row.ServerCpuList;

    /// <summary>CPU time that the server was told to burn for each request, in microseconds; the mean where it is drawn. 0 for none.</summary>
    public double ServiceTimeUs => _row.ServiceTimeUs;

    /// <summary>Workload, load shape and how much of it: <c>connect, closed loop, 64 connections</c>.</summary>
    public string Load => _row.Driver == Names.Of(Driver.AcceptOnly)
        ? $"accept-only probe, {_row.Connections} connections at a time"
        : _row.RateRpsRequested is double rate && IsOpenLoop
        ? $"{Workload}, {LoopName}, {Quantity.RequestsPerSecond.Tick(rate)}"
        : $"{Workload}, {LoopName}, {_row.Connections} connection{(_row.Connections == 1 ? "" : "s")}";

    /// <summary>
    /// <see cref="Load"/>, then every setting that is not the default and changes what a figure means, then what else tells these conditions
    /// from others of the same run; set once all are known.
    /// </summary>
    public string Label { get; internal set; } = "";

    public bool Equals(Conditions? other) => other is not null && _key == other._key;

    public override bool Equals(object? obj) => Equals(obj as Conditions);

    public override int GetHashCode() => _key.GetHashCode(StringComparison.Ordinal);

    /// <summary>
    /// Gives each its label. Beside what is not the default, only settings that vary among conditions of the same experiment and load are worth
    /// a reader's time, but then in each of them: two labels are equal only where the settings are.
    /// </summary>
    internal static void SetLabels(IReadOnlyCollection<Conditions> all)
    {
        foreach (IGrouping<string, Conditions> alike in all.GroupBy(c => c.Experiment + '\n' + c.Load))
        {
            string[] varying =
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
