using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Csv;
using ReuseBench.Core.Results;
using ReuseBench.Core.Statistics;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Data;
using ReuseBench.Reports.Wording;

namespace ReuseBench.Reports.Comparison;

/// <summary>One side of a comparison: a run, or several that stand for the same.</summary>
/// <param name="Name">As in tables: the run's id, or that of the first with the number of the others.</param>
/// <param name="Runs">At least one.</param>
public sealed record ComparedSide(string Name, IReadOnlyList<RunData> Runs)
{
    /// <param name="runs">At least one.</param>
    public static ComparedSide Of(IReadOnlyList<RunData> runs) => new(runs.Count == 1 ? runs[0].RunId : $"{runs[0].RunId} and {runs.Count - 1} more", runs);
}

/// <summary>How runs are compared.</summary>
public sealed record ComparisonOptions
{
    public const double DefaultMargin = RunAnalysis.DefaultMargin;

    /// <summary>By its column in results.csv; null for what each experiment is about.</summary>
    public string? Metric { get; init; }

    /// <summary>The relative difference from which on two sides are no longer equivalent, above 0 and below 1.</summary>
    public double Margin { get; init; } = DefaultMargin;

    /// <summary>Settings that may differ between the sides: cells are matched without them.</summary>
    public IReadOnlyList<Setting> Across { get; init; } = [];
}

/// <summary>What a comparison says of a cell.</summary>
public enum ComparisonVerdict
{
    Worse,
    Better,
    NotDecided,

    /// <summary>The difference is smaller than the margin.</summary>
    Equivalent,

    /// <summary>Too few valid repeats, or no figure that has a ratio: it is in no count of comparisons.</summary>
    NotCompared,
}

/// <summary>One figure of one cell, on the side that is compared and on the baseline.</summary>
/// <param name="Side">That is compared.</param>
/// <param name="Cell">There; its first run's.</param>
/// <param name="Figure">That is compared.</param>
/// <param name="Baseline">Repeats of the baseline, all runs.</param>
/// <param name="Other">Repeats of the side.</param>
/// <param name="Ratio">Null where there is none.</param>
/// <param name="WhyNot">There is none.</param>
public sealed record CellComparison(
    ComparedSide Side, MeasuredCell Cell, Figure Figure, IReadOnlyList<double> Baseline, IReadOnlyList<double> Other, RatioOfSides? Ratio, string? WhyNot)
{
    /// <summary>Of all comparisons that are read together.</summary>
    public double? DifferenceP { get; init; }

    public double? EquivalenceP { get; init; }

    public ComparisonVerdict Verdict { get; init; } = ComparisonVerdict.NotCompared;

    /// <summary>Reasons that restrict a repeat on one of the sides.</summary>
    public IReadOnlyList<VerdictRule> Restrictions { get; init; } = [];

    /// <summary>By how much it is worse, over 0; 0 and below where it is not.</summary>
    public double Loss => Ratio is null ? 0 : Figure.Better == Better.Higher ? 1 - Ratio.Ratio : Ratio.Ratio - 1;
}

/// <summary>Runs compared cell by cell with the first side.</summary>
/// <param name="Baseline">The side that is compared with.</param>
/// <param name="Others">At least one.</param>
/// <param name="Cells">Worst first.</param>
/// <param name="Differences">What was not alike between baseline and others, one part of a sentence each.</param>
/// <param name="Options">How.</param>
public sealed record RunComparison(
    ComparedSide Baseline, IReadOnlyList<ComparedSide> Others, IReadOnlyList<CellComparison> Cells, IReadOnlyList<string> Differences,
    ComparisonOptions Options)
{
    /// <summary>Of each of the two kinds of claim, over all cells.</summary>
    public const double Alpha = 0.05;

    /// <summary>Cells that only one of the sides has, by side.</summary>
    public IReadOnlyList<(ComparedSide Side, int OnlyThere, int OnlyBaseline)> Unmatched { get; init; } = [];

    /// <summary>Whether a side has several runs, so that their scatter is in the figures.</summary>
    public bool KnowsScatterOfRuns => Cells.Any(c => c.Ratio is not null) ? Cells.All(c => c.Ratio is null or { IsBetweenRuns: true })
        : Baseline.Runs.Count + Others.Min(o => o.Runs.Count) > 2;

    public int Count(ComparisonVerdict verdict) => Cells.Count(c => c.Verdict == verdict);

    /// <summary>Cells that are worse for certain, by that share or more.</summary>
    public IEnumerable<CellComparison> Regressions(double share) => Cells.Where(c => c.Verdict == ComparisonVerdict.Worse && c.Loss >= share);

    /// <param name="baseline">The side that is compared with.</param>
    /// <param name="others">Compared with it, at least one.</param>
    /// <param name="options">How.</param>
    /// <exception cref="UsageException">They have no cell in common, or the metric is none that can be compared.</exception>
    public static RunComparison Of(ComparedSide baseline, IReadOnlyList<ComparedSide> others, ComparisonOptions options)
    {
        Figure? asked = options.Metric is { } column ? FigureOf(column) : null;
        Dictionary<string, MeasuredCell>[] from = [.. baseline.Runs.Select(r => Keyed(r, options))];
        List<CellComparison> compared = [];
        List<(ComparedSide, int, int)> unmatched = [];
        foreach (ComparedSide side in others)
        {
            Dictionary<string, MeasuredCell>[] to = [.. side.Runs.Select(r => Keyed(r, options))];
            string[] common = [.. to.SelectMany(r => r.Keys).Distinct().Where(key => from.Any(r => r.ContainsKey(key)))];
            if (common.Length == 0)
            {
                throw new UsageException(
                    $"compare: {side.Name} has no cell in common with {baseline.Name}; compare runs of one matrix, or name the settings that differ with "
                    + "--across");
            }

            unmatched.Add((side, KeysOf(to) - common.Length, KeysOf(from) - common.Length));
            compared.AddRange(common.Select(key => Compare(
                side, [.. from.Select(r => r.GetValueOrDefault(key))], [.. to.Select(r => r.GetValueOrDefault(key))], asked, options)));
        }

        return new RunComparison(baseline, others, Judged(compared, options), [.. DifferencesOf(baseline, others, options)], options) { Unmatched = unmatched };
    }

    private static int KeysOf(IEnumerable<Dictionary<string, MeasuredCell>> runs) => runs.SelectMany(r => r.Keys).Distinct().Count();

    /// <summary>What was not alike, as far as it is known; another start of one host is no other host.</summary>
    private static IEnumerable<string> DifferencesOf(ComparedSide baseline, IReadOnlyList<ComparedSide> others, ComparisonOptions options)
    {
        RunManifest? first = baseline.Runs[0].Manifest;
        HashSet<string> said = [];
        foreach (RunData run in baseline.Runs.Skip(1).Concat(others.SelectMany(o => o.Runs)))
        {
            if (first is null || run.Manifest is not { } manifest)
            {
                if (said.Add(RunFiles.Manifest))
                {
                    yield return $"the host of {(first is null ? baseline.Runs[0] : run).RunId} is not known ({RunFiles.Manifest} is missing)";
                }

                continue;
            }

            foreach ((string what, string? here, string? there) in RunConditions.Differences(
                RunConditions.Of(first.Host, first.Isolation), RunConditions.Of(manifest.Host, manifest.Isolation)).Where(d => d.What != RunConditions.Boot))
            {
                if (said.Add(what))
                {
                    yield return $"{what} {here ?? "unknown"} and {there ?? "unknown"}";
                }
            }
        }
    }

    private static Dictionary<string, MeasuredCell> Keyed(RunData run, ComparisonOptions options)
    {
        Dictionary<string, MeasuredCell> keyed = [];
        foreach (MeasuredCell cell in run.Cells)
        {
            string key = options.Across.Count == 0 ? cell.Id : options.Across.Aggregate(cell.Cell, (c, setting) => setting.Reset(c)).Id;
            if (!keyed.TryAdd(key, cell))
            {
                throw new UsageException(
                    $"across: {string.Join(", ", options.Across.Select(s => s.Key))}: {run.RunId} has {keyed[key].Id} and {cell.Id}, which would be one cell; "
                    + "leave --across out, or compare runs that have one value each");
            }
        }

        return keyed;
    }

    private static CellComparison Compare(
        ComparedSide side, IReadOnlyList<MeasuredCell?> from, IReadOnlyList<MeasuredCell?> to, Figure? asked, ComparisonOptions options)
    {
        MeasuredCell cell = to.First(c => c is not null)!;
        Figure figure = asked ?? FigureOf(cell, [.. from.Concat(to).OfType<MeasuredCell>()]);
        RepeatSelection[] baseline = [.. from.OfType<MeasuredCell>().Select(c => RepeatSelection.Of(c, figure))];
        RepeatSelection[] other = [.. to.OfType<MeasuredCell>().Select(c => RepeatSelection.Of(c, figure))];
        double[][] a = [.. baseline.Select(s => Values(s, figure))];
        double[][] b = [.. other.Select(s => Values(s, figure))];
        RatioOfSides? ratio = RatioOfSides.Of(a, b, options.Margin);
        string? why = ratio is null ? WhyNot(baseline, a, other, b) : null;
        return new CellComparison(side, cell, figure, [.. a.SelectMany(v => v)], [.. b.SelectMany(v => v)], ratio, why)
        {
            Restrictions =
            [
                .. baseline.Concat(other).SelectMany(s => s.Restrictions).DistinctBy(r => r.Code).OrderBy(r => r.Code, StringComparer.Ordinal),
            ],
        };
    }

    private static double[] Values(RepeatSelection selection, Figure figure) => [.. selection.Valid.Select(r => figure.Of(r.Row)!.Value)];

    private static string WhyNot(RepeatSelection[] baseline, double[][] a, RepeatSelection[] other, double[][] b)
    {
        (string Name, RepeatSelection[] Selections, int Count)[] sides =
            [("baseline", baseline, a.Sum(v => v.Length)), ("other", other, b.Sum(v => v.Length))];
        foreach ((string name, RepeatSelection[] selections, int count) in sides)
        {
            if (count < RatioOfSides.FewestRepeats)
            {
                string[] codes = [.. selections.SelectMany(s => s.InvalidCodes).Distinct().Order(StringComparer.Ordinal)];
                return $"{name}: {Words.Count(count, "valid repeat")} of at least {RatioOfSides.FewestRepeats}"
                    + (codes.Length > 0 ? $" ({string.Join(", ", codes)})" : "");
            }
        }

        return "a value of 0 has no ratio";
    }

    /// <summary>Two families, each over all cells: of differences, and of equivalence.</summary>
    private static CellComparison[] Judged(List<CellComparison> all, ComparisonOptions options)
    {
        CellComparison[] counted = [.. all.Where(c => c.Ratio is not null)];
        double[] differences = HolmCorrection.Adjust([.. counted.Select(c => c.Ratio!.DifferenceP)]);
        double[] equivalences = HolmCorrection.Adjust([.. counted.Select(c => c.Ratio!.EquivalenceP)]);
        return
        [
            .. counted.Select((c, i) => c with
            {
                DifferenceP = differences[i],
                EquivalenceP = equivalences[i],
                Verdict = equivalences[i] < Alpha ? ComparisonVerdict.Equivalent
                    : differences[i] >= Alpha ? ComparisonVerdict.NotDecided
                    : c.Loss > 0 ? ComparisonVerdict.Worse : ComparisonVerdict.Better,
            }).Concat(all.Where(c => c.Ratio is null)).OrderBy(c => c.Verdict).ThenByDescending(c => c.Verdict == ComparisonVerdict.Better ? -c.Loss : c.Loss),
        ];
    }

    /// <summary>What the cell's experiment is about, where it is read by itself.</summary>
    internal static Figure FigureOf(MeasuredCell cell) => FigureOf(cell, [cell]);

    /// <summary>What the cell's experiment is about.</summary>
    private static Figure FigureOf(MeasuredCell cell, IReadOnlyList<MeasuredCell> all) => VerdictRules.PurposeOf(cell.Cell.Experiment) switch
    {
        Figures.Throughput => Figure.Throughput(cell.Conditions),
        // A percentile is given where there are enough values: of all repeats, or it would be chosen by what came out.
        Figures.Latency => LatencyTail.IsLatency(cell.Conditions, 99)
            && all.SelectMany(c => c.Repeats).Where(r => r.IsValid(Figures.Latency)).All(r => r.Row.LatencyP99Us is not null)
            ? FigureOf("latency_p99_us") : FigureOf("latency_p50_us"),
        Figures.Gap => FigureOf("gap_p50_ms"),
        _ => Figure.AcceptedMaxOverMean,
    };

    private static Figure FigureOf(string column)
    {
        IReadOnlyList<Metric<ResultRow>> known = Metrics.Of<ResultRow>();
        Metric<ResultRow> metric = known.FirstOrDefault(m => m.Column == column) ?? throw new UsageException(
            $"metric: '{TextFromOutside.Clip(column)}' is no metric of {Tables.Results.FileName}"
            + (Core.Units.Nearest.Of(column, known.Select(m => m.Column)) is { } near ? $"; did you mean '{near}'?" : "; docs/COLUMNS.md lists them"));
        return metric.Better == Better.Neither
            ? throw new UsageException($"metric: {column} is better neither high nor low, so nothing can be worse; name another")
            : new Figure(metric, metric.Name, QuantityOf(metric.Unit));
    }

    private static Quantity QuantityOf(string unit) => unit switch
    {
        "µs" => Quantity.Microseconds,
        "ms" => Quantity.Milliseconds,
        "requests/s" => Quantity.RequestsPerSecond,
        "connections/s" => Quantity.ConnectionsPerSecond,
        _ => Quantity.Ratio,
    };
}
