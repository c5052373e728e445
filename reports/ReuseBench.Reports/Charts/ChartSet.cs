using ReuseBench.Core.Files;
using ReuseBench.Core.Results;
using ReuseBench.Reports.Document;
using ReuseBench.Reports.Tables;
using ReuseBench.Reports.Wording;

namespace ReuseBench.Reports.Charts;

/// <summary>The charts of a report as files, and what was left out of them.</summary>
/// <param name="Drawn">In the order of the registry.</param>
/// <param name="LeftOut">One sentence each.</param>
public sealed record ChartSet(IReadOnlyList<DrawnChart> Drawn, IReadOnlyList<string> LeftOut)
{
    /// <summary>The one line for a host that could draw no text.</summary>
    public const string NoFont = "Charts: this host has no font, so no chart was drawn; install the package " + InstalledFonts.Package + " and run `report` again.";

    /// <summary>Draws every registered chart into the run folder; earlier pictures there are replaced.</summary>
    /// <param name="tables">The run.</param>
    /// <param name="folder">The run folder.</param>
    /// <param name="fonts">Where the font comes from.</param>
    /// <param name="provenance">The line below each sheet.</param>
    public static ChartSet Draw(RunTables tables, string folder, IFontFinder fonts, Provenance provenance)
    {
        string charts = Path.Combine(folder, RunFiles.Charts);
        WholeFile.RequireNoLink(charts);
        Directory.CreateDirectory(charts);
        // A link goes like a file: the picture that takes its name is a new file.
        foreach (string old in Directory.EnumerateFiles(charts).Where(f => Path.GetExtension(f) is ".png" or ".svg"))
        {
            File.Delete(old);
        }

        if (fonts.FindSansSerif() is not string font)
        {
            return new ChartSet([], [NoFont]);
        }

        ChartStyle style = new(font, provenance);
        List<DrawnChart> drawn = [];
        List<string> leftOut = [];
        Queue<Task> writing = [];
        try
        {
            foreach (IChart chart in ChartRegistry.All)
            {
                ChartDrawing drawing = chart.Draw(tables, style);
                foreach (Sheet sheet in drawing.Sheets)
                {
                    drawn.Add(new DrawnChart(chart.Topic, Save(sheet, style, charts, writing)));
                    Await(writing, Environment.ProcessorCount);
                }

                leftOut.AddRange(drawing.LeftOut);
            }
        }
        finally
        {
            // Whatever went wrong: nobody goes on writing into a folder that the caller believes is done with.
            Await(writing, atMost: 0);
        }

        return new ChartSet(drawn, leftOut);
    }

    /// <summary>Waits until no more files than that are being written: each holds a picture of 15 MB.</summary>
    private static void Await(Queue<Task> writing, int atMost)
    {
        while (writing.Count > atMost)
        {
            writing.Dequeue().GetAwaiter().GetResult();
        }
    }

    private static Picture Save(Sheet sheet, ChartStyle style, string charts, Queue<Task> writing)
    {
        SheetRenderer renderer = new(sheet, style);
        string png = sheet.FileStem + ".png";
        string svg = sheet.FileStem + ".svg";
        writing.Enqueue(renderer.SavePng(Path.Combine(charts, png)));
        renderer.SaveSvg(Path.Combine(charts, svg));
        foreach (ScottPlot.Plot panel in sheet.Panels)
        {
            panel.Dispose();
        }

        return new Picture(
            sheet.Title, $"{RunFiles.Charts}/{svg}", $"{RunFiles.Charts}/{png}", File.ReadAllText(Path.Combine(charts, svg)), sheet.Notes);
    }
}

/// <param name="Topic">The section that shows it.</param>
/// <param name="Picture">The picture.</param>
public sealed record DrawnChart(string Topic, Picture Picture);
