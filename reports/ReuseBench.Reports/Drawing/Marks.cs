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
    private const float FaintSize = 5;
    private const double FaintAlpha = 0.45;

    /// <summary>A point of a series: filled where it is valid in full, open where the claim is limited.</summary>
    /// <param name="plot">The panel.</param>
    /// <param name="x">In units of its axis.</param>
    /// <param name="y">In units of its axis.</param>
    /// <param name="style">Of the series.</param>
    /// <param name="grade">Of the value.</param>
    /// <param name="size">In layout pixels.</param>
    /// <param name="text">What it says when somebody points at it; null for nothing.</param>
    public static void Point(Plot plot, double x, double y, SeriesStyle style, Grade grade, float size = Size, MarkText? text = null) =>
        Add(plot, x, y, Shape(style, grade), size, style.Color, text);

    /// <summary>A repeat that is not valid: a cross in the colour of its series.</summary>
    public static void InvalidPoint(Plot plot, double x, double y, SeriesStyle style, MarkText? text = null) =>
        Add(plot, x, y, MarkerShape.Eks, Size - 2, style.Color, text);

    /// <summary>One repeat behind a median: small and pale, so that it does not compete with it.</summary>
    public static void Faint(Plot plot, double x, double y, Color color, MarkText? text = null) =>
        Add(plot, x, y, MarkerShape.FilledCircle, FaintSize, color.WithAlpha(FaintAlpha), text);

    /// <summary>Any marker; all of a report's go through here, so that whoever points at one learns what it is.</summary>
    public static void Add(Plot plot, double x, double y, MarkerShape shape, float size, Color color, MarkText? text = null)
    {
        NamedMarker marker = new() { X = x, Y = y, Text = text, Drawn = color };
        marker.MarkerStyle = new MarkerStyle(shape, size, color) { LineColor = color, LineWidth = OutlineWidth, OutlineColor = color };
        plot.Add.Plottable(marker);
    }

    /// <summary>A value that is known from one side only; the arrow points to where it may lie.</summary>
    public static void Bound(Plot plot, double x, double y, Color color, bool isLower, MarkText? text = null)
    {
        NamedMarker marker = new() { X = x, Y = y, Text = text, Drawn = color };
        marker.MarkerStyle = new MarkerStyle(MarkerShape.VerticalBar, Size, color) { CustomRenderer = new BoundMarker(color, isLower) };
        plot.Add.Plottable(marker);
    }

    /// <summary>The entry of such values.</summary>
    public static LegendItem BoundEntry(string text, bool isLower)
    {
        LegendItem item = Entry(text, SeriesStyle.Ink, MarkerShape.VerticalBar);
        item.MarkerStyle.CustomRenderer = new BoundMarker(SeriesStyle.Ink, isLower, (isLower ? -1 : 1) * BoundMarker.Length / 2);
        return item;
    }

    /// <summary>A place that says something without a marker of its own: the end of a bar, the middle of a field.</summary>
    public static void Name(Plot plot, double x, double y, MarkText text) => Add(plot, x, y, MarkerShape.None, 0, Colors.Transparent, text);

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

    public static LegendItem FaintEntry { get; } = FaintDot();

    public static LegendItem InvalidEntry { get; } = Entry("invalid repeat, in no median", SeriesStyle.Faint, MarkerShape.Eks);

    public static LegendItem Entry(string text, Color color, MarkerShape shape)
    {
        LegendItem item = new() { LabelText = text, MarkerShape = shape, MarkerSize = Size, MarkerColor = color, LineWidth = 0 };
        item.MarkerStyle.LineColor = color;
        item.MarkerStyle.LineWidth = OutlineWidth;
        item.MarkerStyle.OutlineColor = color;
        return item;
    }

    private static LegendItem FaintDot()
    {
        LegendItem item = Entry("small dot: one repeat", SeriesStyle.Faint.WithAlpha(FaintAlpha), MarkerShape.FilledCircle);
        item.MarkerSize = FaintSize;
        return item;
    }

    private static MarkerShape Shape(SeriesStyle style, Grade grade) => grade == Grade.Ok ? style.Filled : style.Open;
}

/// <summary>What a mark says when somebody points at it.</summary>
/// <param name="Series">Whose it is, as the legend or the row calls it.</param>
/// <param name="Label">Which of the series: <c>2 workers, repeat 3</c>.</param>
/// <param name="Value">The value with its unit.</param>
public sealed record MarkText(string Series, string Label, string Value);

/// <summary>A marker that knows what it says.</summary>
internal sealed class NamedMarker : ScottPlot.Plottables.Marker
{
    public MarkText? Text { get; init; }

    /// <summary>Its colour; transparent where something else is drawn there.</summary>
    public Color Drawn { get; init; }
}

/// <summary>A bound: an upright bar where it is, and an arrow towards where the truth may lie.</summary>
/// <param name="color">Of its series.</param>
/// <param name="isLower">The truth lies to the right.</param>
/// <param name="shift">How far from its place it is drawn, in layout pixels: 0 but in a legend.</param>
internal sealed class BoundMarker(Color color, bool isLower, float shift = 0) : IMarker
{
    /// <summary>Whether it points right.</summary>
    public bool IsLower => isLower;

    public const float Length = 17;
    private const float Head = 5;
    private const float HalfBar = 6;

    public void Render(SKCanvas canvas, Paint paint, Pixel center, float size, MarkerStyle markerStyle)
    {
        center = new Pixel(center.X + shift, center.Y);
        float tip = center.X + (isLower ? Length : -Length);
        float neck = tip + (isLower ? -Head : Head);
        using SKPath path = new();
        path.MoveTo(center.X, center.Y - HalfBar);
        path.LineTo(center.X, center.Y + HalfBar);
        path.MoveTo(center.X, center.Y);
        path.LineTo(tip, center.Y);
        path.MoveTo(neck, center.Y - Head);
        path.LineTo(tip, center.Y);
        path.LineTo(neck, center.Y + Head);
        using SKPaint stroke = new()
        {
            IsStroke = true,
            IsAntialias = true,
            StrokeWidth = 2,
            Color = new SKColor(color.Red, color.Green, color.Blue),
        };
        canvas.DrawPath(path, stroke);
    }
}

/// <summary>The legend's picture of a line with markers: a short piece of the line, dashed as in the chart, with the marker on it.</summary>
internal sealed class LineMarker(SeriesStyle look, MarkerShape shape) : IMarker
{
    public SeriesStyle Look => look;

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
