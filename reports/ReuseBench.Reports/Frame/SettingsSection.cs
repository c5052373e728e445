using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Data;
using ReuseBench.Reports.Document;

namespace ReuseBench.Reports.Frame;

/// <summary>Every setting with the values it had.</summary>
internal static class SettingsSection
{
    public static Section Of(RunAnalysis run) => new("Settings", [.. Blocks(run)]);

    private static IEnumerable<Block> Blocks(RunAnalysis run)
    {
        IReadOnlyList<MeasuredCell> cells = run.Cells;
        if (cells.Count > 0)
        {
            yield return new Table(
                $"Settings of the {cells.Count} cell{(cells.Count == 1 ? "" : "s")}, by their column in results.csv.",
                ["Setting", "Values"],
                [.. CellSettings.All.Select(s => (IReadOnlyList<string>)[s.Name, Values(cells, s)])]);
        }
    }

    private static string Values(IReadOnlyList<MeasuredCell> cells, CellSetting setting) => string.Join(
        ", ",
        cells.Select(c => setting.Of(c.Row)).Select(v => string.IsNullOrEmpty(v) ? "–" : v).Distinct()
            .OrderBy(v => double.TryParse(v, out double number) ? number : double.MaxValue).ThenBy(v => v, StringComparer.Ordinal));
}
