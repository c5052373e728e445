using System.Text.Json;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using ReuseBench.Core.Csv;
using ReuseBench.Core.Results;

namespace ReuseBench.Micro.Output;

/// <summary>Rows of <c>micro.csv</c> from BenchmarkDotNet's summaries.</summary>
internal static class MicroRows
{
    /// <param name="rounds">The summaries of each round, one for each class of benchmarks.</param>
    /// <param name="isolation">Of <see cref="MicroRow.Isolation"/>.</param>
    public static IEnumerable<MicroRow> Of(IReadOnlyList<Summary[]> rounds, string isolation) =>
        rounds.SelectMany(round => round)
            .SelectMany(summary => summary.BenchmarksCases.Select(benchmark => (Benchmark: benchmark, Report: summary[benchmark])))
            .GroupBy(one => Identity(one.Benchmark, isolation))
            .Select(same => Of(same.Key, [.. same], rounds.Count));

    private static MicroRow Of(MicroRow identity, (BenchmarkCase Benchmark, BenchmarkReport? Report)[] rounds, int wanted)
    {
        double[][] values = [.. rounds.Select(round => round.Report?.ResultStatistics?.OriginalValues.ToArray() ?? []).Where(ns => ns.Length > 0)];
        if (values.Length < wanted || rounds.Any(round => round.Report is not { Success: true }))
        {
            return identity with { Failure = "the benchmark did not end in every round; the log says why" };
        }

        RoundFigures figures = new(values);
        return identity with
        {
            Rounds = values.Length,
            Iterations = figures.Iterations,
            MeanNs = Rounded(figures.Mean),
            ErrorNs = Rounded(figures.Error),
            StddevNs = Rounded(figures.StandardDeviation),
            MinNs = Rounded(figures.Min),
            MedianNs = Rounded(figures.Median),
            MaxNs = Rounded(figures.Max),
            AllocatedBytes = rounds.Max(round => round.Report!.GcStats.GetBytesAllocatedPerOperation(round.Benchmark)),
        };
    }

    private static MicroRow Identity(BenchmarkCase benchmark, string isolation) => new()
    {
        Job = JobWords.Of(benchmark.Job),
        Isolation = isolation,
        Group = benchmark.Descriptor.Type.Name,
        Benchmark = benchmark.Descriptor.WorkloadMethodDisplayInfo.Trim('\''),
        Parameters = string.Join("; ", benchmark.Parameters.Items.Select(p => $"{ColumnNames.Of(p.Name)}={Text(p.Value)}")),
    };

    private static string Text(object value) => value is Enum ? JsonNamingPolicy.KebabCaseLower.ConvertName($"{value}") : $"{value}";

    /// <summary>To a hundredth of a nanosecond, below which no clock here sees.</summary>
    private static double? Rounded(double? ns) => ns is double value ? Math.Round(value, 2) : null;
}
