using ReuseBench.Core.Results;
using ReuseBench.Reports.Data;
using ReuseBench.Reports.Document;

namespace ReuseBench.Reports.Frame;

/// <summary>The files of the run folder and what they hold.</summary>
internal static class FilesSection
{
    private static readonly Dictionary<string, string> Meanings = new()
    {
        [RunFiles.Manifest] = "matrix, settings, host, kernel, seed, status",
        [RunFiles.Results] = "one row for each cell and repeat",
        [RunFiles.Latency] = "one row for each cell, repeat, phase and percentile",
        [RunFiles.Fairness] = "one row for each cell, repeat and listener",
        [RunFiles.Restarts] = "one row for each restart",
        [RunFiles.Timeline] = "one row for each cell, repeat and interval",
        [RunFiles.Histograms] = "one row for each cell, repeat and phase: base64 of the HdrHistogram V2 encoding, nanoseconds",
        [RunFiles.Affinity] = "one row for each group size and change of the group",
        [RunFiles.Micro] = "micro-benchmarks",
        [RunFiles.Semantics] = "one row for each probed case",
    };

    public static Section Of(RunData data) => new("Files of the run", [.. Blocks(data)]);

    private static IEnumerable<Block> Blocks(RunData data)
    {
        yield return new Paragraph("Everything above was made from these files alone; \"reusebench report\" with the folder makes it again.");
        yield return new Table("The run folder.", ["File", "Holds"], [.. data.FileNames.Select(name => (IReadOnlyList<string>)[name, Meanings.GetValueOrDefault(name, "–")])]);
    }
}
