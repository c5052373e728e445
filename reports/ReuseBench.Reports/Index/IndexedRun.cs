using System.Globalization;
using ReuseBench.Core;
using ReuseBench.Core.Csv;
using ReuseBench.Core.Results;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Comparison;
using ReuseBench.Reports.Data;
using ReuseBench.Reports.Findings;
using ReuseBench.Reports.Topics.Restart;

namespace ReuseBench.Reports.Index;

/// <summary>What an index keeps of a run: as much as a line and its part of the trends need, and not its tables.</summary>
internal sealed record IndexedRun
{
    /// <summary>Of its folder, relative to the index, with forward slashes.</summary>
    public required string Path { get; init; }

    public required bool HasReport { get; init; }

    public required string RunId { get; init; }

    /// <summary>UTC.</summary>
    public required DateTime Started { get; init; }

    public required string Matrix { get; init; }

    public required RunStatus Status { get; init; }

    public required HostFacts Host { get; init; }

    public required string Isolation { get; init; }

    /// <summary>Cells that have the figure that their experiment is about.</summary>
    public required IReadOnlyList<IndexedCell> Cells { get; init; }

    /// <summary>Of its repeats.</summary>
    public required VerdictCounts Verdicts { get; init; }

    /// <summary>How each threshold of the run stands.</summary>
    public required IReadOnlyList<ExpectationStanding> Thresholds { get; init; }

    public string Date => Started.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>Runs with an equal one are of one host.</summary>
    public string HostKey => field ??= string.Join('\n', RunConditions.OfMachine(Host, Isolation).Select(c => $"{c.What}={c.Value}"));

    /// <summary>The page of the run, or its folder where it has none.</summary>
    public string Link => HasReport ? $"{Path}/{RunFiles.ReportHtml}" : $"{Path}/";

    /// <summary>Program version, and the commit where it is known.</summary>
    public string Version
    {
        get
        {
            string[] parts = [.. new[] { Host.ReuseBenchVersion, Host.Commit?[..Math.Min(Host.Commit.Length, 10)] }.OfType<string>().Where(p => p.Length > 0)];
            return parts.Length == 0 ? "–" : string.Join(", ", parts);
        }
    }

    /// <exception cref="UsageException">It is no run that can be read; the message says why.</exception>
    public static IndexedRun Read(string index, string path, RunManifest manifest)
    {
        string folder = System.IO.Path.Combine(index, path);
        RunData data = RunData.ReadResults(folder);
        RunAnalysis analysis = new(data);
        return new IndexedRun
        {
            Path = path,
            HasReport = File.Exists(System.IO.Path.Combine(folder, RunFiles.ReportHtml)),
            RunId = manifest.RunId,
            Started = StartOf(manifest),
            Matrix = manifest.Matrix,
            Status = manifest.Status,
            Host = manifest.Host,
            Isolation = manifest.Isolation,
            Cells = [.. data.Cells.Select(c => IndexedCell.Of(c, analysis)).OfType<IndexedCell>()],
            Verdicts = VerdictTally.Of(data.Cells),
            Thresholds = [.. (manifest.Expect ?? []).Select(text => ExpectationResult.Of(Expectation.Parse(text), data.Cells).Standing)],
        };
    }

    /// <summary>The manifest alone, which says when the run was.</summary>
    /// <exception cref="UsageException">It is none, or says no time.</exception>
    public static (RunManifest Manifest, DateTime Started) ReadManifest(string folder)
    {
        RunManifest manifest = RunManifestFile.Read(folder);
        return (manifest, StartOf(manifest));
    }

    private static DateTime StartOf(RunManifest manifest) => DateTime.TryParse(
        manifest.StartedUtc, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal, out DateTime started)
            ? started
            : throw new UsageException($"{RunFiles.Manifest}: started_utc '{TextFromOutside.Clip(manifest.StartedUtc)}' is no time");
}

/// <summary>The figure of a cell in a run.</summary>
/// <param name="Id">As in the tables.</param>
/// <param name="Label">Way of listening and workers.</param>
/// <param name="Conditions">Experiment and load in words.</param>
/// <param name="Purpose">What its experiment is about.</param>
/// <param name="Figure">That is shown.</param>
/// <param name="Median">Over the valid repeats; above 0.</param>
/// <param name="Low">The least of them.</param>
/// <param name="High">The largest.</param>
/// <param name="IsLimited">Whether a reason restricts it.</param>
internal sealed record IndexedCell(
    string Id, string Label, string Conditions, Figures Purpose, Figure Figure, double Median, double Low, double High, bool IsLimited)
{
    /// <summary>Before the median of gaps where it is a bound: <c>≥ </c> or <c>≤ </c>; empty where it is none.</summary>
    public string Bound { get; init; } = "";

    public string Text => Bound + Figure.Quantity.Text(Median) + Star;

    /// <summary>Behind a figure that a reason restricts; empty behind others.</summary>
    public string Star => IsLimited ? " *" : "";

    /// <returns>Null where the cell has no such figure, or one that has no logarithm.</returns>
    public static IndexedCell? Of(MeasuredCell cell, RunAnalysis run)
    {
        Figure figure = RunComparison.FigureOf(cell);
        Estimate estimate = run.Median(cell, figure);
        return estimate is { Value: > 0 and double median, Repeats: { } repeats }
            ? new IndexedCell(
                cell.Id, cell.Label, $"{cell.Conditions.Experiment}, {cell.Conditions.Label}", VerdictRules.PurposeOf(cell.Cell.Experiment), figure, median,
                repeats.Min, repeats.Max, estimate.Grade == Grade.Limited)
            {
                Bound = cell.Is(Core.Cells.Experiment.Restart) ? BoundOf(run.Of(cell, GapSummary.Of)) : "",
            }
            : null;
    }

    /// <summary>A repeat whose wait was ended by the restart timeout has no gap in its row, so that the median of the others is a lower bound.</summary>
    private static string BoundOf(GapSummary gaps) => gaps.Valid.Any(g => g.IsAtLeast) ? "≥ " : gaps.Median is { IsBelowResolution: true } ? "≤ " : "";
}
