using ScottPlot;
using SkiaSharp;

namespace ReuseBench.Reports.Charts;

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
