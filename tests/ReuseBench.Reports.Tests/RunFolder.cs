using HdrHistogram;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Csv;
using ReuseBench.Core.Results;
using ReuseBench.Core.Statistics;
using ReuseBench.Core.Verdicts;
using ReuseBench.Core.Wire;

namespace ReuseBench.Reports.Tests;

/// <summary>A synthetic run folder: rows are collected, then written with the product's own CSV writer.</summary>
public sealed class RunFolder : IDisposable
{
    public const string RunId = "synthetic";

    private readonly List<ResultRow> _results = [];
    private readonly List<FairnessRow> _fairness = [];
    private readonly List<ChanceRow> _chance = [];
    private readonly List<RestartRow> _restarts = [];
    private readonly List<AffinityRow> _affinity = [];
    private readonly List<HistogramRow> _histograms = [];
    private readonly List<LatencyRow> _latencies = [];
    private readonly List<TimelineRow> _timeline = [];
    private readonly bool _keep;

    public RunFolder()
        : this(System.IO.Path.Combine(System.IO.Path.GetTempPath(), "reusebench-report-" + System.IO.Path.GetRandomFileName()), keep: false)
    {
    }

    private RunFolder(string path, bool keep)
    {
        Path = path;
        _keep = keep;
        Directory.CreateDirectory(path);
    }

    public string Path { get; }

    public RunManifest Manifest { get; set; } = new()
    {
        RunId = RunId,
        Status = RunStatus.Complete,
        StartedUtc = "2026-01-02T03:04:05Z",
        EndedUtc = "2026-01-02T04:04:05Z",
        Matrix = "full",
        Seed = 7,
        Isolation = "netns",
        Arguments = ["run", "--matrix", "full"],
        Cells = [],
        Host = new HostFacts
        {
            Kernel = "6.18.5",
            Machine = "x86_64",
            CpuModel = "Example CPU 3.0 GHz",
            CpusAllowed = 16,
            ServerCpus = "0-7",
            ClientCpus = "8-15",
            Sysctls = new SortedDictionary<string, string> { ["net.core.somaxconn"] = "4096" },
        },
        OverheadShare = 0.09,
    };

    /// <summary>A folder that stays, for looking at.</summary>
    public static RunFolder Kept(string path) => new(path, keep: true);

    public static ResultRow Row(string variant, int workers, int repeat = 1, string accept = "epoll") => new()
    {
        RunId = RunId,
        CellId = $"throughput-{variant}-{accept}-w{workers}",
        Repeat = repeat,
        Experiment = "throughput",
        Variant = variant,
        Workers = workers,
        Processes = 1,
        Accept = accept,
        Selector = "hash",
        Reuseaddr = variant == "restart" ? "on" : "off",
        Workload = "connect",
        Load = "closed",
        Connections = 64,
        SourcePlan = "ephemeral",
        Close = "rst",
        Driver = "native",
        ServerCpuList = "0-7",
        ClientCpuList = "8-15",
        Isolation = "netns",
        Listeners = variant == "reuseport" ? workers : 1,
        ServerThreads = workers,
        Backlog = 4096,
        ResponseBytes = 128,
        Verdict = "ok",
    };

    public static ResultRow Judged(ResultRow row, params VerdictRule[] reasons)
    {
        Verdict verdict = new(reasons);
        return row with { Verdict = Core.Units.Names.Of(verdict.Grade), VerdictReasons = verdict.Codes };
    }

    public RunFolder Add(ResultRow row)
    {
        _results.Add(row);
        return this;
    }

    /// <summary>The repeats of a cell by their throughput.</summary>
    public RunFolder AddRepeats(ResultRow row, params double[] connectionsPerS)
    {
        for (int i = 0; i < connectionsPerS.Length; i++)
        {
            Add(row with { Repeat = i + 1, ConnectionsPerS = connectionsPerS[i], ThroughputRps = connectionsPerS[i] });
        }

        return this;
    }

    public RunFolder AddLatencies(ResultRow row, IEnumerable<long> nanoseconds)
    {
        LongHistogram histogram = HistogramCodec.New();
        foreach (long value in nanoseconds)
        {
            histogram.RecordValue(value);
        }

        _latencies.AddRange(LatencyRow.From(
            new LatencyRow { RunId = RunId, CellId = row.CellId, Repeat = row.Repeat, Phase = Phases.Request }, histogram, row.RequestsFailed ?? 0));
        return AddHistogram(row, HistogramCodec.ToBase64(histogram), histogram.TotalCount);
    }

    /// <summary>The same, with the times at which they were complete, nanoseconds from the beginning of the window.</summary>
    public RunFolder AddLatencies(ResultRow row, IReadOnlyCollection<(long AtNs, long Ns)> values)
    {
        long[] longest = new long[(values.Max(v => v.AtNs) / SlotPeaks.SlotNs) + 1];
        foreach ((long atNs, long ns) in values)
        {
            longest[atNs / SlotPeaks.SlotNs] = Math.Max(longest[atNs / SlotPeaks.SlotNs], ns);
        }

        AddLatencies(row, values.Select(v => v.Ns));
        _histograms[^1] = _histograms[^1] with { SlotPeaksBase64 = SlotPeaks.Of(longest).ToBase64() };
        return this;
    }

    public RunFolder AddHistogram(ResultRow row, string base64, long count)
    {
        _histograms.Add(new HistogramRow
        {
            RunId = RunId,
            CellId = row.CellId,
            Repeat = row.Repeat,
            Phase = Phases.Request,
            Count = count,
            HdrV2Base64 = base64
        });
        return this;
    }

    public RunFolder AddListeners(ResultRow row, params long[] accepted)
    {
        double sum = accepted.Sum();
        _chance.AddRange(accepted.Select((count, i) => new ChanceRow
        {
            RunId = RunId,
            CellId = row.CellId,
            Repeat = row.Repeat,
            Statistic = ChanceStatistic.ChoiceShare,
            Listener = i,
            Choices = count,
        }));
        _fairness.AddRange(accepted.Select((count, i) => new FairnessRow
        {
            RunId = RunId,
            CellId = row.CellId,
            Repeat = row.Repeat,
            Listener = i,
            Accepted = count,
            Share = count / sum,
            EvenShare = 1.0 / accepted.Length,
        }));
        return this;
    }

    /// <summary>What a listener had of a stall: requests that were answered meanwhile, and such that waited.</summary>
    public RunFolder AddListener(ResultRow row, int listener, long responses, long waiting)
    {
        _fairness.Add(new FairnessRow
        {
            RunId = RunId,
            CellId = row.CellId,
            Repeat = row.Repeat,
            Listener = listener,
            Accepted = responses,
            EvenShare = 1.0 / row.Workers,
            ResponsesDuringStall = responses,
            Waiting = waiting,
        });
        return this;
    }

    public RunFolder AddAffinity(ResultRow row, string change, double expected, int tuples, int kept, int againstRule = 0)
    {
        Core.Statistics.Chance.Band band = Core.Statistics.Chance.BinomialBand.OfShare(expected, tuples);
        _affinity.Add(new AffinityRow
        {
            RunId = RunId,
            CellId = row.CellId,
            Repeat = row.Repeat,
            Listeners = row.Workers,
            Processes = row.Processes,
            Change = change,
            Tuples = tuples,
            Kept = kept,
            KeptShare = (double)kept / tuples,
            ExpectedShare = expected,
            BandLow = band.Low,
            BandHigh = band.High,
            AgainstRule = againstRule,
        });
        return this;
    }

    public RunFolder AddRestart(ResultRow row, int number, double? gapMs, string bound = "exact", double uncertaintyMs = 1, double? silenceMs = null)
    {
        _restarts.Add(new RestartRow
        {
            RunId = RunId,
            CellId = row.CellId,
            Repeat = row.Repeat,
            Restart = number,
            RestartMethod = row.RestartMethod is { } method ? Core.Units.Names.Parse<RestartMethod>(method, "method") : RestartMethod.Loop,
            GapMs = gapMs,
            GapBound = gapMs is null ? null : Core.Units.Names.Parse<GapBound>(bound, "bound"),
            GapUncertaintyMs = uncertaintyMs,
            LongestWithoutResponseMs = silenceMs,
            Refused = 12,
            Reset = 2,
            Status = gapMs is null ? RestartStatus.Skipped : RestartStatus.Measured,
            Reason = gapMs is null ? "the right to set tcp_migrate_req is missing" : null,
        });
        return this;
    }

    public RunFolder AddRestart(RestartRow row)
    {
        _restarts.Add(row);
        return this;
    }

    /// <summary>Intervals of one millisecond: what was answered and what failed in each.</summary>
    public RunFolder AddTimeline(ResultRow row, params (long Served, long Failed)[] intervals)
    {
        _timeline.AddRange(intervals.Select((interval, i) => new TimelineRow
        {
            RunId = RunId,
            CellId = row.CellId,
            Repeat = row.Repeat,
            IntervalStartMs = i,
            IntervalMs = 1,
            Requests = interval.Served,
            Errors = interval.Failed,
        }));
        return this;
    }

    public RunFolder Write()
    {
        RunManifestFile.Write(Path, Manifest);
        Append(_results.Select(r => r.ToRow()));
        Append(_fairness);
        Append([.. _chance, .. _results.SelectMany(r => r.ToChance())]);
        Append(_restarts);
        Append(_affinity);
        Append(_histograms);
        Append(_latencies);
        Append(_timeline);
        return this;
    }

    public Analysis.RunAnalysis Read() => new(Data.RunData.Read(Write().Path));

    public void Dispose()
    {
        if (!_keep)
        {
            Directory.Delete(Path, recursive: true);
        }
    }

    private void Append<T>(IEnumerable<T> rows)
        where T : class, IRow, new()
    {
        using CsvTable<T> table = Tables.Of<T>().Open(Path);
        table.Append(rows);
    }
}
