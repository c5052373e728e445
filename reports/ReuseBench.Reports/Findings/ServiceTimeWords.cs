using System.Globalization;
using ReuseBench.Reports.Tables;

namespace ReuseBench.Reports.Findings;

/// <summary>How much of the server's CPU time per request it was told to burn.</summary>
internal static class ServiceTimeWords
{
    /// <summary>Such as <c>20 µs are the configured service time</c>; null where none is configured.</summary>
    public static string? Part(Conditions conditions) => conditions.ServiceTimeUs <= 0
        ? null
        : string.Create(CultureInfo.InvariantCulture, $"{conditions.ServiceTimeUs:0.###} µs are the configured service time");
}
