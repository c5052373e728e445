namespace ReuseBench.Reports.Charts;

/// <summary>Finds the font that charts are drawn with.</summary>
public interface IFontFinder
{
    /// <returns>The family name; null on a host that has no font at all.</returns>
    string? FindSansSerif();
}
