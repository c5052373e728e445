using ReuseBench.Core.Results;

namespace ReuseBench.Bench.Progress;

/// <summary>A measured repeat in one line.</summary>
internal static class RepeatText
{
    public static string Of(ResultRow row)
    {
        string verdict = row.VerdictReasons.Length == 0 ? row.Verdict : $"{row.Verdict} ({row.VerdictReasons})";
        if (row.ThroughputRps is null)
        {
            return $"{verdict}: {row.Failure}";
        }

        string gap = row.GapP50Ms is double ms ? $", gap {ms:0.#} ms" : "";
        return $"{row.ThroughputRps:0} requests/s, p99 {row.LatencyP99Us:0} us{gap}, {verdict}";
    }
}
