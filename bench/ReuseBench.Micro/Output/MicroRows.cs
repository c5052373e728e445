using System.Text.Json;
using BenchmarkDotNet.Mathematics;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using ReuseBench.Core.Csv;
using ReuseBench.Core.Results;

namespace ReuseBench.Micro.Output;

/// <summary>Rows of <c>micro.csv</c> from BenchmarkDotNet's summaries.</summary>
internal static class MicroRows
{
    /// <param name="summary">Of one class of benchmarks.</param>
    /// <param name="isolation">Of <see cref="MicroRow.Isolation"/>.</param>
    public static IEnumerable<MicroRow> Of(Summary summary, string isolation) =>
        summary.BenchmarksCases.Select(benchmark => Of(benchmark, summary[benchmark], isolation));

    private static MicroRow Of(BenchmarkCase benchmark, BenchmarkReport? report, string isolation)
    {
        MicroRow row = new()
        {
            Job = benchmark.Job.ResolvedId,
            Isolation = isolation,
            Group = benchmark.Descriptor.Type.Name,
            Benchmark = benchmark.Descriptor.WorkloadMethodDisplayInfo.Trim('\''),
            Parameters = string.Join("; ", benchmark.Parameters.Items.Select(p => $"{ColumnNames.Of(p.Name)}={Text(p.Value)}")),
        };
        return report is { Success: true, ResultStatistics: { } statistics }
            ? With(row, statistics, report.GcStats.GetBytesAllocatedPerOperation(benchmark))
            : row with { Failure = "the benchmark did not end; the log says why" };
    }

    private static string Text(object value) => value is Enum ? JsonNamingPolicy.KebabCaseLower.ConvertName($"{value}") : $"{value}";

    private static MicroRow With(MicroRow row, Statistics statistics, long? allocatedBytes) => row with
    {
        Iterations = statistics.N,
        MeanNs = Rounded(statistics.Mean),
        ErrorNs = statistics.N > 1 ? Rounded(statistics.ConfidenceInterval.Margin) : null,
        StddevNs = statistics.N > 1 ? Rounded(statistics.StandardDeviation) : null,
        MinNs = Rounded(statistics.Min),
        MedianNs = Rounded(statistics.Median),
        MaxNs = Rounded(statistics.Max),
        AllocatedBytes = allocatedBytes,
    };

    /// <summary>To a hundredth of a nanosecond, below which no clock here sees.</summary>
    private static double Rounded(double ns) => Math.Round(ns, 2);
}
