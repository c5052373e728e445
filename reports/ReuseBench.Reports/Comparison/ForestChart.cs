using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Drawing;
using ReuseBench.Reports.Wording;
using ScottPlot;

namespace ReuseBench.Reports.Comparison;

/// <summary>Ratios with their intervals, one line for each cell, about the line of no difference and the band of the margin.</summary>
public static class ForestChart
{
    /// <summary>More nobody reads in one picture; the tables have all.</summary>
    private const int MostRows = 40;

    private const int MostCharacters = 70;

    /// <summary>What lies further out is drawn up to the edge.</summary>
    private const double MostRatio = 4;

    /// <summary>Of the reach: left free at the edges, for the arrow of what lies beyond.</summary>
    private const double EdgeRoom = 0.06;

    private static readonly Color Band = SeriesStyle.Pale;
    private static readonly Color Worse = SeriesStyle.Vermillion;
    private static readonly Color Better = SeriesStyle.BluishGreen;

    /// <param name="comparison">What came out.</param>
    /// <param name="path">A picture, .png or .svg; replaced.</param>
    /// <param name="fonts">Where its font comes from.</param>
    /// <returns>False where the host has no font, or nothing was compared.</returns>
    public static bool Draw(RunComparison comparison, string path, IFontFinder fonts)
    {
        CellComparison[] rows = [.. comparison.Cells.Where(c => c.Ratio is not null).Take(MostRows)];
        if (rows.Length == 0 || fonts.FindSansSerif() is not string font)
        {
            return false;
        }

        ChartStyle style = new(font, new Provenance(comparison.Others[^1].Runs[0]));
        Sheet sheet = new()
        {
            FileStem = "comparison",
            Title = ComparisonText.Headline(comparison),
            Notes = [],
            Cells = [.. rows.Select(r => r.Cell)],
            Draw = () => [Panel(rows, comparison, style)],
            Legend =
            [
                .. rows.Select(r => Look(r.Verdict)).Distinct().Select(look => Marks.Entry(look.Name, look.Color, look.Shape)),
                Marks.Entry($"within {Words.Percent(comparison.Options.Margin)}", Band, MarkerShape.FilledSquare),
                .. rows.Any(r => IsBeyond(r.Ratio!.Low) || IsBeyond(r.Ratio.High))
                    ? [Marks.BoundEntry("goes on beyond the edge", isLower: true)] : Array.Empty<LegendItem>(),
            ],
            Columns = 1,
            PanelHeight = 120 + (26 * rows.Length),
        };
        SheetRenderer.Save(sheet, style, path);
        return true;
    }

    private static Plot Panel(CellComparison[] rows, RunComparison comparison, ChartStyle style)
    {
        (string[] labels, string common) = Label(rows);
        Plot plot = style.NewPanel(common, $"ratio to {comparison.Baseline.Name} (95 % interval)", "");
        double reach = Math.Min(Math.Log(MostRatio), rows.Max(r => Math.Max(Math.Abs(Math.Log(r.Ratio!.Low)), Math.Abs(Math.Log(r.Ratio.High)))) * 1.08);
        reach = Math.Max(reach, -2 * Math.Log(1 - comparison.Options.Margin));
        double Place(double ratio) => Math.Clamp(Math.Log(ratio), -reach, reach);
        double margin = -Math.Log(1 - comparison.Options.Margin);
        var band = plot.Add.Rectangle(-margin, margin, -0.6, rows.Length - 0.4);
        band.FillColor = Band;
        band.LineWidth = 0;
        Marks.Line(plot, 0, -0.6, 0, rows.Length - 0.4, SeriesStyle.Faint, 1);
        for (int i = 0; i < rows.Length; i++)
        {
            CellComparison row = rows[i];
            double y = rows.Length - 1 - i;
            (string name, Color color, MarkerShape shape) = Look(row.Verdict);
            Marks.Line(plot, Place(row.Ratio!.Low), y, Place(row.Ratio.High), y, color, 2);
            MarkText text = new(row.Cell.Label, row.Figure.Name, $"{Topics.RankingWords.Ratio(row.Ratio.Ratio)} (95 % "
                + $"{Topics.RankingWords.Ratio(row.Ratio.Low)} to {Topics.RankingWords.Ratio(row.Ratio.High)}): {name}");
            if (!IsBeyond(row.Ratio.Ratio))
            {
                Marks.Add(plot, Place(row.Ratio.Ratio), y, shape, Marks.Size, color, text);
            }

            foreach (double end in ((double[])[row.Ratio.Low, row.Ratio.High]).Where(IsBeyond))
            {
                Marks.Bound(plot, Math.Sign(Math.Log(end)) * reach, y, color, isLower: end > 1, IsBeyond(row.Ratio.Ratio) ? text : null);
            }
        }

        plot.Axes.Left.TickGenerator = Ticks.Categories([.. labels.Reverse()]);
        plot.Axes.Left.MajorTickStyle.Length = 0;
        plot.Axes.Bottom.TickGenerator = RatioTicks(reach);
        plot.Axes.SetLimits(-reach * (1 + EdgeRoom), reach * (1 + EdgeRoom), -0.6, rows.Length - 0.4);
        return plot;
    }

    /// <summary>What tells the rows apart, and what they share: that is said once.</summary>
    private static (string[] Labels, string Common) Label(CellComparison[] rows)
    {
        string[][] parts = [.. rows.Select(r => new[] { r.Cell.Label, r.Cell.Conditions.Load, r.Figure.Name })];
        int[] shared = [.. Enumerable.Range(1, 2).Where(i => parts.All(p => p[i] == parts[0][i]))];
        string Cut(string text) => text.Length <= MostCharacters ? text : text[..(MostCharacters - 1)] + "…";
        return (
            [.. parts.Select(p => Cut(string.Join("; ", p.Where((_, i) => !shared.Contains(i)))))],
            string.Join(", ", shared.Reverse().Select(i => parts[0][i])));
    }

    /// <summary>Whether an end lies further out than is drawn.</summary>
    private static bool IsBeyond(double ratio) => Math.Abs(Math.Log(ratio)) > Math.Log(MostRatio);

    private static (string Name, Color Color, MarkerShape Shape) Look(ComparisonVerdict verdict) => verdict switch
    {
        ComparisonVerdict.Worse => ("worse", Worse, MarkerShape.FilledTriangleDown),
        ComparisonVerdict.Better => ("better", Better, MarkerShape.FilledTriangleUp),
        ComparisonVerdict.Equivalent => ("equivalent", SeriesStyle.Faint, MarkerShape.FilledCircle),
        _ => ("not decided", SeriesStyle.Ink, MarkerShape.OpenCircle),
    };

    /// <summary>Five to nine round ratios, as far from 1 to the left as to the right.</summary>
    private static ScottPlot.TickGenerators.NumericManual RatioTicks(double reach)
    {
        double[] above = reach < 0.15 ? [1.05, 1.1, 1.15] : reach < 0.5 ? [1.1, 1.25, 1.5] : [1.25, 1.5, 2, 3, 4];
        double[] shown = [.. above.Where(r => Math.Log(r) <= reach)];
        double[] all = [.. shown.Reverse().Select(r => 1 / r), 1, .. shown];
        return new([.. all.Select(r => Math.Log(r))], [.. all.Select(r => r.ToString("0.##", System.Globalization.CultureInfo.InvariantCulture))]);
    }
}
