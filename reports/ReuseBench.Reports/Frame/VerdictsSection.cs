using System.Globalization;
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
            $"{Words.Count(repeats.Length, "repeat")}: {VerdictTally.Of(run.Cells)}. Valid (✓): nothing speaks against it. Limited (!): ranked and marked. "
                + "Invalid (✗): kept in the CSV, in no median and never ranked. Skipped: left out by rule, or not possible on this host.");
        double[] speeds = [.. repeats.Select(r => r.CpuSpeed?.Own).OfType<double>()];
        if (speeds.Length > 0)
        {
            yield return new Paragraph(string.Create(
                CultureInfo.InvariantCulture,
                $"The CPUs had {Percent(speeds.Min())} to {Percent(speeds.Max())} of the speed that is usual in this run on the same CPUs, over "
                    + $"{speeds.Length} repeats, and at least {Percent(VerdictRules.CpuSpeedMarked)} in "
                    + $"{speeds.Count(s => s >= VerdictRules.CpuSpeedMarked)}."));
        }

        VerdictRule[] found = [.. repeats.SelectMany(r => r.Verdict.Reasons).DistinctBy(r => r.Code)];
        if (found.Length > 0)
        {
            yield return new Table(
                "Reasons found in this run. A reason affects only the figures named with it.",
                [new Column("Reason"), new Column("Affects"), new Column("Repeats") { IsNumber = true }, new Column("Meaning"), new Column("What helps")],
                [
                    .. found.OrderByDescending(r => r.Grade).ThenBy(r => r.Code, StringComparer.Ordinal).Select(r => (IReadOnlyList<Entry>)
                    [
                        new Entry("") { Marks = [new VerdictMark(r.Grade, r.Code, r.Text)] },
                        r.Affects == Figures.All ? "all figures" : r.Affects.ToString().ToLowerInvariant(),
                        $"{repeats.Count(x => x.Verdict.Reasons.Any(y => y.Code == r.Code))}",
                        r.Meaning,
                        r.Advice,
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
