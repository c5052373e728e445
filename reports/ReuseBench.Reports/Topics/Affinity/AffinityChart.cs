using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Drawing;
using ScottPlot;

namespace ReuseBench.Reports.Topics.Affinity;

/// <summary>A heat map of tuple stability: the share of tuples that keep their listener, by change of the group and group size.</summary>
public sealed class AffinityChart : IChart
{
    // From white to the green of reuseport; figures stand in the fields, so that colour is not the only key.
    private static readonly Color Full = Color.FromHex("#009e73");

    /// <summary>As dark as nothing of the scale from white to green: an empty field would look like 0 %.</summary>
    private static readonly Color NotMeasured = Color.FromHex("#dcdcdc");

    public string Name => "affinity";

    public ChartDrawing Draw(RunAnalysis run, ChartStyle style)
    {
        IReadOnlyList<AffinityShare> all = run.Once(AffinityShares.Of).All;
        if (all.Count == 0)
        {
            return new ChartDrawing([], ["Affinity: no change of a group was measured."]);
        }

        List<Sheet> sheets = [];
        foreach (IGrouping<bool, AffinityShare> kind in all.GroupBy(a => a.Processes > 1))
        {
            string[] changes = [.. kind.Select(a => a.Change).Distinct()];
            int[] sizes = [.. kind.Select(a => a.Listeners).Distinct().Order()];
            sheets.Add(new Sheet
            {
                FileStem = kind.Key ? "affinity-processes" : "affinity",
                Title = $"Tuples that keep their listener when the group changes, in % (listeners are "
                    + $"{(kind.Key ? "processes" : "sockets of one process")})",
                Notes =
                [
                    "Each field: observed share of tuples, and in brackets the share that the kernel's rule gives a uniform hash. "
                        + "A field with an exclamation mark contradicts the rule: a tuple moved against it, or a share is farther from it "
                        + "than chance at an error rate of 0.05 over all fields together.",
                    .. Fields(changes, sizes).Any(f => !kind.Any(a => Is(a, f))) ? ["A grey field with a dash was not measured: a group of "
                        + "two has no middle listener, say."] : Array.Empty<string>(),
                ],
                Cells = [.. run.Cells.Where(c => kind.Any(a => a.CellId == c.Id))],
                Draw = () => [Draw([.. kind], changes, sizes, style)],
                Legend = [],
                Columns = 1,
                PanelHeight = 110 + (52 * changes.Length),
            });
        }

        return new ChartDrawing(sheets, []);
    }

    private static Plot Draw(AffinityShare[] shares, string[] changes, int[] sizes, ChartStyle style)
    {
        Plot plot = style.NewPanel("", "listeners before the change", "");
        foreach ((string Change, int Listeners) empty in Fields(changes, sizes).Where(f => !shares.Any(a => Is(a, f))))
        {
            AddField(plot, Array.IndexOf(sizes, empty.Listeners), changes.Length - 1 - Array.IndexOf(changes, empty.Change), NotMeasured, "–",
                SeriesStyle.Ink, style);
        }

        foreach (AffinityShare share in shares)
        {
            int x = Array.IndexOf(sizes, share.Listeners);
            int y = changes.Length - 1 - Array.IndexOf(changes, share.Change);
            string text = $"{100 * share.Kept:0}{(share.FollowsRule ? "" : " !")}\n({100 * share.Expected:0})";
            AddField(plot, x, y, Colors.White.MixedWith(Full, share.Kept), text, share.Kept > 0.75 ? Colors.White : SeriesStyle.Ink, style);
        }

        plot.Axes.Bottom.TickGenerator = Ticks.Categories([.. sizes.Select(s => $"{s}")]);
        plot.Axes.Left.TickGenerator = Ticks.Categories([.. changes.Reverse().Select(AffinityShare.Words)]);
        plot.Grid.XAxisStyle.IsVisible = false;
        plot.Grid.YAxisStyle.IsVisible = false;
        plot.Axes.SetLimits(-0.5, sizes.Length - 0.5, -0.5, changes.Length - 0.5);
        return plot;
    }

    private static IEnumerable<(string Change, int Listeners)> Fields(string[] changes, int[] sizes) =>
        changes.SelectMany(c => sizes, (c, s) => (c, s));

    private static bool Is(AffinityShare share, (string Change, int Listeners) field) =>
        share.Change == field.Change && share.Listeners == field.Listeners;

    private static void AddField(Plot plot, int x, int y, Color fill, string text, Color ink, ChartStyle style)
    {
        var field = plot.Add.Rectangle(x - 0.48, x + 0.48, y - 0.46, y + 0.46);
        field.FillColor = fill;
        field.LineWidth = 0;
        var label = plot.Add.Text(text, x, y);
        label.LabelStyle.FontName = style.FontName;
        label.LabelStyle.FontSize = 12;
        label.LabelStyle.ForeColor = ink;
        label.LabelStyle.Alignment = Alignment.MiddleCenter;
    }
}
