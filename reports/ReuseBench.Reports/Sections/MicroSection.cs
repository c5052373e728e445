using System.Globalization;
using ReuseBench.Core.Results;
using ReuseBench.Reports.Document;

namespace ReuseBench.Reports.Sections;

/// <summary>What single operations cost, so that the figures of whole runs can be explained.</summary>
public sealed class MicroSection : ISection
{
    private const double NsPerUs = 1e3;
    private const double NsPerMs = 1e6;

    /// <summary>A mean whose interval is wider than itself says nothing; it is left out, and the range stands alone.</summary>
    private const double LargestErrorShare = 0.5;

    public string Title => "What one operation costs";

    public IEnumerable<Block> Build(ReportMaterial material)
    {
        IReadOnlyList<MicroRow> rows = material.Tables.Table<MicroRow>(RunFiles.Micro);
        return rows.Count == 0 ? [] : Build([.. rows]);
    }

    private static IEnumerable<Block> Build(MicroRow[] rows)
    {
        string jobs = string.Join(", ", rows.Select(r => r.Job).Distinct());
        string where = rows.All(r => r.Isolation == "netns") ? "each case in a network namespace of its own" : "in the host's network namespace";
        yield return new Paragraph(
            $"BenchmarkDotNet, job {jobs}, {where}; one thread, nobody else to contend with. A mean stands with half the width of its "
            + "99.9 % confidence interval, and is left out where that half is more than half of it: what else ran on the host got in the way, "
            + "or the job was too short. A few allocated bytes are BenchmarkDotNet's own, spread over an iteration. Costs of several threads at once are in the sections above, not here.");
        foreach (IGrouping<string, MicroRow> group in rows.GroupBy(r => r.Group))
        {
            yield return new Table(
                $"{group.Key}: time and managed memory for each operation.",
                ["Operation", "Parameters", "Mean", "±", "Lowest to highest", "Iterations", "Allocated"],
                [.. group.Select(Cells)]);
        }
    }

    private static IReadOnlyList<string> Cells(MicroRow row) => row.MeanNs is null
        ? [row.Benchmark, row.Parameters, $"none: {row.Failure}", "", "", "", ""]
        :
        [
            row.Benchmark,
            row.Parameters,
            IsSettled(row) ? Time(row.MeanNs) : "unsettled",
            IsSettled(row) ? Time(row.ErrorNs) : "–",
            $"{Time(row.MinNs)} to {Time(row.MaxNs)}",
            $"{row.Iterations}",
            row.AllocatedBytes is double bytes ? $"{bytes:0} B" : "–",
        ];

    private static bool IsSettled(MicroRow row) => row.ErrorNs <= row.MeanNs * LargestErrorShare;

    private static string Time(double? ns) => ns switch
    {
        null => "–",
        >= NsPerMs => string.Create(CultureInfo.InvariantCulture, $"{ns / NsPerMs:0.00} ms"),
        >= NsPerUs => string.Create(CultureInfo.InvariantCulture, $"{ns / NsPerUs:0.00} µs"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{ns:0.0} ns"),
    };
}
