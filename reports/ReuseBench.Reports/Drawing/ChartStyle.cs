using System.Text;
using ReuseBench.Reports.Analysis;
using ScottPlot;
using SkiaSharp;

namespace ReuseBench.Reports.Drawing;

/// <summary>What all charts of a report share: the font, and the line that says where the figures come from.</summary>
/// <param name="FontName">An installed family.</param>
/// <param name="Provenance">Says host, repeats and run in the line below a sheet.</param>
public sealed record ChartStyle(string FontName, Provenance Provenance)
{
    private const float TickSize = 12;
    private const float LabelSize = 13;
    private const float TitleSize = 14;
    private const float TwoLines = 46;

    /// <summary>
    /// An empty panel of many on a sheet: its title has room for two lines whether it has them or not, so that the panels of a row are of one height.
    /// </summary>
    public Plot NewSmallPanel(string title, string xLabel, string yLabel)
    {
        Plot plot = NewPanel(title, xLabel, yLabel);
        plot.Axes.Title.MinimumSize = TwoLines;
        plot.Axes.Left.TickGenerator = new ScottPlot.TickGenerators.NumericAutomatic { TickDensity = 1 };
        return plot;
    }

    /// <summary>An empty panel: white, with faint grid lines and the font set.</summary>
    public Plot NewPanel(string title, string xLabel, string yLabel)
    {
        Plot plot = new();
        plot.Title(title, TitleSize);
        plot.XLabel(xLabel, LabelSize);
        plot.YLabel(yLabel, LabelSize);
        plot.FigureBackground.Color = Colors.White;
        plot.Axes.Title.Label.Bold = false;
        plot.Axes.Bottom.Label.Bold = false;
        plot.Axes.Left.Label.Bold = false;
        foreach (IAxis axis in plot.Axes.GetAxes())
        {
            axis.TickLabelStyle.FontSize = TickSize;
        }

        plot.Axes.Left.TickGenerator = new ScottPlot.TickGenerators.NumericAutomatic { TickDensity = 0.6 };
        plot.Axes.Color(SeriesStyle.Ink);
        plot.Axes.Right.FrameLineStyle.Width = 0;
        plot.Axes.Top.FrameLineStyle.Width = 0;
        plot.Grid.MajorLineColor = Color.FromHex("#e2e2e2");
        plot.Font.Set(FontName);
        plot.HideLegend();

        // Panels share a canvas; each would wipe out those before it.
        plot.RenderManager.ClearCanvasBeforeEachRender = false;
        return plot;
    }
}

/// <summary>How panels that are read beside each other stand on a sheet.</summary>
internal static class Panels
{
    /// <summary>As many as are read at a glance; more get a further sheet.</summary>
    public const int OnASheet = 4;

    /// <summary>The same where all panels show one thing, and only its shape is looked at.</summary>
    public const int AlikeOnASheet = 6;

    /// <summary>Beside each other where each series has a small one of its own.</summary>
    public const int SmallColumns = 4;
}

/// <summary>Titles of panels that stand side by side: long labels are broken where a setting ends.</summary>
internal static class PanelTitle
{
    /// <summary>As many characters as a sheet of one column holds, over the number of columns.</summary>
    private const int MostCharacters = 140;

    /// <param name="label">Parts, separated by commas.</param>
    /// <param name="columns">Panels side by side.</param>
    public static string Broken(string label, int columns = 2)
    {
        // Beside the title a narrow panel has its axis.
        int most = columns > 2 ? (MostCharacters / columns) - 6 : MostCharacters / columns;
        StringBuilder text = new();
        int inLine = 0;
        foreach (string part in label.Split(", "))
        {
            if (inLine > 0)
            {
                bool fits = inLine + part.Length + 2 <= most;
                text.Append(fits ? ", " : ",\n");
                inLine = fits ? inLine + 2 : 0;
            }

            text.Append(part);
            inLine += part.Length;
        }

        return text.ToString();
    }
}

/// <summary>Finds the font that charts are drawn with.</summary>
public interface IFontFinder
{
    /// <returns>The family name; null on a host that has no font at all.</returns>
    string? FindSansSerif();
}

/// <summary>Chooses among the installed fonts; ScottPlot by itself takes the first one it meets, often a serif.</summary>
public sealed class InstalledFonts : IFontFinder
{
    /// <summary>What to install where there is no font; named as Debian and Ubuntu do.</summary>
    public const string Package = "fonts-dejavu-core";

    private static readonly string[] Preferred =
        ["DejaVu Sans", "Liberation Sans", "Noto Sans", "Open Sans", "Arimo", "Ubuntu", "Cantarell", "FreeSans", "Nimbus Sans", "Arial", "Helvetica"];

    public string? FindSansSerif() => Choose(SKFontManager.Default.FontFamilies);

    /// <summary>A preferred family, else one that calls itself sans, else any: text in a wrong font beats none.</summary>
    public static string? Choose(IEnumerable<string> families)
    {
        string[] names = [.. families.Where(f => !string.IsNullOrWhiteSpace(f)).Order(StringComparer.Ordinal)];
        return Preferred.FirstOrDefault(names.Contains)
            ?? names.FirstOrDefault(n => n.Contains("Sans", StringComparison.OrdinalIgnoreCase)
                && !n.Contains("Mono", StringComparison.OrdinalIgnoreCase))
            ?? names.FirstOrDefault();
    }
}

/// <summary>The part of an axis that a panel shows: as much as its data fill.</summary>
internal static class AxisRange
{
    /// <summary>Left free at each end, as a share of the data's range.</summary>
    private const double Room = 0.08;

    /// <summary>An axis begins at 0 where that costs no more than about a third of it.</summary>
    private const double NearZero = 0.35;

    /// <summary>Values that differ by less fill no panel: noise would look like a difference.</summary>
    private const double Narrowest = 0.04;

    /// <summary>As far as the values go, wherever 0 is.</summary>
    public static (double Low, double High) Around(params IEnumerable<double> values)
    {
        double[] all = [.. values.DefaultIfEmpty(1)];
        double room = Math.Max(Room * (all.Max() - all.Min()), Narrowest / 2 * Math.Abs(all.Max()));
        return (all.Min() - room, all.Max() + room);
    }

    /// <summary>Of values that are at least 0.</summary>
    public static (double Low, double High) Fit(params IEnumerable<double> values)
    {
        double[] all = [.. values.DefaultIfEmpty(1)];
        (double low, double high) = (all.Min(), all.Max());
        return high == 0 ? (0, 1) : low >= 0 && low <= NearZero * high ? (0, high * (1 + Room)) : Around(all);
    }

    /// <summary>Of logarithms.</summary>
    public static (double Low, double High) FitLog(params IEnumerable<double> logarithms)
    {
        double[] all = [.. logarithms.DefaultIfEmpty(0)];
        double room = Math.Max(Room * (all.Max() - all.Min()), 0.05);
        return (all.Min() - room, all.Max() + room);
    }
}
