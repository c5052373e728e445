using ScottPlot;
using ScottPlot.PathStrategies;
using ScottPlot.Plottables;
using SkiaSharp;

namespace ReuseBench.Reports.Drawing;

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
