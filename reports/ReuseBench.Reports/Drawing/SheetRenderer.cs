using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using ReuseBench.Reports.Document;
using ScottPlot;
using ScottPlot.TickGenerators;
using SkiaSharp;

namespace ReuseBench.Reports.Drawing;

/// <summary>Puts a sheet on a canvas: title, panels in a grid, legend outside the data, provenance. The plots are ScottPlot's.</summary>
internal sealed class SheetRenderer(Sheet sheet, ChartStyle style)
{
    private const int Width = 1200;
    private const int Scale = 2;
    private const float Margin = 24;
    private const float TitleSize = 20;
    private const float NoteSize = 12;

    /// <summary>A line that is too long is made smaller down to this, and cut only then.</summary>
    private const float SmallestSize = 11;
    private const int MostCharacters = 400;
    private const float TitleHeight = 52;
    private const float FooterHeight = 34;
    private const float LegendLineHeight = 27;

    private readonly List<IReadOnlyList<LegendItem>> _legendLines = LegendLines(sheet.Legend, style);

    private float LegendHeight => (_legendLines.Count * LegendLineHeight) + 8;

    /// <summary>Writes one picture that belongs to no report, and is done with the sheet.</summary>
    /// <param name="sheet">What it shows.</param>
    /// <param name="style">Its font and its host.</param>
    /// <param name="path">Ends in .svg or .png.</param>
    public static void Save(Sheet sheet, ChartStyle style, string path)
    {
        SheetRenderer renderer = new(sheet, style);
        if (Path.GetExtension(path) == ".svg")
        {
            _ = renderer.SaveSvg(path);
        }
        else
        {
            renderer.SavePng(path).GetAwaiter().GetResult();
        }

        sheet.Dispose();
    }

    private int Rows => (sheet.Panels.Count + sheet.Columns - 1) / sheet.Columns;

    private int Height => (int)(TitleHeight + (Rows * sheet.PanelHeight) + LegendHeight + FooterHeight);

    /// <summary>
    /// Draws the picture at twice the layout's size; what is returned ends when its file is written, which takes ten times as long as the
    /// drawing.
    /// </summary>
    public Task SavePng(string path)
    {
        using SKSurface surface = SKSurface.Create(new SKImageInfo(Width * Scale, Height * Scale, SKImageInfo.PlatformColorType, SKAlphaType.Opaque));
        surface.Canvas.Scale(Scale);
        Draw(surface.Canvas);
        SKImage image = surface.Snapshot();
        return Task.Run(() =>
        {
            using (image)
            {
                // Most rows are like the row above them: with this filter alone it is a third of the time, and smaller.
                using SKPixmap pixels = image.PeekPixels() ?? throw new InvalidOperationException("a picture in memory has no pixels");
                using SKData png = pixels.Encode(new SKPngEncoderOptions(SKPngEncoderFilterFlags.Up, zLibLevel: 6))
                    ?? throw new IOException($"{path}: the picture could not be encoded");
                using FileStream file = File.Create(path);
                png.SaveTo(file);
            }
        });
    }

    /// <summary>Writes the picture as vectors, with text as text.</summary>
    /// <returns>The text of the file.</returns>
    public string SaveSvg(string path)
    {
        using MemoryStream stream = new();
        using (SKCanvas canvas = SKSvgCanvas.Create(SKRect.Create(Width, Height), stream))
        {
            Draw(canvas);
        }

        string text = SvgText.Finish(System.Text.Encoding.UTF8.GetString(stream.ToArray()), sheet.Title, Width, Height, style.FontName);
        File.WriteAllText(path, text);
        return text;
    }

    /// <summary>The marks of the picture by their places; it was saved before.</summary>
    public IReadOnlyList<PicturePoint> Points() =>
    [
        .. from panel in sheet.Panels
           from mark in panel.GetPlottables().OfType<NamedMarker>()
           where mark.Text is not null
           let pixel = panel.GetPixel(mark.Location)
           select new PicturePoint(mark.Text!.Series, mark.Text.Label, Share(pixel.X, Width), Share(pixel.Y, Height), mark.Text.Value)
           {
               Color = mark.Drawn.A == 0 ? null : Hex(mark.Drawn),
           },
    ];

    private static string Hex(Color color) => string.Create(CultureInfo.InvariantCulture, $"#{color.R:x2}{color.G:x2}{color.B:x2}");

    /// <summary>To a tenth of a thousandth, which is less than a pixel.</summary>
    private static double Share(float pixels, int of) => Math.Round(pixels / of, 4);

    private void Draw(SKCanvas canvas)
    {
        canvas.Clear(SKColors.White);
        using Paint paint = Paint.NewDisposablePaint();
        Text(canvas, paint, sheet.Title, TitleSize, new Pixel(Margin, Margin - 6), SeriesStyle.Ink);
        float panelWidth = Width / (float)sheet.Columns;
        for (int i = 0; i < sheet.Panels.Count; i++)
        {
            float left = i % sheet.Columns * panelWidth;
            float top = TitleHeight + (i / sheet.Columns * sheet.PanelHeight);
            foreach (ScottPlot.Plottables.Text text in sheet.Panels[i].GetPlottables<ScottPlot.Plottables.Text>())
            {
                text.LabelFontName = style.FontName;
            }

            PixelRect place = new(left + 8, left + panelWidth - 8, top + sheet.PanelHeight - 8, top);
            if (sheet.Panels[i].RenderManager.RenderCount == 0)
            {
                // The first time a panel is drawn twice, once to find out how large its labels are: pale marks would be twice as dark.
                using SKNoDrawCanvas nothing = new(Width, Height);
                sheet.Panels[i].Render(nothing, place);
            }

            sheet.Panels[i].Render(canvas, place);
        }

        float y = TitleHeight + (Rows * sheet.PanelHeight);
        foreach (IReadOnlyList<LegendItem> line in _legendLines)
        {
            DrawLegendLine(canvas, paint, line, y);
            y += LegendLineHeight;
        }

        Text(canvas, paint, sheet.Source ?? style.Provenance.Of(sheet.Cells), NoteSize, new Pixel(Margin, Height - FooterHeight + 8), SeriesStyle.Faint);
    }

    private void DrawLegendLine(SKCanvas canvas, Paint paint, IReadOnlyList<LegendItem> items, float top)
    {
        using Plot host = new();
        Legend legend = NewLegend(host, style);
        legend.ManualItems.AddRange(items);
        legend.Render(canvas, paint, new PixelRect(Margin - 6, Width, top + LegendLineHeight, top), Alignment.UpperLeft);
    }

    /// <summary>Breaks the entries into lines that fit the width.</summary>
    private static List<IReadOnlyList<LegendItem>> LegendLines(IReadOnlyList<LegendItem> items, ChartStyle style)
    {
        using Paint paint = Paint.NewDisposablePaint();
        using Plot host = new();
        List<IReadOnlyList<LegendItem>> lines = [];
        List<LegendItem> line = [];
        foreach (LegendItem item in items)
        {
            Legend legend = NewLegend(host, style);
            legend.ManualItems.AddRange([.. line, item]);
            if (line.Count > 0 && legend.GetLayout(new PixelSize(10 * Width, LegendLineHeight), paint).LegendRect.Width > Width - (2 * Margin))
            {
                lines.Add(line);
                line = [];
            }

            line.Add(item);
        }

        return line.Count == 0 ? lines : [.. lines, line];
    }

    private static Legend NewLegend(Plot host, ChartStyle style) => new(host)
    {
        Orientation = Orientation.Horizontal,
        DisplayPlottableLegendItems = false,
        FontName = style.FontName,
        FontSize = 13,
        FontColor = SeriesStyle.Ink,
        SymbolWidth = 30,
        OutlineWidth = 0,
        ShadowColor = Colors.Transparent,
        BackgroundColor = Colors.Transparent,
        Margin = new PixelPadding(0),
        Padding = new PixelPadding(4),
        TightHorizontalWrapping = true,
        InterItemPadding = new PixelPadding(16, 8, 4, 4),
        IsVisible = true,
    };

    private void Text(SKCanvas canvas, Paint paint, string text, float size, Pixel at, Color color)
    {
        // Beyond so many characters nothing fits, and a text from outside may be of any length.
        text = text.Length > MostCharacters ? text[..MostCharacters] + "…" : text;
        LabelStyle label = new() { FontName = style.FontName, FontSize = size, ForeColor = color, Alignment = Alignment.UpperLeft };
        while (label.FontSize > SmallestSize && !Fits(label, text, paint))
        {
            label.FontSize--;
        }

        label.Text = Fits(label, text, paint) ? text : text[..LongestThatFits(label, text.TrimEnd('…'), paint)] + "…";
        label.Render(canvas, at, paint);
    }

    private static bool Fits(LabelStyle label, string text, Paint paint) => label.Measure(text, paint).Width <= Width - (2 * Margin);

    /// <summary>Halves what is left to try, instead of cutting one character after the other.</summary>
    private static int LongestThatFits(LabelStyle label, string text, Paint paint)
    {
        (int fits, int tooLong) = (0, text.Length);
        while (tooLong - fits > 1)
        {
            int middle = (fits + tooLong) / 2;
            (fits, tooLong) = Fits(label, text[..middle] + "…", paint) ? (middle, tooLong) : (fits, middle);
        }

        return fits;
    }
}

/// <summary>
/// What Skia leaves out of its SVG: a size that scales, a name for those who cannot see it, fonts to fall back on, and identifiers that
/// are the same each time (Skia's count on through the life of the process).
/// </summary>
internal static partial class SvgText
{
    public static string Finish(string svg, string title, int width, int height, string fontName)
    {
        string sized = $"width=\"{width}\" height=\"{height}\"";
        string scaling = $"{sized} viewBox=\"0 0 {width} {height}\" role=\"img\"";
        return Renumbered(svg)
            .Replace(sized + ">", $"{scaling}>\n<title>{WebUtility.HtmlEncode(title)}</title>", StringComparison.Ordinal)
            .Replace($"font-family=\"{fontName}\"", $"font-family=\"{fontName}, Verdana, Arial, sans-serif\"", StringComparison.Ordinal);
    }

    private static string Renumbered(string svg)
    {
        Dictionary<string, string> numbers = [];
        return Identifier().Replace(svg, match =>
        {
            string id = match.Groups["id"].Value;
            if (!numbers.TryGetValue(id, out string? number))
            {
                number = $"i{numbers.Count}";
                numbers[id] = number;
            }

            return match.Groups["before"].Value + number;
        });
    }

    [GeneratedRegex("""(?<before>\bid="|url\(#|href="#)(?<id>[A-Za-z]+_[0-9a-fA-F]+)""")]
    private static partial Regex Identifier();
}

/// <summary>Ticks that ScottPlot does not make by itself: categories, decades, and the tail of a distribution.</summary>
internal static class Ticks
{
    private static readonly double[] TailPercentiles = [50, 90, 99, 99.9, 99.99, 99.999, 99.9999];

    public static NumericManual Categories(IReadOnlyList<string> names) =>
        new([.. names.Select((_, i) => (double)i)], [.. names]);

    /// <summary>The place of a percentile on the tail axis: the number of nines, -log10(1 - p).</summary>
    public static double Nines(double percentile) => -Math.Log10(1 - (percentile / 100));

    /// <summary>Such as <c>p99.9</c>.</summary>
    public static string PercentileName(double percentile) => string.Create(CultureInfo.InvariantCulture, $"p{percentile:0.####}");

    public static NumericManual Tail(double highestPercentile)
    {
        double[] shown = [.. TailPercentiles.Where(p => p == TailPercentiles[0] || Nines(p) <= Nines(highestPercentile) + 0.05)];
        return new NumericManual([.. shown.Select(Nines)], [.. shown.Select(PercentileName)]);
    }

    /// <summary>
    /// Round values on a log axis, at least three of them: evenly spaced within a decade, 1, 2 and 5 of a few decades, powers of ten of many. Positions are
    /// log10.
    /// </summary>
    /// <param name="lowest">Smallest value shown, above 0.</param>
    /// <param name="highest">Largest value shown.</param>
    /// <param name="text">The label of a value.</param>
    public static NumericManual Log(double lowest, double highest, Func<double, string> text)
    {
        double span = Math.Log10(highest / lowest);
        return span < 1 ? WithinADecade(lowest, highest, text) : Decades(lowest, highest, isFew: span <= 3.2, text);
    }

    private static NumericManual WithinADecade(double lowest, double highest, Func<double, string> text)
    {
        const double Wanted = 5;
        double rough = Math.Max(highest - lowest, highest / 100) / Wanted;
        double power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        double step = power * ((double[])[1, 2, 5, 10]).First(n => n * power >= rough * 0.99);
        NumericManual ticks = new();
        for (double number = Math.Max(1, Math.Floor(lowest / step)); number * step <= highest + step; number++)
        {
            // Not the sum of the steps, which is 0.30000000000000004.
            double value = Math.Round(number * step / power) * power;
            ticks.AddMajor(Math.Log10(value), text(value));
        }

        return ticks;
    }

    private static NumericManual Decades(double lowest, double highest, bool isFew, Func<double, string> text)
    {
        NumericManual ticks = new();
        int first = (int)Math.Floor(Math.Log10(lowest));
        int last = (int)Math.Ceiling(Math.Log10(highest));
        for (int decade = first; decade <= last; decade++)
        {
            double power = Math.Pow(10, decade);
            for (int digit = 1; digit <= 9; digit++)
            {
                if (digit == 1 || (isFew && (digit is 2 or 5)))
                {
                    ticks.AddMajor(Math.Log10(digit * power), text(digit * power));
                }
                else
                {
                    ticks.AddMinor(Math.Log10(digit * power));
                }
            }
        }

        return ticks;
    }
}
