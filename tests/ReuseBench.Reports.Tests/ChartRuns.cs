using System.Globalization;

namespace ReuseBench.Reports.Tests;

/// <summary>Runs for charts: as many series as are asked for, with all that a chart can show of them. Seeded.</summary>
internal static class ChartRuns
{
    private static readonly (string Variant, string Accept, string Selector, int Processes, string Reuseaddr)[] Series =
    [
        ("single", "epoll", "hash", 1, "off"), ("reuseport", "epoll", "hash", 1, "off"), ("shared", "epoll", "hash", 1, "off"),
        ("shared", "epoll-exclusive", "hash", 1, "off"), ("shared", "blocking", "hash", 1, "off"),
        .. from selector in (string[])["cbpf-cpu", "cbpf-random", "incoming-cpu", "ebpf-weight", "ebpf-round-robin"]
           select ("reuseport", "epoll", selector, 1, "off"),
        .. from selector in (string[])["hash", "cbpf-cpu", "cbpf-random", "incoming-cpu", "ebpf-weight", "ebpf-round-robin"]
           select ("reuseport", "epoll", selector, 2, "off"),
        ("single", "epoll", "hash", 1, "on"), ("shared", "epoll", "hash", 1, "on"), ("shared", "epoll-exclusive", "hash", 1, "on"),
        ("shared", "blocking", "hash", 1, "on"),
    ];

    /// <summary>Throughput by workers, latency at four rates, fairness, the hash over seeds and restarts, each of so many ways of listening.</summary>
    /// <param name="run">Gets the rows.</param>
    /// <param name="count">1 to 20.</param>
    public static RunFolder Of(RunFolder run, int count)
    {
        Random random = new(count);
        DateTime started = new(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc);
        int number = 0;
        ResultRow Next(ResultRow row) => row with
        {
            StartedUtc = started.AddSeconds(10 * number++).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            CanaryRoundsPerUs = 100 - (6 * random.NextDouble()) - (number > 40 ? 8 : 0),
        };
        for (int repeat = 1; repeat <= Repeats; repeat++)
        {
            for (int series = 0; series < count; series++)
            {
                foreach (int workers in (int[])[1, 2, 4])
                {
                    ResultRow row = Row(series, workers, repeat);
                    double noise = 1 + (0.03 * (random.NextDouble() - 0.5));
                    double speed = 20_000 * Math.Pow(workers, 0.3 + (0.5 * series / count)) * (1 + (0.02 * series)) * noise;
                    ResultRow measured = Next(row) with
                    {
                        ThroughputRps = speed,
                        ConnectionsPerS = speed,
                        ServerCpuUsPerRequest = 1e6 * workers / speed * 0.7,
                        AcceptedMaxOverMean = workers > 1 ? 1.05 : null,
                        Requests = 100_000,
                    };
                    run.Add(measured).AddLatencies(measured, Latencies(random, 100));
                }

                foreach (double rate in (double[])[5_000, 10_000, 20_000, 40_000])
                {
                    ResultRow row = Next(Row(series, 2, repeat) with { Experiment = "latency", Load = "open", RateRpsRequested = rate, Arrivals = "constant" });
                    row = row with { CellId = $"{row.CellId}-l{rate}", RateRpsAchieved = rate };
                    run.Add(row).AddLatencies(row, Latencies(random, 80 / (1 - (rate / (45_000 + (1_000 * series))))));
                }

                if (series > 0)
                {
                    ResultRow row = Row(series, 4, repeat);
                    row = row with
                    {
                        CellId = $"{row.CellId}-f",
                        Experiment = "fairness",
                        Load = "open",
                        RateRpsRequested = 600,
                        AcceptedMaxOverMean = 1.2 + (0.1 * series),
                    };
                    run.Add(row).AddListeners(row, 1_000, 900 + random.Next(50), 500, repeat == 1 ? 0 : 20);
                }
            }
        }

        Hash(run, random);
        Restarts(run, random, count);
        return run;
    }

    private const int Repeats = 5;

    private static ResultRow Row(int series, int workers, int repeat)
    {
        (string variant, string accept, string selector, int processes, string reuseaddr) = Series[series];
        return RunFolder.Row(variant, workers, repeat, accept) with
        {
            Selector = selector,
            Processes = processes,
            Reuseaddr = reuseaddr,
            CellId = $"t-{variant}-{accept}-{selector}-{processes}-{reuseaddr}-w{workers}",
        };
    }

    /// <summary>A log-normal body with a heavy tail, in nanoseconds.</summary>
    private static IEnumerable<long> Latencies(Random random, double us)
    {
        for (int i = 0; i < 4_000; i++)
        {
            double normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            yield return (long)(1000 * us * Math.Exp(0.3 * normal) * (random.Next(300) == 0 ? 6 : 1));
        }
    }

    private static void Hash(RunFolder run, Random random)
    {
        foreach (int workers in (int[])[2, 4])
        {
            for (int repeat = 1; repeat <= 8; repeat++)
            {
                ResultRow row = RunFolder.Row("reuseport", workers, repeat) with
                {
                    CellId = $"hash-{workers}",
                    Experiment = "fairness",
                    Driver = "accept-only",
                    ChanceOver = "tuples",
                    Choices = 8_000,
                    Chi2 = workers - 1,
                    Chi2Df = workers - 1,
                    Chi2P = random.NextDouble(),
                    ChoicesMaxOverMean = 1 + (0.01 * workers * random.NextDouble()),
                    ChoicesMaxOverMeanExpected = 1 + (0.005 * workers),
                    ChoicesMaxOverMeanLow = 1 + (0.001 * workers),
                    ChoicesMaxOverMeanHigh = 1 + (0.012 * workers),
                };
                run.Add(row);
                ResultRow moved = RunFolder.Row("reuseport", workers, repeat) with
                {
                    CellId = $"affinity-{workers}",
                    Experiment = "affinity",
                    Driver = "accept-only",
                };
                run.Add(moved).AddAffinity(moved, "unchanged", 1, 1_000, 1_000).AddAffinity(moved, "added", 0.5, 1_000, 490 + random.Next(20))
                    .AddAffinity(moved, "first-closed", 1.0 / workers, 1_000, 1_000 / workers);
            }
        }
    }

    private static void Restarts(RunFolder run, Random random, int count)
    {
        string[] methods = ["reuseaddr", "handoff", "reuseport-drain", "reuseport-overlap", "none"];
        string[] loads = ["idle", "in-flight", "queued"];
        for (int i = 0; i < Math.Min(count, methods.Length * loads.Length); i++)
        {
            (string method, string load) = (methods[i % methods.Length], loads[i / methods.Length]);
            ResultRow row = RunFolder.Row("restart", 2) with
            {
                Experiment = "restart",
                RestartMethod = method,
                RestartStop = "graceful",
                RestartScope = "process",
                RestartLoad = load,
                CellId = $"r-{method}-{load}",
            };
            run.Add(row);
            if (i == 0)
            {
                Timeline(run, row);
            }

            for (int restart = 1; restart <= (i == 0 ? 0 : i % 2 == 0 ? 7 : 1); restart++)
            {
                run.AddRestart(row, restart, method == "none" ? 5_000 : (30 * (i + 1)) + (20 * random.NextDouble()), method == "none" ? "at-least" : "exact");
            }
        }
    }

    /// <summary>A restart with a burst that dwarfs the rest, failures between, and a stop after 100 ms.</summary>
    private static void Timeline(RunFolder run, ResultRow row)
    {
        run.AddTimeline(row, [.. Enumerable.Range(0, 400).Select(ms =>
            ms is < 105 or > 240 ? (ms == 250 ? (90L, 0L) : (1L + (ms % 3), 0L)) : (0L, ms == 180 ? 40L : 1L))]);
        run.AddRestart(new Core.Results.RestartRow
        {
            RunId = RunFolder.RunId,
            CellId = row.CellId,
            Repeat = row.Repeat,
            Restart = 20,
            RestartMethod = Core.Cells.RestartMethod.Reuseaddr,
            Status = Core.Results.RestartStatus.Measured,
            StopMs = 100,
            GapMs = 38,
            GapBound = Core.Results.GapBound.Exact,
            GapUncertaintyMs = 1,
            ProcessGoneMs = 15,
            ListeningMs = 130,
            FirstSuccessMs = 141,
            FirstResponseMs = 141,
            Attempts = 400,
            Refused = 136,
            Reset = 0,
            TimedOut = 0,
            FailedOther = 0,
        });
    }
}
