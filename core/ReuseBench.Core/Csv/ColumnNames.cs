using System.Text.Json;

namespace ReuseBench.Core.Csv;

/// <summary>The one rule by which a property becomes a column or a JSON key: <c>LatencyP50Us</c> is <c>latency_p50_us</c>.</summary>
public static class ColumnNames
{
    public static string Of(string property) => JsonNamingPolicy.SnakeCaseLower.ConvertName(property);
}
