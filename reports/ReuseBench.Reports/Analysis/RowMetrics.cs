using System.Reflection;
using ReuseBench.Core.Csv;
using ReuseBench.Core.Results;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Data;
using ReuseBench.Reports.Wording;

namespace ReuseBench.Reports.Analysis;

/// <summary>Every number that a row of <c>results.csv</c> may hold and that is no setting: what an experiment without a topic is shown by.</summary>
internal static class RowMetrics
{
    public static IReadOnlyList<Metric> All { get; } = [.. Found()];

    private static IEnumerable<Metric> Found()
    {
        HashSet<string> settings = [.. CellSettings.All.Select(s => s.Name)];
        foreach (PropertyInfo property in typeof(ResultRow).GetProperties())
        {
            string column = ColumnNames.Of(property.Name);
            bool isNumber = property.PropertyType == typeof(double?) || property.PropertyType == typeof(long?);
            if (isNumber && !settings.Contains(column))
            {
                yield return new Metric(column, column, Quantity.Ratio, Figures.All, Better.Lower, row => Convert.ToDouble(property.GetValue(row) ?? double.NaN) is var v && double.IsNaN(v) ? null : v);
            }
        }
    }
}
