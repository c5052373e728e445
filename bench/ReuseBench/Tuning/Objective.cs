using ReuseBench.Core;
using ReuseBench.Core.Results;
using ReuseBench.Core.Units;

namespace ReuseBench.Bench.Tuning;

/// <summary>
/// What a server must hold, such as <c>p99&lt;2ms</c> or <c>errors&lt;0.1%</c>: an upper limit of a latency percentile, or of the share of requests that
/// fail.
/// </summary>
/// <param name="Text">As it was given.</param>
/// <param name="Limit">In microseconds, or a share from 0 to 1.</param>
/// <param name="Percentile">The column of a latency percentile; null for errors.</param>
internal sealed record Objective(string Text, double Limit, string? Percentile)
{
    private const string Errors = "errors";

    private static readonly (string Name, string Column)[] Percentiles =
        [("p50", "latency_p50_us"), ("p90", "latency_p90_us"), ("p99", "latency_p99_us"), ("p99.9", "latency_p999_us")];

    /// <exception cref="UsageException">Not an objective.</exception>
    public static Objective Parse(string text)
    {
        string[] sides = text.Replace("<=", "<", StringComparison.Ordinal).Split('<', StringSplitOptions.TrimEntries);
        if (sides.Length != 2)
        {
            throw Unreadable(text);
        }

        if (sides[0] == Errors)
        {
            return ShareText.Parse(sides[1]) is > 0 and <= 1 and var share ? new Objective(text, share, null) : throw Unreadable(text);
        }

        string column = Percentiles.FirstOrDefault(p => p.Name == sides[0]).Column ?? throw Unreadable(text);
        return Duration.TryParse(sides[1], out Duration limit) && limit > Duration.Zero
            ? new Objective(text, limit.Microseconds, column)
            : throw Unreadable(text);
    }

    /// <summary>Whether a repeat holds it; null where its figure could not be had.</summary>
    public bool? IsHeld(ResultRow row) => Percentile is null
        ? Failed(row) is double share ? share < Limit : null
        : Metrics.Find<ResultRow>(Percentile).Get(row) is double us ? us < Limit : null;

    /// <summary>What was never started counts as failed in the row, too.</summary>
    private static double? Failed(ResultRow row)
    {
        double answered = row.Requests;
        double failed = row.RequestsFailed ?? 0;
        return answered + failed > 0 ? failed / (answered + failed) : null;
    }

    private static UsageException Unreadable(string text) => new(
        $"slo: '{text}' is no objective; use {string.Join(", ", Percentiles.Select(p => p.Name))} with a time, such as p99<2ms, or errors with a share, "
        + "such as errors<0.1%");
}
