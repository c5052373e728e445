using ReuseBench.Core.Cells;
using ReuseBench.Reports.Data;
using ReuseBench.Reports.Drawing;
using ScottPlot;

namespace ReuseBench.Reports.Topics.Restart;

/// <summary>How restarts are drawn: by the way they were stopped, since what they are named for stands beside each row.</summary>
internal static class RestartLook
{
    private static readonly SeriesStyle Stopped = new(Color.FromHex("#0072b2"), MarkerShape.FilledCircle, MarkerShape.OpenCircle, Dashes.Solid);
    private static readonly SeriesStyle Killed = new(Color.FromHex("#d55e00"), MarkerShape.FilledDiamond, MarkerShape.OpenDiamond, Dashes.Solid);

    public static SeriesStyle Of(MeasuredCell cell) => IsKill(cell) ? Killed : Stopped;

    /// <summary>An entry for each kind that is among the cells.</summary>
    public static IEnumerable<LegendItem> Entries(IEnumerable<MeasuredCell> cells) => cells.Select(IsKill).Distinct().Order()
        .Select(isKill => isKill ? Entry("one restart, SIGKILL", Killed) : Entry("one restart, graceful stop", Stopped));

    private static LegendItem Entry(string text, SeriesStyle look) => Marks.Entry(text, look.Color, look.Filled);

    private static bool IsKill(MeasuredCell cell) => cell.Cell.Restart is { Stop: StopSignal.Kill };
}
