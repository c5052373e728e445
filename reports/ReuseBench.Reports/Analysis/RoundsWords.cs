using System.Globalization;
using ReuseBench.Core.Statistics.Blocks;
using ReuseBench.Reports.Wording;

namespace ReuseBench.Reports.Analysis;

/// <summary>What the rounds of a run say against its intervals. These tests warn and claim nothing, and share an error rate of their own.</summary>
internal static class RoundsWords
{
    public const double Alpha = 0.05;

    private const int TestsOfAMetric = 3;

    /// <returns>Null where nothing was compared.</returns>
    public static string? Of(Rankings rankings)
    {
        double level = Level(rankings);
        (string Metric, RoundChecks Checks)[] can = [.. rankings.Rounds.Where(r => r.Checks.SmallestP <= level)];
        return rankings.Rounds.Count == 0 ? null
            : can.Length == 0 ? $"Whether the rounds drift or depend on each other cannot be tested with {rankings.Rounds.Max(r => r.Checks.Rounds)} of them."
            : can.Any(r => Found(rankings, r.Checks).Any()) ? "The rounds were not all alike: see \"Were the rounds alike?\"."
            : $"The rounds show no drift, no trend of single cells and no dependence on the round before ({string.Join(", ", can.Select(r => r.Metric))}; rank "
                + $"correlation and lag-1, {Alpha.ToString(CultureInfo.InvariantCulture)} over all of these tests).";
    }

    /// <summary>What each test is held against.</summary>
    public static double Level(Rankings rankings) =>
        Alpha / Tarone.Counted([.. rankings.Rounds.SelectMany(r => Enumerable.Repeat(r.Checks.SmallestP, TestsOfAMetric))], Alpha);

    /// <summary>What was found, with its name, statistic, p-value and what it means.</summary>
    public static IEnumerable<(string Name, double Statistic, double P, string Text)> Found(Rankings rankings, RoundChecks checks)
    {
        double level = Level(rankings);
        if (checks.DriftP <= level)
        {
            yield return ("drift", checks.Drift, checks.DriftP,
                $"all cells {(checks.Drift > 0 ? "rise" : "fall")} over the rounds (Spearman ρ = {Number(checks.Drift)}, p = {Words.P(checks.DriftP)}). Ratios "
                    + "do not contain that; medians and their intervals do");
        }

        if (checks.TrendP <= level)
        {
            yield return ("trend", checks.Trend, checks.TrendP,
                $"single cells drift against the others (mean ρ² = {Number(checks.Trend)}, p = {Words.P(checks.TrendP)}). Their ratios are those of this "
                    + "run's length and may differ in a longer one");
        }

        if (checks.LagOneP <= level)
        {
            yield return ("lag_one", checks.LagOne, checks.LagOneP,
                $"repeats resemble those of the round before (lag-1 r = {Number(checks.LagOne)}, p = {Words.P(checks.LagOneP)}). They are fewer than they "
                    + "look, and all intervals are too narrow");
        }
    }

    private static string Number(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);
}
