using ReuseBench.Core.Results;
using ReuseBench.Reports.Document;

namespace ReuseBench.Reports.Sections;

/// <summary>The files of the run folder and what they hold.</summary>
public sealed class FilesSection : ISection
{
    private static readonly Dictionary<string, string> Meanings = new(
        Core.Results.Tables.All.Select(t => KeyValuePair.Create(t.FileName, $"one row for each {string.Join(", ", t.Keys)}: {t.Meaning}")))
    {
        [RunFiles.Manifest] = "matrix, settings, host, kernel, seed, status",
    };

    public string Title => "Files of the run";

    public IEnumerable<Block> Build(ReportMaterial material)
    {
        yield return new Paragraph("Everything above was made from these files alone; \"reusebench report\" with the folder makes it again.");
        yield return new Table("The run folder.", ["File", "Holds"], [.. material.Tables.FileNames.Select(name => (IReadOnlyList<string>)[name, Meanings.GetValueOrDefault(name, "–")])]);
    }
}
