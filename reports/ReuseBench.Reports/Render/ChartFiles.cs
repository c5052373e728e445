using ReuseBench.Core.Files;
using ReuseBench.Core.Results;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Document;
using ReuseBench.Reports.Drawing;
using ReuseBench.Reports.Topics;

namespace ReuseBench.Reports.Render;

/// <summary>The charts of a report as files, and what was left out of them.</summary>
/// <param name="Drawn">By the name of their chart, in the order in which they were drawn.</param>
/// <param name="LeftOut">One sentence each.</param>
public sealed record ChartFiles(IReadOnlyList<(string Chart, Picture Picture)> Drawn, IReadOnlyList<string> LeftOut)
{
    /// <summary>The one line for a host that could draw no text.</summary>
    public const string NoFont = "Charts: this host has no font, so no chart was drawn; install the package " + InstalledFonts.Package
        + " and run \"reusebench report\" again.";

    /// <summary>Of one kind: nobody looks through more, and each costs a quarter of a second. The tables have every cell.</summary>
    public const int MostSheets = 10;

    /// <summary>Draws the charts into the run folder; earlier pictures there are replaced.</summary>
    /// <param name="charts">In the order of the report.</param>
    /// <param name="run">The run.</param>
    /// <param name="folder">The run folder.</param>
    /// <param name="fonts">Where the font comes from.</param>
    public static ChartFiles Draw(IEnumerable<IChart> charts, RunAnalysis run, string folder, IFontFinder fonts)
    {
        string pictures = Path.Combine(folder, RunFiles.Charts);
        WholeFile.RequireNoLink(pictures);
        Directory.CreateDirectory(pictures);
        // A link goes like a file: the picture that takes its name is a new file.
        foreach (string old in Directory.EnumerateFiles(pictures).Where(f => Path.GetExtension(f) is ".png" or ".svg"))
        {
            File.Delete(old);
        }

        if (fonts.FindSansSerif() is not string font)
        {
            return new ChartFiles([], [NoFont]);
        }

        ChartStyle style = new(font, run.Provenance);
        List<(string, Picture)> drawn = [];
        List<string> leftOut = [];
        Queue<Task> writing = [];
        try
        {
            foreach (IChart chart in charts)
            {
                ChartDrawing drawing = chart.Draw(run, style);
                foreach (Sheet sheet in drawing.Sheets.Take(MostSheets))
                {
                    drawn.Add((chart.Name, Save(sheet, style, pictures, writing)));
                    Await(writing, Environment.ProcessorCount);
                }

                leftOut.AddRange(drawing.LeftOut);
                if (drawing.Sheets.Count > MostSheets)
                {
                    leftOut.Add($"Charts: of {drawing.Sheets.Count} pictures of {chart.Name} the first {MostSheets} are drawn; the tables "
                        + "have the figures of all.");
                }
            }
        }
        finally
        {
            // Whatever went wrong: nobody goes on writing into a folder that the caller believes is done with.
            Await(writing, atMost: 0);
        }

        return new ChartFiles(drawn, leftOut);
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
        string text = renderer.SaveSvg(Path.Combine(charts, svg));
        Picture picture = new(sheet.Title, $"{RunFiles.Charts}/{svg}", $"{RunFiles.Charts}/{png}", text, sheet.Notes)
        {
            AltText = sheet.AltText,
            Points = renderer.Points(),
        };
        sheet.Dispose();
        return picture;
    }
}
