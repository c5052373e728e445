using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Core.Units;

namespace ReuseBench.Bench.Progress;

/// <summary>A measured repeat in one line.</summary>
internal static class RepeatText
{
    public static string Of(ResultRow row)
    {
        string grade = Names.Of(row.Grade);
        string verdict = row.Verdict.Reasons.Count == 0 ? grade : $"{grade} ({row.Verdict.Codes})";
        if (row.Failure is not null)
        {
            return $"{verdict}: {row.Failure}";
        }

        if (row.Cell.Restart is { Method: not RestartMethod.Loop })
        {
            return $"{Gap(row)}, {row.ErrorsRefused + row.ErrorsReset + row.ErrorsTimeout} connections failed, {verdict}";
        }

        if (row.LatencyP99Us is null)
        {
            return $"{row.LifeConnectionsServer} connections counted, {verdict}";
        }

        string gap = row.GapP50Ms is double ms ? $", gap {ms:0.#} ms" : "";
        return $"{row.ThroughputRps:0} requests/s, p99 {row.LatencyP99Us:0} us{gap}, {verdict}";
    }

    private static string Gap(ResultRow row) => row.GapP50Ms switch
    {
        null => "the gap did not end",
        double ms when ms * row.Cell.Load.Rate <= 1000 => "no gap seen",
        double ms => $"gap {ms:0.#} ms",
    };
}
