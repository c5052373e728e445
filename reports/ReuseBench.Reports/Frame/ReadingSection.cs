using System.Globalization;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Document;

namespace ReuseBench.Reports.Frame;

/// <summary>How to read the report, in a few sentences.</summary>
internal static class ReadingSection
{
    public static Section Of() => new("How to read this", [.. Blocks()]);

    private static IEnumerable<Block> Blocks() =>
    [
        new Paragraph(
            "A figure is the median over the repeats that are valid, with its uncertainty: the 95 % interval of the median from six repeats on, "
            + "otherwise the smallest and largest repeat (min–max). Percentiles come from the merged histograms of the repeats and are never averaged."),
        new Paragraph(string.Create(
            CultureInfo.InvariantCulture,
            $"Cells are ranked only under equal conditions and on the same CPUs, and one is called behind another only where their ranges do not overlap and each has at least {Ranking.FewestRepeats} repeats. "
            + $"The leader is the best of many, so chance alone puts some cell behind the more often the more cells there are: "
            + $"with {Ranking.FewestRepeats} repeats each, in {InHundred(2)} of 100 runs of 2 equal cells and in {InHundred(10)} of 100 runs of 10. Each finding says it for its own cells. "
            + $"Cells whose ranges overlap are not separated here, which does not mean equal.")),
        new Paragraph("Closed-loop and open-loop figures are never in one chart. A star or an open marker means limited; a dash means no figure, with the reason beside it."),
    ];

    private static double InHundred(int cells) => Math.Round(100 * SeparationByChance.Of(Enumerable.Repeat(Ranking.FewestRepeats, cells)));
}
