using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Tables;
using ScottPlot;

namespace ReuseBench.Reports.Charts;

/// <summary>Markers and their legend entries.</summary>
internal static class Marks
{
    public const float Size = 10;
    private const float OutlineWidth = 1.8f;

    /// <summary>A point of a series: filled where it is valid in full, open where the claim is limited.</summary>
    public static void Point(Plot plot, double x, double y, SeriesStyle style, Grade grade, float size = Size)
    {
        var marker = plot.Add.Marker(x, y, Shape(style, grade), size, style.Color);
        marker.MarkerStyle.LineColor = style.Color;
        marker.MarkerStyle.LineWidth = OutlineWidth;
        marker.MarkerStyle.OutlineColor = style.Color;
    }

    /// <summary>A repeat that is not valid: a cross in the colour of its series.</summary>
    public static void InvalidPoint(Plot plot, double x, double y, SeriesStyle style)
    {
        var marker = plot.Add.Marker(x, y, MarkerShape.Eks, Size - 2, style.Color);
        marker.MarkerStyle.LineWidth = OutlineWidth;
        marker.MarkerStyle.LineColor = style.Color;
    }

    /// <summary>The entry of a series that is drawn as a line.</summary>
    public static LegendItem LineEntry(Series series) => LineEntry(series.Label, SeriesStyle.Of(series), SeriesStyle.Of(series).Filled);

    public static LegendItem LineEntry(string text, SeriesStyle look, MarkerShape shape)
    {
        LegendItem item = Entry(text, look.Color, MarkerShape.FilledCircle);
        item.MarkerStyle.CustomRenderer = new LineMarker(look, shape);
        return item;
    }

    /// <summary>The entry of a series that is drawn as dots.</summary>
    public static LegendItem DotEntry(Series series) => Entry(series.Label, SeriesStyle.Of(series).Color, SeriesStyle.Of(series).Filled);

    public static LegendItem LimitedEntry { get; } = Entry("open marker: limited", SeriesStyle.Faint, MarkerShape.OpenCircle);

    public static LegendItem InvalidEntry { get; } = Entry("invalid repeat, in no median", SeriesStyle.Faint, MarkerShape.Eks);

    public static LegendItem Entry(string text, Color color, MarkerShape shape)
    {
        LegendItem item = new() { LabelText = text, MarkerShape = shape, MarkerSize = Size, MarkerColor = color, LineWidth = 0 };
        item.MarkerStyle.LineColor = color;
        item.MarkerStyle.LineWidth = OutlineWidth;
        item.MarkerStyle.OutlineColor = color;
        return item;
    }

    private static MarkerShape Shape(SeriesStyle style, Grade grade) => grade == Grade.Ok ? style.Filled : style.Open;
}
