using ReuseBench.Core.Statistics;
using ReuseBench.Core.Statistics.Chance;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Document;
using ReuseBench.Reports.Wording;

namespace ReuseBench.Reports.Topics.Fairness;

/// <summary>Is the hash more uneven than chance, over hash seeds and over shapes of the sources?</summary>
internal static class ChanceSection
{
    public static IEnumerable<Block> Of(TopicMaterial material, string topic)
    {
        RunAnalysis run = material.Run;
        HashEvidence evidence = run.Once(HashEvidence.Of);
        IReadOnlyList<ChanceSummary> all = evidence.Hash;
        if (all.Count == 0)
        {
            yield break;
        }

        Paragraph counted = new(
            "Counted without a server: connections are opened from chosen client addresses and ports (tuples) and reset at once; the "
                + "listeners record whom they accepted. "
            + $"By the kernel's rule the same tuple always meets the same listener, so chance is about distinct tuples, never about "
            + $"connections. {evidence.Again.Sentence} "
            + (all.Any(s => s.SharesSeed)
                ? "Repeats without a network namespace of their own share the host's hash seed: they are not independent, and neither a "
                    + "pooled p nor the uniformity of p is given for them."
                : "Each repeat has a network namespace and so a hash seed of its own.")
            + (AcceptProbe.Rate(run) is { } rate ? $" {AcceptProbe.Say(rate)}" : ""));
        foreach (Block picture in material.Pictures(ChanceBySizeChart.ChartName))
        {
            yield return picture;
        }

        IReadOnlyList<ChanceSummary> seeds = evidence.OverSeeds;
        int tested = evidence.Tested.Count;
        yield return new Table(
            $"The hash over seeds ({seeds[0].Cell.Conditions.Label}). p: of χ² over all seeds, two-sided, since too even is no more what "
                + $"chance gives than too uneven. Uniformity: are the p-values of the repeats spread evenly, by Kolmogorov and Smirnov. "
            + $"{(tested == 0 ? "" : $"Where both can be had, {HashOverSeeds.Rate(tested)}. ")}{run.Provenance.Of(seeds.Select(s => s.Cell))}",
            ["Listeners", "Seeds", "Tuples", "max/mean", "Expected", "Within its 95 % band", "χ² (df), all seeds", "p", "Uniformity of p"],
            [
                .. seeds.Select(s => (IReadOnlyList<string>)
                [
                    $"{s.Cell.Workers}",
                    s.SharesSeed ? "1" : $"{s.Rows.Count}",
                    Choices(s),
                    Number(Median(s.Rows.Select(r => r.Chance.ChoicesMaxOverMean))),
                    Number(Median(s.Rows.Select(r => r.Chance.ChoicesMaxOverMeanExpected))),
                    $"{s.WithinBand} of {s.Banded}",
                    ChiSquare(s),
                    s.Pooled.TwoSidedPValue is double p ? Words.P(p) : $"– ({s.Pooled.Reason})",
                    s.Uniformity is { } u ? $"p = {Words.P(u.PValue)}" : s.SharesSeed ? "– (one hash seed)" : $"– (needs "
                        + $"{PValueUniformity.LeastRepeats} seeds and {PValueUniformity.LeastExpected:0} expected)",
                ]),
            ]);

        foreach (Block full in material.InFull(topic, f => f is not BusiestFinding))
        {
            yield return full;
        }

        List<Block> folded = [counted];
        ChanceSummary[] plans = [.. all.Except(seeds)];
        if (plans.Length > 0)
        {
            int tests = plans.Count(s => s.Pooled.PValue is not null);
            folded.Add(new Table(
                "The shape of the sources. The effect is the greatest deviation of a listener's share of tuples from the even share, in "
                    + "points of a hundred, and its interval, both of the one repeat named: the one whose interval begins highest. "
                    + $"Each repeat's interval is made at an error rate of 0.05 divided by the number of its row's repeats and by the "
                    + $"{Words.Count(plans.Length, "row")} of the table, so that all intervals behind the table hold at once; one that begins "
                    + "at 0 is compatible with no bias at all. "
                    + $"{PCaveat(tests)}{run.Provenance.Of(plans.Select(s => s.Cell))}",
                ["Source plan", "Sources", "Listeners", "Repeats", "Tuples", "Connections", "Effect", "95 % interval, all rows at once", "p"],
                [.. plans.OrderBy(s => s.Cell.Cell.Load.SourcePlan.ToString(), StringComparer.Ordinal)
                    .ThenBy(s => s.Cell.Cell.Load.Sources.ToString(), StringComparer.Ordinal).Select(s => PlanRow(s, plans.Length))]));
        }

        yield return new Fold(plans.Length > 0 ? "How this was counted, and by source plan" : "How this was counted", folded);
    }

    private static IReadOnlyList<string> PlanRow(ChanceSummary s, int rows)
    {
        (int Repeat, ShareDeviation Share)? deviation = s.Deviation(rows);
        return
        [
            s.Cell.Cell.Load.SourcePlan.ToString(),
            s.Cell.Cell.Load.Sources.ToString(),
            $"{s.Cell.Workers}",
            CellWords.Repeats(s.Cell, Core.Verdicts.Figures.Fairness),
            Choices(s),
            $"{Median(s.Rows.Select(r => (double?)r.Row.ConnectionsOpened)):0}",
            deviation is { } d ? $"{Words.Percent(d.Share.Largest)} (repeat {d.Repeat})" : "–",
            deviation is { } e ? $"{Words.Percent(e.Share.Low)} to {Words.Percent(e.Share.High)}" : "–",
            s.Pooled.PValue is double p ? Words.P(p) : s.SharesSeed ? $"– ({s.Pooled.Reason})"
                : $"– ({s.Rows.Select(r => r.Chance.Chi2Reason).FirstOrDefault(r => r is not null) ?? s.Pooled.Reason})",
        ];
    }

    private static string PCaveat(int tests) => tests == 0 ? "" : string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $"p is that of χ² over all repeats of a row, by itself: of {Words.Count(tests, "p-value")} {0.05 * tests:0.#} lie below 0.05 by "
            + $"chance on average, so that one alone says something of this table only below {0.05 / tests:0.####}. ");

    private static string Choices(ChanceSummary s) => Median(s.Rows.Select(r => (double?)r.Chance.Choices)) is double choices ? $"{choices:0}" : "–";

    private static string ChiSquare(ChanceSummary s) =>
        s.Pooled.Statistic is double statistic ? $"{statistic:0.#} ({s.Pooled.DegreesOfFreedom})" : "–";

    private static double? Median(IEnumerable<double?> values) => Sample.Of(values.OfType<double>())?.Median;

    private static string Number(double? value) => value is double number
        ? number.ToString("0.0000", System.Globalization.CultureInfo.InvariantCulture) : "–";
}
