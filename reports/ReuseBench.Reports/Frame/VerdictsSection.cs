using System.Globalization;
using ReuseBench.Core.Results;
using ReuseBench.Core.Statistics.Blocks;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Data;
using ReuseBench.Reports.Document;
using ReuseBench.Reports.Wording;

namespace ReuseBench.Reports.Frame;

/// <summary>What the verdicts mean, how often each reason was found here, and what is not in the report.</summary>
internal static class VerdictsSection
{
    /// <param name="run">The run.</param>
    /// <param name="charts">What was left out of the charts.</param>
    public static Section Of(RunAnalysis run, IReadOnlyList<string> charts) =>
        new("How far can each number be trusted?", [.. Blocks(run), LeftOut.Of(run, charts)]) { Id = Section.VerdictsId };

    private static IEnumerable<Block> Blocks(RunAnalysis run)
    {
        MeasuredRepeat[] repeats = [.. run.Cells.SelectMany(c => c.Repeats)];
        yield return new Paragraph(
            $"{Words.Count(repeats.Length, "repeat")} of {Words.Count(run.Cells.Count, "cell")}: {VerdictTally.Of(run.Cells)}. Valid (✓): nothing speaks "
                + "against it. Limited (!): ranked and marked. Invalid (✗): kept in the CSV, in no median and never ranked. Skipped: not measured, \"Left "
                + "out\" says why.");
        if (repeats.Count(r => !r.IsSettled) is > 0 and int unsettled)
        {
            yield return new Paragraph(
                $"{Words.Count(unsettled, "repeat")} of {Tables.Results.FileName} {(unsettled == 1 ? "lacks" : "lack")} what only the whole run shows (such as "
                    + $"{VerdictRules.CpuSpeed.Code}): the run has not come to its end, or an earlier version wrote it. This report has it.");
        }

        double[] speeds = [.. repeats.Select(r => r.CpuSpeed?.Own).OfType<double>()];
        if (speeds.Length > 0)
        {
            yield return new Paragraph(string.Create(
                CultureInfo.InvariantCulture,
                $"The CPUs had {Percent(speeds.Min())} to {Percent(speeds.Max())} of the speed that is usual in this run on the same CPUs, over "
                    + $"{Words.Count(speeds.Length, "repeat")} in which it was measured, and at least {Percent(VerdictRules.CpuSpeedMarked)} in "
                    + $"{speeds.Count(s => s >= VerdictRules.CpuSpeedMarked)} of them."));
        }

        IReadOnlyList<ReasonCount> found = ReasonCount.Of(run.Cells);
        if (found.Count > 0)
        {
            yield return new Table(
                "Reasons found in this run. A reason affects only the figures named with it. Repeats affected: those whose experiment is about such a figure; "
                    + "the sentences above count these. Repeats that have it: all, as verdict_reasons in results.csv; a restart, say, has no latency to lose. "
                    + "A repeat may have several reasons.",
                [
                    new Column("Reason"), new Column("Affects"), new Column("Repeats affected") { IsNumber = true },
                    new Column("Repeats that have it") { IsNumber = true }, new Column("Meaning"), new Column("What helps"),
                ],
                [
                    .. found.Select(r => (IReadOnlyList<Entry>)
                    [
                        new Entry("") { Marks = [new VerdictMark(r.Rule.Grade, r.Rule.Code, r.Rule.Text)] },
                        r.Rule.Affects == Figures.All ? "all figures" : r.Rule.Affects.ToString().ToLowerInvariant(),
                        $"{r.Affected}",
                        $"{r.All}",
                        r.Rule.Meaning,
                        r.Rule.Advice,
                    ]),
                ]);
        }
    }

    private static string Percent(double share) => (100 * share).ToString("0", CultureInfo.InvariantCulture) + " %";
}

/// <summary>By which rules figures are made and compared, in a few sentences.</summary>
internal static class ReadingSection
{
    public static IEnumerable<Block> Of(RunAnalysis run) =>
    [
        new Paragraph(
            "Each value is the median of the valid repeats, with its range: the 95 % interval of the median from six repeats on, otherwise min–max. "
            + "Percentiles come from the merged histograms of the repeats and are never averaged. "
            + "If more than half of a cell's repeats are invalid, the report gives the "
            + "reason instead of a number. A percentile is shown only if at least ten samples lie above it."),
        new Paragraph(
            "Each repeat is judged by what its experiment is about: a restart by its gap, counts by the counts, throughput and latency by all figures."),
        new Paragraph(Ranked(run.Rankings.Family, run.Margin, run.Looks)),
        .. RoundsWords.Of(run.Rankings) is { } rounds ? [new Paragraph(rounds)] : Array.Empty<Block>(),
        new Paragraph("Closed-loop and open-loop figures are never in one chart. An open marker means limited; a dash means no value, and its mark says why."),
    ];

    /// <summary>The one place where the report's error rate is said.</summary>
    private static string Ranked(ComparisonFamily family, double margin, int looks)
    {
        double percent = 100 * family.Alpha * looks;
        string looked = looks > 1
            ? $"The run looked at its figures up to {looks} times to see what was still open; each look has its part of that rate. "
            : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Cells are compared only under equal conditions, on the same CPUs and with at least {Contest.FewestRepeats} valid repeats each, within the rounds "
                + $"of the run: log figure = cell + round, where a round holds each cell once. All comparisons of this report share one error rate of "
                + $"{percent:0.##} %: if no cells differed, at most {percent:0.##} of 100 such reports would call any cell behind. {looked}Within a "
                + $"group the intervals of all ratios hold at once (max-T over {family.Orders} random orders within rounds); over the groups "
                + $"Holm's rule divides the rate, here by {family.Counted} (of {family.Groups.Count} groups; one with too few repeats to be "
                + $"decided is not counted). \"Not separated\" does not mean equal: equal to "
                + $"within {100 * margin:0.##} % is said only where the whole interval is.");
    }
}
