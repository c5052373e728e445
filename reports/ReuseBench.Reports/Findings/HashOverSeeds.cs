using System.Globalization;
using ReuseBench.Core.Statistics.Chance;
using ReuseBench.Reports.Tables;

namespace ReuseBench.Reports.Findings;

/// <summary>What may be said of the kernel's hash over many seeds: each group size by two tests, all of them at one error rate.</summary>
public static class HashOverSeeds
{
    /// <summary>The group sizes that can be tested, each with its tests; none without enough seeds and tuples.</summary>
    public static IReadOnlyList<(ChanceSummary Summary, HashTrial Trial)> Of(RunTables tables) => Of(ChanceSummary.OverSeeds(ChanceSummary.All(tables)));

    /// <param name="seeds">Of <see cref="ChanceSummary.OverSeeds"/>.</param>
    public static IReadOnlyList<(ChanceSummary Summary, HashTrial Trial)> Of(IReadOnlyList<ChanceSummary> seeds)
    {
        ChanceSummary[] tested = [.. seeds.Where(s => s.Uniformity is not null && s.Pooled.Statistic is not null)];
        return [.. tested.Select(s => (s, HashTrial.Of(s.Uniformity!, s.Pooled, tested.Length)))];
    }

    /// <summary>One sentence, with both p-values, what they are held against and which side of chance the counts are on.</summary>
    /// <param name="summary">Of a group size.</param>
    /// <param name="trial">Its tests.</param>
    /// <param name="sizes">Group sizes that are tested in the run.</param>
    public static string Say(ChanceSummary summary, HashTrial trial, int sizes)
    {
        string group = $"The kernel's hash over {summary.Cell.Workers} listeners and {trial.Uniformity.Repeats} hash seeds";
        string claim = trial.IsWhatChanceGives
            ? "neither of two tests tells it from chance"
            : trial.IsChiSquareOfChance ? "not what chance gives, by the uniformity of the p-values alone; pooled χ² does not tell it from chance"
            : $"{Side(trial)} than chance, by {(trial.IsUniform ? "pooled χ² alone" : "both tests")}";
        string chiSquare = string.Create(
            CultureInfo.InvariantCulture,
            $"pooled χ² {trial.Pooled.Statistic:0.#} where chance gives {trial.Pooled.DegreesOfFreedom} on average, on the {(trial.IsMoreUneven ? "uneven" : "even")} side, two-sided p = {Wording.Chance.P(trial.Pooled.TwoSidedPValue!.Value)}");
        return $"{group}: {claim} (uniformity of the p-values: p = {Wording.Chance.P(trial.Uniformity.PValue)}; {chiSquare}; {Rate(sizes)}).";
    }

    /// <summary>What each p is held against, and why.</summary>
    public static string Rate(int sizes) => string.Create(
        CultureInfo.InvariantCulture,
        $"each p is held against {HashTrial.ErrorRate / (HashTrial.TestsOfASize * Math.Max(1, sizes)):0.######}, so that the error rate of all {HashTrial.TestsOfASize * Math.Max(1, sizes)} tests of the run together is {HashTrial.ErrorRate:0.##}");

    private static string Side(HashTrial trial) => trial.IsMoreUneven ? "more uneven" : "more even";
}
