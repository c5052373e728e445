using ReuseBench.Core.Cells;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Data;
using ReuseBench.Reports.Drawing;
using ReuseBench.Reports.Wording;
using ScottPlot;

namespace ReuseBench.Reports.Topics.Fairness;

/// <summary>
/// Accepted connections by listener against the even share: a panel for each variant and accept mode, a sheet for each load and number
/// of workers. Cells of the fairness experiment where there are any, otherwise the throughput cells.
/// </summary>
public sealed class ListenerShareChart : IChart
{
    private static readonly Color BandFill = Color.FromHex("#dddddd");

    private static readonly SeriesStyle EvenShare = new(SeriesStyle.Ink, MarkerShape.None, MarkerShape.None, Dashes.Long);

    public const string ChartName = "connections-by-listener";

    public string Name => ChartName;

    public ChartDrawing Draw(RunAnalysis run, ChartStyle style)
    {
        MeasuredCell[] spread = [.. run.Cells.Where(c => c.Repeats.Any(HasShares))];
        MeasuredCell[] shown = [.. spread.Where(c => c.Is(Experiment.Fairness) && !c.IsAcceptOnly)];
        if (shown.Length == 0)
        {
            shown = [.. spread.Where(c => c.Is(Experiment.Throughput) && c.Conditions.IsConnect)];
        }

        if (shown.Length == 0)
        {
            return new ChartDrawing(
                [], ["Connections by listener: no cell that spreads connections over several listeners or workers was measured."]);
        }

        List<Sheet> sheets = [];
        foreach (var group in shown.GroupBy(c => (c.Conditions, c.Workers)))
        {
            MeasuredCell[][] pages = [.. group.OrderBy(c => c.Series).Chunk(Panels.AlikeOnASheet)];
            for (int i = 0; i < pages.Length; i++)
            {
                sheets.Add(NewSheet(pages[i], i, pages.Length, sheets.Count, run, style));
            }
        }

        return new ChartDrawing(sheets, []);
    }

    private static bool HasShares(MeasuredRepeat repeat) => repeat.Listeners.Count > 1 && repeat.Listeners.Sum(l => l.Accepted) > 0;

    private static Sheet NewSheet(MeasuredCell[] cells, int index, int pages, int before, RunAnalysis run, ChartStyle style)
    {
        MeasuredCell first = cells[0];
        double top = cells.SelectMany(c => c.Repeats).Where(HasShares).SelectMany(Shares).Max(s => s.Percent);
        string part = pages == 1 ? "" : $" ({index + 1} of {pages})";
        Estimate[] estimates = [.. cells.Select(c => run.Median(c, Figure.AcceptedMaxOverMean))];
        return new Sheet
        {
            FileStem = before == 0 ? "connections-by-listener" : $"connections-by-listener-{before + 1}",
            Title = $"{Finding(estimates, run)}{first.Conditions.Load}{ServiceWords.After(first.Conditions)}{part}",
            AltText = $"{Finding(estimates, run)}{first.Conditions.Load}. Share of the connections by {Place(cells)}, {Words.Count(first.Workers, "worker")}.",
            Notes =
            [
                $"Conditions: {first.Conditions.Label}.",
                $"Each marker is one repeat: the share of all accepted connections that one {Place(cells)} got. The dashed line is the even share"
                    + (cells.Any(c => Band(c) is not null)
                        ? "; within the grey band an ideal uniform hash keeps all listeners at once, 95 times in 100. " : ". ")
                    + "Unevenness of the size that chance alone makes is no fault of a variant.",
                .. RestrictionWords.Say(estimates),
            ],
            Cells = cells,
            Draw = () => [.. cells.Select(c => Draw(c, top, style))],
            Legend = [.. Legend(cells)],
            Columns = cells.Length switch { 1 => 1, 2 or 4 => 2, _ => 3 },
            PanelHeight = cells.Length == 1 ? 340 : cells.Length <= 3 ? 400 : 320,
        };
    }

    /// <summary>Who was busiest of those that chance alone does not explain, by the figure that the findings give, beside what is expected of it.</summary>
    private static string Finding(Estimate[] estimates, RunAnalysis run)
    {
        Estimate? most = estimates.Where(e => e.Value is not null && run.Of(e.Cell, BusiestByChance.Of).Claim != BusiestByChance.WithinChance)
            .MaxBy(e => e.Value);
        return most is null ? "Connections by listener: "
            : $"{Words.Sentence(most.Cell.Series.Label)}: the busiest of {most.Cell.Workers} {Place([most.Cell])}s got "
                + $"{RankingWords.Ratio(most.Value!.Value)} × the even share{run.Of(most.Cell, BusiestByChance.Of).InTitle}; ";
    }

    /// <summary>What a share is of: workers share one listener, or each has its own.</summary>
    private static string Place(MeasuredCell[] cells)
    {
        string[] places = [.. cells.Select(c => c.Row.Listeners > 1 ? "listener" : "worker").Distinct().Order(StringComparer.Ordinal)];
        return string.Join(" or ", places);
    }

    /// <summary>The panels name their series.</summary>
    private static IEnumerable<LegendItem> Legend(MeasuredCell[] cells)
    {
        yield return Marks.LineEntry("even share", EvenShare, MarkerShape.None);
        if (cells.Any(c => Band(c) is not null))
        {
            yield return Marks.Entry("95 % band of an ideal hash", BandFill, MarkerShape.FilledSquare);
        }

        MeasuredRepeat[] repeats = [.. cells.SelectMany(c => c.Repeats).Where(HasShares)];
        if (repeats.Any(r => r.Verdict.GradeFor(Figures.Fairness) == Grade.Limited))
        {
            yield return Marks.LimitedEntry;
        }

        if (repeats.Any(r => !r.IsValid(Figures.Fairness)))
        {
            yield return Marks.InvalidEntry;
        }
    }

    private static Plot Draw(MeasuredCell cell, double top, ChartStyle style)
    {
        Plot plot = style.NewPanel(cell.Series.Label, Place([cell]), "% of connections");
        SeriesStyle look = SeriesStyle.Of(cell.Series);
        int listeners = cell.Repeats.Max(r => r.Listeners.Count);
        MeasuredRepeat[] repeats = [.. cell.Repeats.Where(HasShares)];
        if (Band(cell) is (double low, double high))
        {
            var band = plot.Add.Rectangle(-0.6, listeners - 0.4, low, high);
            band.FillColor = BandFill;
            band.LineWidth = 0;
        }

        for (int i = 0; i < repeats.Length; i++)
        {
            double offset = repeats.Length == 1 ? 0 : 0.4 * ((i / (repeats.Length - 1.0)) - 0.5);
            Grade grade = repeats[i].Verdict.GradeFor(Figures.Fairness);
            foreach ((int listener, double percent) in Shares(repeats[i]))
            {
                if (grade == Grade.Invalid)
                {
                    Marks.InvalidPoint(plot, listener + offset, percent, look, Said(cell, repeats[i], listener, percent));
                }
                else
                {
                    Marks.Point(plot, listener + offset, percent, look, grade, listeners > 16 ? Marks.Size - 4 : Marks.Size - 1,
                        Said(cell, repeats[i], listener, percent));
                }
            }
        }

        EvenShare.Line.Add(plot, [new Coordinates(-1, 100.0 / listeners), new Coordinates(listeners, 100.0 / listeners)], EvenShare.Color, 2);
        int step = Math.Max(1, listeners / 8);
        plot.Axes.Bottom.TickGenerator = new ScottPlot.TickGenerators.NumericManual(
            [.. Enumerable.Range(0, listeners).Where(l => l % step == 0).Select(l => (double)l)],
            [.. Enumerable.Range(0, listeners).Where(l => l % step == 0).Select(l => $"{l}")]);
        plot.Grid.XAxisStyle.IsVisible = false;
        // A little below 0, so that the mark of a listener without any connection is whole.
        double highest = Math.Max(top, 100.0 / listeners);
        plot.Axes.SetLimits(-0.6, listeners - 0.4, -0.05 * highest, 1.08 * highest);
        return plot;
    }

    private static MarkText Said(MeasuredCell cell, MeasuredRepeat repeat, int listener, double percent) => new(
        cell.Series.Label, $"{Place([cell])} {listener}, repeat {repeat.Row.Repeat}", $"{Quantity.Ratio.Text(percent)} % of the connections");

    /// <summary>In percent; of the repeat with the fewest choices, where chance has most room. Null where equal shares are not meant.</summary>
    private static (double Low, double High)? Band(MeasuredCell cell)
    {
        (double, double)[] bands =
        [
            .. cell.Repeats.SelectMany(r => r.Listeners.Select(l => r.Chance.OfListener(l.Listener)))
                .Where(c => c is { Low: not null, High: not null })
                .Select(c => (100 * c!.Low!.Value, 100 * c.High!.Value)),
        ];
        return bands.Length == 0 ? null : bands.MaxBy(b => b.Item2 - b.Item1);
    }

    private static IEnumerable<(int Listener, double Percent)> Shares(MeasuredRepeat repeat)
    {
        double sum = repeat.Listeners.Sum(l => l.Accepted);
        return repeat.Listeners.Select(l => (l.Listener, 100 * l.Accepted / sum));
    }
}
