using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Data;
using ScottPlot;
using ScottPlot.PathStrategies;
using ScottPlot.Plottables;
using SkiaSharp;

namespace ReuseBench.Reports.Drawing;

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

    /// <summary>From one point to another.</summary>
    public static void Line(Plot plot, double fromX, double fromY, double toX, double toY, Color color, float width)
    {
        var line = plot.Add.Line(fromX, fromY, toX, toY);
        line.LineColor = color;
        line.LineWidth = width;
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

/// <summary>The legend's picture of a line with markers: a short piece of the line, dashed as in the chart, with the marker on it.</summary>
internal sealed class LineMarker(SeriesStyle look, MarkerShape shape) : IMarker
{
    private const float HalfLength = 15;
    private const float LineWidth = 2;

    public void Render(SKCanvas canvas, Paint paint, Pixel center, float size, MarkerStyle markerStyle)
    {
        using SKPath line = new();
        line.MoveTo(center.X - HalfLength, center.Y);
        line.LineTo(center.X + HalfLength, center.Y);
        using SKPath pieces = look.Line.Cut(new SKPath(line));
        using SKPaint stroke = new()
        {
            IsStroke = true,
            IsAntialias = true,
            StrokeWidth = LineWidth,
            Color = new SKColor(look.Color.Red, look.Color.Green, look.Color.Blue),
        };
        canvas.DrawPath(pieces, stroke);
        if (shape != MarkerShape.None)
        {
            new MarkerStyle(shape, size, look.Color).Render(canvas, center, paint);
        }
    }
}

/// <summary>The dashes of a line, on and off in layout pixels; none is a solid line.</summary>
/// <remarks>
/// ScottPlot's line patterns are Skia path effects, which Skia's SVG canvas ignores: a dashed line would come out solid there. So the
/// path itself is cut into dashes, for both formats alike.
/// </remarks>
public sealed class Dashes(params float[] lengths) : IPathStrategy
{
    public static Dashes Solid { get; } = new();

    public static Dashes Long { get; } = new(10, 5);

    public static Dashes Short { get; } = new(6, 3);

    public static Dashes Dots { get; } = new(2, 4);

    public SKPath GetPath(IEnumerable<Pixel> pixels) => Cut(new Straight().GetPath(pixels));

    /// <summary>A line through the points, with these dashes.</summary>
    public Scatter Add(Plot plot, Coordinates[] points, Color color, float width)
    {
        Scatter line = plot.Add.ScatterLine(points, color);
        line.LineWidth = width;
        line.PathStrategy = this;
        return line;
    }

    /// <summary>The same path as separate pieces.</summary>
    public SKPath Cut(SKPath path)
    {
        if (lengths.Length == 0)
        {
            return path;
        }

        using SKPathMeasure measure = new(path);
        SKPath pieces = new();
        float at = 0;
        for (int i = 0; at < measure.Length; i++)
        {
            float end = at + lengths[i % lengths.Length];
            if (i % 2 == 0)
            {
                measure.GetSegment(at, Math.Min(end, measure.Length), pieces, startWithMoveTo: true);
            }

            at = end;
        }

        path.Dispose();
        return pieces;
    }
}
