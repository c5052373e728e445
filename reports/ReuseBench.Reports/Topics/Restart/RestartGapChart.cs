using System.Globalization;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Data;
using ReuseBench.Reports.Drawing;
using ScottPlot;

namespace ReuseBench.Reports.Topics.Restart;

/// <summary>
/// For how long connections were lost around a restart: a mark for each restart, a bar for the median of its row, a line for its spread.
/// </summary>
public sealed class RestartGapChart : IChart
{
    private const int RowsOnASheet = 16;
    private const double Jitter = 0.3;
    private const int MostNamed = 2;

    public string Name => "restart-gap";

    public ChartDrawing Draw(RunAnalysis run, ChartStyle style)
    {
        GapSummary[] all = [.. RestartLabel.Order(run.Cells.Where(c => c.Is(Experiment.Restart)).Select(c => run.Of(c, GapSummary.Of)), g => g.Cell)];
        GapSummary[] shown = [.. all.Where(g => g.Valid.Count + g.Invalid.Count > 0)];
        string[] leftOut = [.. all.Except(shown).Select(g => $"Restart gap, {g.Label}: {g.Text.TrimStart('–', ' ')}.")];
        if (shown.Length == 0)
        {
            return new ChartDrawing([], leftOut.Length > 0 ? leftOut : ["Restart gap: no restart cell was measured."]);
        }

        IReadOnlyList<GapSummary[]> pages = RestartLabel.Pages(shown, RowsOnASheet, g => g.Cell);
        return new ChartDrawing([.. pages.Select((page, i) => NewSheet(page, i, pages.Count, style))], leftOut);
    }

    private static Sheet NewSheet(GapSummary[] rows, int index, int pages, ChartStyle style)
    {
        (IReadOnlyList<string> labels, string common) = RestartLabel.Short([.. rows.Select(r => r.Cell)]);
        return new Sheet
        {
            FileStem = pages == 1 ? "restart-gap" : $"restart-gap-{index + 1}",
            Title = Title(rows) + (common.Length == 0 ? "" : $" ({common})"),
            AltText = $"{Title(rows)}. Restart gap in milliseconds, a row for each restart method{(common.Length == 0 ? "" : $"; {common}")}.",
            Notes =
            [
                "Each mark is one restart, at the most that its gap can have been; the thin line at its left reaches to the least."
                    + (rows.Any(HasMedianBar) ? " The upright bar is the median of the row, where it has several restarts and its median is a number." : "")
                    + (rows.Any(r => r.Spread is not null) ? " The thick line reaches over the 95 % interval of the median from six restarts on, below that "
                        + "from the least to the most (min–max)." : ""),
                "A connection that waits in a queue until the new process takes it is not lost; the longest time without a response is in the table.",
                .. rows.Any(r => r.Valid.Any(g => g.IsAtLeast)) ? ["An arrow to the right is a restart that was ended by the restart timeout: the gap is "
                    + "longer, and so may be the end of a line that reaches to one."] : Array.Empty<string>(),
                .. Uncertainty(rows),
                .. BelowResolution(rows),
                .. RestrictionWords.Say(rows.Select(r => r.Restrictions)),
            ],
            Cells = [.. rows.Select(r => r.Cell)],
            Draw = () => [Draw(rows, labels, style)],
            Legend = [.. Legend(rows)],
            Columns = 1,
            PanelHeight = 104 + (38 * rows.Length),
        };
    }

    private static IEnumerable<string> Uncertainty(GapSummary[] rows)
    {
        double[] uncertainties = [.. rows.SelectMany(r => r.Valid).Select(g => g.HighMs - g.LowMs).OfType<double>()];
        if (uncertainties.Length > 0 && uncertainties.Max() > 0)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"Each gap is known to within {uncertainties.Max():0.###} ms or better.");
        }
    }

    private static IEnumerable<string> BelowResolution(GapSummary[] rows)
    {
        double[] resolutions = [.. rows.SelectMany(r => r.Valid).Where(g => g.IsBelowResolution).Select(g => g.DrawnMs)];
        if (resolutions.Length > 0)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"An arrow to the left is a gap below the resolution of its restart (here up to {resolutions.Max():0.###} ms), where it is "
                    + $"drawn: that it was shorter is all that is known, and that it may have been none.");
        }
    }

    private static IEnumerable<Gap> Drawn(GapSummary row) => row.Valid.Concat(row.Invalid);

    private static IEnumerable<LegendItem> Legend(GapSummary[] rows)
    {
        // A restart that is invalid, or known from one side only, has another mark.
        foreach (LegendItem entry in RestartLook.Entries(rows.Where(r => r.Valid.Any(g => !IsBound(g))).Select(r => r.Cell)))
        {
            yield return entry;
        }

        if (rows.Any(HasMedianBar))
        {
            yield return Marks.Entry("median", SeriesStyle.Ink, MarkerShape.VerticalBar);
        }

        if (rows.Any(r => r.Restrictions.Count > 0 && r.Valid.Any(g => !IsBound(g))))
        {
            yield return Marks.LimitedEntry;
        }

        if (rows.Any(r => r.Valid.Any(g => g.IsBelowResolution)))
        {
            yield return Marks.BoundEntry("shorter than this, or none", isLower: false);
        }

        if (rows.Any(r => r.Valid.Any(g => g.IsAtLeast)))
        {
            yield return Marks.BoundEntry("≥ (timeout)", isLower: true);
        }

        if (rows.Any(r => r.Invalid.Count > 0))
        {
            yield return Marks.InvalidEntry;
        }
    }

    private static Plot Draw(GapSummary[] rows, IReadOnlyList<string> labels, ChartStyle style)
    {
        double[] values = [.. rows.SelectMany(Drawn).Select(g => g.DrawnMs)];
        double highest = values.Max();
        double smallest = values.Where(v => v > 0).DefaultIfEmpty(1).Min();

        // A gap of 0 whose resolution is not known has no place on a log axis; it is drawn on its left edge.
        double lowest = smallest / 2;
        double X(double ms) => Math.Log10(Math.Max(ms, lowest));

        Plot plot = style.NewPanel("", "gap, ms (log scale)", "");
        for (int i = 0; i < rows.Length; i++)
        {
            DrawRow(plot, rows[i], rows.Length - 1 - i, X);
        }

        plot.Axes.Left.TickGenerator = Ticks.Categories([.. labels.Reverse()]);
        plot.Axes.Left.MajorTickStyle.Length = 0;
        plot.Axes.Bottom.TickGenerator = Ticks.Log(lowest, Math.Max(highest, smallest), v => v.ToString("0.####", CultureInfo.InvariantCulture));
        (double left, double right) = AxisRange.FitLog(values.Concat(rows.SelectMany(r => r.Valid).Where(g => !IsBound(g)).Select(g => g.LowMs)).Select(X));
        plot.Axes.SetLimits(left, right, -0.6, rows.Length - 0.4);
        return plot;
    }

    /// <summary>A median that is only a bound is no place to put a bar; its arrows say so.</summary>
    private static bool HasMedianBar(GapSummary row) => row.Valid.Count > 1 && row.Median is { IsAtLeast: false, IsBelowResolution: false };

    /// <summary>Which methods lost nothing in any of their rows, and who lost most: as the findings say of each.</summary>
    private static string Title(GapSummary[] rows)
    {
        GapSummary[] processes = [.. rows.Where(r => !RestartLabel.IsLoop(r.Cell))];
        IGrouping<string, GapSummary>[] nothing =
            [.. processes.GroupBy(r => RestartLabel.MethodName(r.Cell)).Where(method => method.All(r => r.LostNothing))];
        string restarts = string.Join(" and ", nothing.SelectMany(method => method).GroupBy(r => GapSummary.Count(r.Cell.Cell.Restart, 1))
            .Select(alike => GapSummary.Count(alike.First().Cell.Cell.Restart, alike.Sum(r => r.Rows.Count))));
        GapSummary? worst = processes.Where(r => !r.LostNothing && r.Median is not null).MaxBy(r => r.Median!.DrawnMs);
        string lost = worst is null ? "" : $"{RestartLabel.MethodAndLoad(worst.Cell)} lost connections for {worst.Median!.Short}";
        string none = nothing.Length switch
        {
            0 => "",
            <= MostNamed => $"{string.Join(" and ", nothing.Select(method => method.Key))} lost nothing ({restarts})",
            _ => $"{nothing.Length} restart methods lost nothing ({restarts})"
        };
        string said = string.Join(", ", ((string[])[none, lost]).Where(t => t.Length > 0));
        return said.Length == 0 ? "Restart gap: for how long connections were lost" : said;
    }

    private static void DrawRow(Plot plot, GapSummary row, double y, Func<double, double> x)
    {
        SeriesStyle look = RestartLook.Of(row.Cell);
        Grade grade = row.Restrictions.Count > 0 ? Grade.Limited : Grade.Ok;
        int drawn = row.Valid.Count + row.Invalid.Count;
        if (row.Spread is { } spread)
        {
            // What may be none has no place on this axis: its triangles say so.
            double from = spread.LowMs > 0 ? spread.LowMs : row.Valid.Min(g => g.DrawnMs);
            Marks.Line(plot, x(from), y, x(spread.HighMs), y, look.Color, 2);
        }

        if (HasMedianBar(row) && row.Median is { } median)
        {
            Marks.Line(plot, x(median.DrawnMs), y - 0.4, x(median.DrawnMs), y + 0.4, SeriesStyle.Ink, 3);
        }

        for (int i = 0; i < row.Valid.Count; i++)
        {
            Gap gap = row.Valid[i];
            if (!IsBound(gap))
            {
                double at = y + Offset(i, drawn);
                Marks.Line(plot, x(gap.LowMs), at, x(gap.DrawnMs), at, look.Color, 1);
                MarkText text = new(row.Label, $"{row.Noun} {i + 1} of {drawn} by length", gap.Text);
                Marks.Point(plot, x(gap.DrawnMs), at, look, grade, Marks.Size - 2, text);
            }
        }

        foreach (IGrouping<(double, bool), (Gap Gap, int Place)> alike in row.Valid.Select((g, i) => (Gap: g, Place: i)).Where(g => IsBound(g.Gap))
            .GroupBy(g => (Math.Round(x(g.Gap.DrawnMs), 1), g.Gap.IsAtLeast)))
        {
            DrawBounds(plot, [.. alike.Select(g => g.Gap)], x, y + alike.Average(g => Offset(g.Place, drawn)), look, row);
        }

        for (int i = 0; i < row.Invalid.Count; i++)
        {
            Marks.InvalidPoint(plot, x(row.Invalid[i].DrawnMs), y + Offset(i + row.Valid.Count, drawn), look,
                new MarkText(row.Label, $"{row.Noun} of an invalid repeat", row.Invalid[i].Text));
        }
    }

    /// <summary>Bounds that would lie on each other are one arrow with their number: all of them hold where the outermost stands.</summary>
    private static void DrawBounds(Plot plot, Gap[] alike, Func<double, double> x, double y, SeriesStyle look, GapSummary row)
    {
        bool isAtLeast = alike[0].IsAtLeast;
        Gap outer = isAtLeast ? alike.MinBy(g => g.DrawnMs)! : alike.MaxBy(g => g.DrawnMs)!;
        Marks.Bound(plot, x(outer.DrawnMs), y, look.Color, isAtLeast, new MarkText(row.Label, row.Count(alike.Length), outer.Text));
        if (alike.Length > 1)
        {
            var text = plot.Add.Text($"{alike.Length} ×", x(outer.DrawnMs), y);
            text.LabelFontColor = SeriesStyle.Ink;
            text.LabelFontSize = 11;
            text.LabelAlignment = isAtLeast ? Alignment.MiddleLeft : Alignment.MiddleRight;
            text.OffsetX = (isAtLeast ? 1 : -1) * (BoundMarker.Length + 5);
        }
    }

    private static bool IsBound(Gap gap) => gap.IsAtLeast || gap.IsBelowResolution;

    /// <summary>Keeps equal values apart, evenly about the row's line.</summary>
    private static double Offset(int index, int count) => Jitter * ((2 * ((index + 0.5) / count)) - 1);
}

/// <summary>How restarts are drawn: by the way they were stopped, since what they are named for stands beside each row.</summary>
internal static class RestartLook
{
    private static readonly SeriesStyle Stopped = new(SeriesStyle.Blue, MarkerShape.FilledCircle, MarkerShape.OpenCircle, Dashes.Solid);
    private static readonly SeriesStyle Killed = new(SeriesStyle.Vermillion, MarkerShape.FilledDiamond, MarkerShape.OpenDiamond, Dashes.Solid);

    public static SeriesStyle Of(MeasuredCell cell) => IsKill(cell) ? Killed : Stopped;

    /// <summary>An entry for each kind that is among the cells.</summary>
    public static IEnumerable<LegendItem> Entries(IEnumerable<MeasuredCell> cells) => cells.Select(IsKill).Distinct().Order()
        .Select(isKill => isKill ? Entry("one restart, SIGKILL", Killed) : Entry("one restart, graceful stop", Stopped));

    private static LegendItem Entry(string text, SeriesStyle look) => Marks.Entry(text, look.Color, look.Filled);

    private static bool IsKill(MeasuredCell cell) => cell.Cell.Restart is { Stop: StopSignal.Kill };
}
