using ReuseBench.Reports.Document;
using ReuseBench.Reports.Tables;

namespace ReuseBench.Reports.Sections;

/// <summary>Every setting with the values it had.</summary>
public sealed class SettingsSection : ISection
{
    public string Title => "Settings";

    public IEnumerable<Block> Build(ReportMaterial material)
    {
        IReadOnlyList<MeasuredCell> cells = material.Tables.Cells;
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
        cells.Select(c => setting.Of(c.Settings)).Select(v => string.IsNullOrEmpty(v) ? "–" : v).Distinct()
            .OrderBy(v => double.TryParse(v, out double number) ? number : double.MaxValue).ThenBy(v => v, StringComparer.Ordinal));
}
