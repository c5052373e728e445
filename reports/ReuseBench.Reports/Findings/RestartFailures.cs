using ReuseBench.Core.Results;

namespace ReuseBench.Reports.Findings;

/// <summary>What a restart made fail.</summary>
internal static class RestartFailures
{
    /// <summary>Probes that failed, and requests in flight that were not answered; null where they were not counted.</summary>
    public static long? Of(RestartRow row) =>
        row.Attempts is null ? null : row.Refused + row.Reset + row.TimedOut + row.FailedOther + (row.InFlightLost ?? 0);
}
