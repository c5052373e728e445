using System.Text.Json;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using MathNet.Numerics.Distributions;
using MathNet.Numerics.Statistics;
using ReuseBench.Core.Csv;
using ReuseBench.Core.Results;

namespace ReuseBench.Micro;

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

/// <summary>A job by what it does: its name in BenchmarkDotNet is a hash as soon as one setting is our own.</summary>
internal static class JobWords
{
    public static string Of(Job job)
    {
        string count = job.Run.HasValue(RunMode.IterationCountCharacteristic) ? $"{job.Run.IterationCount}" : "as many as needed";
        return job.Run.HasValue(RunMode.IterationTimeCharacteristic)
            ? $"{count} x {job.Run.IterationTime.ToMilliseconds():0} ms"
            : count;
    }
}

/// <summary>Figures over all iterations of all rounds of one case, ns for each operation; nothing is left out.</summary>
internal sealed class RoundFigures
{
    private const double Confidence = 0.95;

    private readonly double[] _all;
    private readonly double[] _means;

    /// <param name="rounds">The iterations of each round; at least one round, none of them empty.</param>
    public RoundFigures(IReadOnlyList<double[]> rounds)
    {
        _all = [.. rounds.SelectMany(round => round)];
        _means = [.. rounds.Select(round => round.Mean())];
    }

    public int Iterations => _all.Length;

    public double Mean => _means.Mean();

    /// <summary>
    /// Half the width of the 95 % confidence interval of the mean, by Student's t over the means of the rounds, which are what is independent;
    /// null for one round, whose iterations saw one state of the machine.
    /// </summary>
    public double? Error => _means.Length > 1
        ? StudentT.InvCDF(0, 1, _means.Length - 1, (1 + Confidence) / 2) * _means.StandardDeviation() / Math.Sqrt(_means.Length)
        : null;

    /// <summary>Of the iterations; null for one.</summary>
    public double? StandardDeviation => _all.Length > 1 ? _all.StandardDeviation() : null;

    public double Min => _all.Min();

    public double Median => _all.Median();

    public double Max => _all.Max();
}
