using ReuseBench.Core.Csv;
using ReuseBench.Core.Results;
using ReuseBench.Core.Statistics;

namespace ReuseBench.Reports.Index;

/// <summary>The runs of one host.</summary>
/// <param name="Number">Of the host, from 1 on.</param>
/// <param name="Runs">The earliest first; at least one.</param>
/// <param name="Trends">One for each cell and figure that two runs or more have.</param>
internal sealed record IndexedHost(int Number, IReadOnlyList<IndexedRun> Runs, IReadOnlyList<Trend> Trends)
{
    public IndexedRun Newest => Runs[^1];

    public string Name => $"Host {Number}";

    /// <summary>The machine in words, as the newest run has it.</summary>
    public string Label
    {
        get
        {
            HostFacts host = Newest.Host;
            string[] parts =
            [
                .. new[]
                {
                    host.CpuModel is { } model ? TextFromOutside.Clip(model) : "CPU not known",
                    $"{host.CpusAllowed} CPU{(host.CpusAllowed == 1 ? "" : "s")}",
                    host.Hypervisor is null ? null : "virtual machine",
                }.OfType<string>(),
            ];
            return string.Join(", ", parts);
        }
    }
}

/// <summary>One figure of one cell over the runs of a host.</summary>
/// <param name="Points">The earliest first, at least two: the runs that have a valid figure.</param>
/// <param name="Changes">Of level, the earliest first.</param>
internal sealed record Trend(IReadOnlyList<(IndexedRun Run, IndexedCell Cell)> Points, IReadOnlyList<ChangePoint> Changes)
{
    /// <summary>As the newest run calls it.</summary>
    public IndexedCell Cell => Points[^1].Cell;

    /// <summary>Newest over first, of medians.</summary>
    public double NewestToFirst => Points[^1].Cell.Median / Points[0].Cell.Median;

    /// <summary>The largest change, as a logarithm; 0 without one.</summary>
    public double LargestChange => Changes.Select(c => Math.Abs(c.After - c.Before)).DefaultIfEmpty(0).Max();

    /// <summary>What was not alike between the last run before a change and the first after it, but for the start of the kernel.</summary>
    public IEnumerable<(string What, string? Before, string? After)> DifferencesAt(ChangePoint change) => RunConditions.Differences(
        Conditions(Points[change.At - 1].Run), Conditions(Points[change.At].Run)).Where(d => d.What != RunConditions.Boot);

    private static IReadOnlyList<(string What, string? Value)> Conditions(IndexedRun run) => RunConditions.Of(run.Host, run.Isolation);
}

/// <summary>All runs of an index by their host, with what changed.</summary>
/// <param name="Hosts">That with the newest run first.</param>
/// <param name="FewestRuns">From which on a change of a cell could be found.</param>
internal sealed record Trends(IReadOnlyList<IndexedHost> Hosts, int FewestRuns)
{
    /// <summary>With which a change is claimed anywhere on the page where none is.</summary>
    public const double Alpha = 0.05;

    private const int Seed = 1;

    public IEnumerable<Trend> All => Hosts.SelectMany(h => h.Trends);

    /// <summary>Those that had runs enough.</summary>
    public IEnumerable<Trend> Tested => All.Where(t => t.Points.Count >= FewestRuns);

    /// <param name="runs">In any order.</param>
    public static Trends Of(IEnumerable<IndexedRun> runs)
    {
        IndexedRun[][] hosts =
        [
            .. runs.GroupBy(r => r.HostKey).Select(g => g.OrderBy(r => r.Started).ThenBy(r => r.Path, StringComparer.Ordinal).ToArray())
                .OrderByDescending(g => g[^1].Started).ThenBy(g => g[^1].Path, StringComparer.Ordinal),
        ];
        (IndexedRun Run, IndexedCell Cell)[][][] series = [.. hosts.Select(SeriesOf)];
        double[][] logs = [.. series.SelectMany(s => s).Select(points => points.Select(p => Math.Log(p.Cell.Median)).ToArray())];
        IReadOnlyList<IReadOnlyList<ChangePoint>> changes = ChangePoints.Find(logs, Alpha, Seed);
        int next = 0;
        return new Trends(
            [.. hosts.Zip(series, (of, all) => (of, all)).Select((host, i) => new IndexedHost(
                i + 1, host.of, [.. host.all.Select(points => new Trend(points, changes[next++]))]))],
            ChangePoints.FewestValues(ChangePoints.Level([.. logs.Select(l => l.Length)], Alpha)));
    }

    /// <summary>In the order of the newest run's report; a cell that only older runs have comes last.</summary>
    private static (IndexedRun Run, IndexedCell Cell)[][] SeriesOf(IndexedRun[] runs) =>
    [
        .. runs.Reverse().SelectMany(run => run.Cells, (run, cell) => (Run: run, Cell: cell)).GroupBy(p => (p.Cell.Id, p.Cell.Figure.Key))
            .Select(g => g.Reverse().ToArray()).Where(points => points.Length > 1),
    ];
}
