using HdrHistogram;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Csv;
using ReuseBench.Core.Results;
using ReuseBench.Core.Statistics;
using ReuseBench.Core.Verdicts;
using ReuseBench.Core.Wire;
using ReuseBench.Reports.Analysis;

namespace ReuseBench.Reports.Tests;

/// <summary>
/// Run folders of any size, as a large matrix leaves them: ten repeats of each cell, of each repeat two histograms, two listeners and 130 intervals.
/// REUSEBENCH_LARGE_RUN=FOLDER:ROWS writes one to look at, or to time <c>reusebench report</c> with.
/// </summary>
internal static class LargeRuns
{
    private const int RepeatsOfACell = 10;
    private const int Intervals = 130;

    private static readonly (string Variant, string Accept, string Selector)[] Ways =
    [
        ("single", "", ""), ("shared", "epoll", ""), ("shared", "epoll-exclusive", ""), ("shared", "blocking", ""), ("reuseport", "", "hash"),
            ("reuseport", "", "cbpf-random"),
    ];

    private static readonly int[] Sizes = [1, 2, 4, 8];

    /// <param name="folder">New or empty.</param>
    /// <param name="rows">Of results.csv; rounded up to whole cells.</param>
    public static void Write(string folder, int rows)
    {
        Directory.CreateDirectory(folder);
        Random random = new(1);
        using RunFolder manifest = new();
        RunManifestFile.Write(folder, manifest.Manifest);
        string[] histograms = [.. Enumerable.Range(0, 40).Select(_ => Latencies(random))];
        using CsvTable<Core.Results.ResultRow> results = Tables.Results.Open(folder);
        using CsvTable<FairnessRow> fairness = Tables.Fairness.Open(folder);
        using CsvTable<RestartRow> restarts = Tables.Restarts.Open(folder);
        using CsvTable<HistogramRow> phases = Tables.Histograms.Open(folder);
        using CsvTable<LatencyRow> latencies = Tables.Latency.Open(folder);
        using CsvTable<TimelineRow> timeline = Tables.Timeline.Open(folder);
        using CsvTable<ChanceRow> chance = Tables.Chance.Open(folder);
        for (int cell = 0; cell < (rows + RepeatsOfACell - 1) / RepeatsOfACell; cell++)
        {
            for (int repeat = 1; repeat <= RepeatsOfACell; repeat++)
            {
                ResultRow row = Row(cell, repeat, random);
                results.Append(row.ToRow());
                chance.Append(row.ToChance());
                fairness.Append(Listeners(row));
                latencies.Append(LatencyTail.Shown.Select(p => new LatencyRow
                {
                    RunId = row.RunId,
                    CellId = row.CellId,
                    Repeat = row.Repeat,
                    Phase = Phases.Request,
                    Percentile = p,
                    LatencyUs = 100 + p,
                }));
                phases.Append(Histograms(row, histograms, random));
                timeline.Append(Enumerable.Range(0, Intervals).Select(i => Interval(row, i, random)));
                if (row.Experiment == "restart")
                {
                    restarts.Append(Restart(row, random));
                }
            }
        }
    }

    /// <summary>
    /// Half of the cells are of throughput, the others of a fixed rate, of fairness and of restarts; 24 ways and sizes share their conditions.
    /// </summary>
    private static ResultRow Row(int cell, int repeat, Random random)
    {
        (string variant, string accept, string selector) = Ways[cell % Ways.Length];
        int workers = Sizes[cell / Ways.Length % Sizes.Length];
        int group = cell / (Ways.Length * Sizes.Length);
        string experiment = (group % 10) switch { < 5 => "throughput", < 8 => "latency", 8 => "fairness", _ => "restart" };
        bool isOpen = experiment is "latency" or "fairness" or "restart";
        double speed = 20_000 * Math.Pow(workers, 0.7) * (1 + (0.05 * (cell % Ways.Length))) * (0.97 + (0.06 * random.NextDouble()));
        ResultRow row = RunFolder.Row(variant, workers, repeat, accept) with
        {
            CellId = $"{experiment}-{variant}-{accept}{selector}-w{workers}-{cell:x12}",
            Experiment = experiment,
            Selector = selector,
            Workload = group % 2 == 0 ? "connect" : "keepalive",
            Load = isOpen ? "open" : "closed",
            RateRpsRequested = isOpen ? 1_000 * (1 + group) : null,
            ServiceTimeUs = 10 * group,
            ServiceTimeDistribution = "constant",
            Seed = 1,
            ThroughputRps = speed,
            ConnectionsPerS = speed,
            ServerCpuUsPerRequest = 1e6 / speed * workers,
            AcceptedMaxOverMean = workers > 1 ? 1 + (0.1 * random.NextDouble()) : null,
            AcceptedMinOverMean = workers > 1 ? 0.9 : null,
            AcceptedJain = workers > 1 ? 0.99 : null,
            Requests = 100_000,
            RestartMethod = experiment == "restart" ? "handoff" : null,
            RestartStop = experiment == "restart" ? "graceful" : null,
            RestartScope = experiment == "restart" ? "process" : null,
            RestartLoad = experiment == "restart" ? "idle" : null,
        };
        return random.Next(50) == 0 ? RunFolder.Judged(row, VerdictRules.ClientSaturated) : workers == 8
            ? RunFolder.Judged(row, VerdictRules.TooFewCpus) : row;
    }

    private static IEnumerable<FairnessRow> Listeners(ResultRow row) => Enumerable.Range(0, 2).Select(i => new FairnessRow
    {
        RunId = row.RunId,
        CellId = row.CellId,
        Repeat = row.Repeat,
        Listener = i,
        Accepted = 50_000 + (100 * i),
        Share = 0.5,
        EvenShare = 0.5,
    });

    private static IEnumerable<HistogramRow> Histograms(ResultRow row, string[] histograms, Random random) =>
        new[] { Phases.Request, Phases.Connect }.Select(phase => new HistogramRow
        {
            RunId = row.RunId,
            CellId = row.CellId,
            Repeat = row.Repeat,
            Phase = phase,
            Count = 20_000,
            HdrV2Base64 = histograms[random.Next(histograms.Length)],
        });

    private static TimelineRow Interval(ResultRow row, int number, Random random) => new()
    {
        RunId = row.RunId,
        CellId = row.CellId,
        Repeat = row.Repeat,
        IntervalStartMs = 10 * number,
        IntervalMs = 10,
        Requests = 900 + random.Next(200),
        ConnectionsOpened = 900,
        ThroughputRps = 90_000 + random.Next(20_000),
        LatencyP50Us = 100 + (10 * random.NextDouble()),
        LatencyP99Us = 300 + (50 * random.NextDouble()),
        LatencyMaxUs = 1_000,
    };

    private static RestartRow Restart(ResultRow row, Random random) => new()
    {
        RunId = row.RunId,
        CellId = row.CellId,
        Repeat = row.Repeat,
        Restart = 1,
        RestartMethod = RestartMethod.Handoff,
        Status = RestartStatus.Measured,
        StopMs = 500,
        GapMs = 1 + random.NextDouble(),
        GapBound = GapBound.Exact,
        GapUncertaintyMs = 0.5,
        ListeningMs = 40,
        FirstSuccessMs = 41,
        Attempts = 130,
        Refused = random.Next(3),
        Reset = 0,
        TimedOut = 0,
        FailedOther = 0,
    };

    /// <summary>A log-normal body with a heavy tail, as a few thousand slots.</summary>
    private static string Latencies(Random random)
    {
        LongHistogram histogram = HistogramCodec.New();
        for (int i = 0; i < 20_000; i++)
        {
            double normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            histogram.RecordValue((long)(90_000 * Math.Exp(0.4 * normal) * (random.Next(300) == 0 ? 10 : 1)));
        }

        return HistogramCodec.ToBase64(histogram);
    }
}
