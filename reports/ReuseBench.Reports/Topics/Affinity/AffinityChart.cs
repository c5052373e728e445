using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Drawing;
using ReuseBench.Reports.Wording;
using ScottPlot;

namespace ReuseBench.Reports.Topics.Affinity;

/// <summary>A heat map of stability: the share of tuples that keep their listener, by change of the group and group size.</summary>
public sealed class AffinityChart : IChart
{
    // From nearly white to a green that black text can be read on; figures stand in the fields, so that colour is not the only key.
    private static readonly Color None = Color.FromHex("#f2f7f5");
    private static readonly Color Full = Color.FromHex("#35b38e");

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
                Title = Title([.. kind]),
                AltText = $"{Title([.. kind])}. Heat map: share of the client addresses and ports that keep their listener, by change and number of listeners.",
                Notes =
                [
                    "Each field: share of client addresses and ports (tuples) that keep their listener, in % (the darker, the more), and in brackets "
                        + "the share that the kernel's rule gives a uniform hash. "
                        + "A field with an exclamation mark contradicts the rule: a tuple moved against it, or a share is farther from it "
                        + "than chance at an error rate of 0.05 over all fields together.",
                    .. Fields(changes, sizes).Any(f => !kind.Any(a => Is(a, f))) ? ["A grey field with a dash was not measured: a group of "
                        + "two has no middle listener, say."] : Array.Empty<string>(),
                ],
                Cells = [.. run.Cells.Where(c => kind.Any(a => a.CellId == c.Id))],
                Draw = () => [Draw([.. kind], changes, sizes, style)],
                Legend =
                [
                    .. Fields(changes, sizes).Any(f => !kind.Any(a => Is(a, f)))
                        ? [Marks.Entry("not measured", NotMeasured, MarkerShape.FilledSquare)] : Array.Empty<LegendItem>(),
                ],
                Columns = 1,
                PanelHeight = 110 + (46 * changes.Length),
            });
        }

        return new ChartDrawing(sheets, []);
    }

    /// <summary>As the findings of the changes say.</summary>
    private static string Title(AffinityShare[] shares)
    {
        string kind = shares[0].Processes > 1 ? "processes" : "sockets of one process";
        int against = shares.Count(s => !s.FollowsRule);
        return against == 0 ? $"Client addresses and ports keep their listener as the kernel's rule says when a group of {kind} changes"
            : $"{against} of {shares.Length} shares of clients that keep their listener {(against == 1 ? "contradicts" : "contradict")} the kernel's rule when "
                + $"a group of {kind} changes";
    }

    private static Plot Draw(AffinityShare[] shares, string[] changes, int[] sizes, ChartStyle style)
    {
        Plot plot = style.NewPanel("", "listeners before the change", "");
        foreach ((string Change, int Listeners) empty in Fields(changes, sizes).Where(f => !shares.Any(a => Is(a, f))))
        {
            AddField(plot, Array.IndexOf(sizes, empty.Listeners), changes.Length - 1 - Array.IndexOf(changes, empty.Change), NotMeasured, "–");
        }

        foreach (AffinityShare share in shares)
        {
            int x = Array.IndexOf(sizes, share.Listeners);
            int y = changes.Length - 1 - Array.IndexOf(changes, share.Change);
            string text = $"{100 * share.Kept:0}{(share.FollowsRule ? "" : " !")}\n({100 * share.Expected:0})";
            AddField(plot, x, y, None.MixedWith(Full, share.Kept), text);
            Marks.Name(plot, x, y, new MarkText(AffinityShare.Words(share.Change), Words.Count(share.Listeners, "listener"),
                $"{Words.Percent(share.Kept)} of {share.Tuples} tuples kept (rule: {Words.Percent(share.Expected)})"));
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

    private static void AddField(Plot plot, int x, int y, Color fill, string text)
    {
        var field = plot.Add.Rectangle(x - 0.48, x + 0.48, y - 0.46, y + 0.46);
        field.FillColor = fill;
        field.LineWidth = 0;
        var label = plot.Add.Text(text, x, y);
        label.LabelStyle.FontSize = 12;
        label.LabelStyle.ForeColor = SeriesStyle.Ink;
        label.LabelStyle.Alignment = Alignment.MiddleCenter;
    }
}
