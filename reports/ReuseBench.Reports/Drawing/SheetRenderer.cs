using ScottPlot;
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
            sheet.Panels[i].Render(canvas, new PixelRect(left + 8, left + panelWidth - 8, top + sheet.PanelHeight - 8, top));
        }

        float y = TitleHeight + (Rows * sheet.PanelHeight);
        foreach (IReadOnlyList<LegendItem> line in _legendLines)
        {
            DrawLegendLine(canvas, paint, line, y);
            y += LegendLineHeight;
        }

        Text(canvas, paint, style.Provenance.Of(sheet.Cells), NoteSize, new Pixel(Margin, Height - FooterHeight + 8), SeriesStyle.Faint);
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
