using ReuseBench.Reports.Data;
using ScottPlot;

namespace ReuseBench.Reports.Drawing;

/// <summary>One picture: panels under a title, one legend for all of them, and where it comes from.</summary>
public sealed record Sheet : IDisposable
{
    /// <summary>File name without ending: lower-case letters, digits and hyphens.</summary>
    public required string FileStem { get; init; }

    /// <summary>The finding where there is one, else the subject.</summary>
    public required string Title { get; init; }

    /// <summary>What the picture shows, for those who cannot see it: the finding, and what stands against what.</summary>
    public string AltText { get => field ?? Title; init; }

    /// <summary>How to read it and what restricts it; sentences that stand beside the picture in the report.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>The cells that are shown.</summary>
    public required IReadOnlyList<MeasuredCell> Cells { get; init; }

    /// <summary>Makes the panels; not called for a sheet that is left out.</summary>
    public required Func<IReadOnlyList<Plot>> Draw { get; init; }

    public IReadOnlyList<Plot> Panels => field ??= Draw();

    public required IReadOnlyList<LegendItem> Legend { get; init; }

    /// <summary>Number of panels side by side.</summary>
    public required int Columns { get; init; }

    /// <summary>Height of one row of panels in layout pixels.</summary>
    public int PanelHeight { get; init; } = 420;

    /// <summary>Ends the panels, which hold memory of their own.</summary>
    public void Dispose()
    {
        foreach (Plot panel in Panels)
        {
            panel.Dispose();
        }
    }
}

/// <summary>A mark that was drawn, by its place on the picture.</summary>
/// <param name="Text">What it says.</param>
/// <param name="X">From the left edge, 0 to 1.</param>
/// <param name="Y">From the upper edge, 0 to 1.</param>
public sealed record DrawnMark(MarkText Text, double X, double Y);

/// <summary>What a chart came to: its sheets, and what it could not show.</summary>
/// <param name="Sheets">None where there is no data.</param>
/// <param name="LeftOut">Why something, or all of it, is not shown; one sentence each.</param>
public sealed record ChartDrawing(IReadOnlyList<Sheet> Sheets, IReadOnlyList<string> LeftOut);
