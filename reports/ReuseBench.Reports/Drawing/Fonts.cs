using SkiaSharp;

namespace ReuseBench.Reports.Drawing;

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
            ?? names.FirstOrDefault(n => n.Contains("Sans", StringComparison.OrdinalIgnoreCase) && !n.Contains("Mono", StringComparison.OrdinalIgnoreCase))
            ?? names.FirstOrDefault();
    }
}
