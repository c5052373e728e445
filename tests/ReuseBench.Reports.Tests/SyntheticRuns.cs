using ReuseBench.Core.Verdicts;

namespace ReuseBench.Reports.Tests;

/// <summary>Runs as they may come: large, tiny, spoiled. Seeded, so that the same name is always the same run.</summary>
internal static class SyntheticRuns
{
    private static readonly (string Variant, string Accept, double Base, double Scaling)[] Methods =
    [
        ("single", "epoll", 26_000, 0.35),
        ("shared", "blocking", 24_000, 0.55),
        ("shared", "epoll", 25_000, 0.45),
        ("shared", "epoll-exclusive", 26_500, 0.62),
        ("reuseport", "epoll", 27_000, 0.85),
    ];

    /// <summary>
    /// Five ways of listening, four worker counts, two workloads, an open loop, restarts and fairness; some of it limited or invalid.
    /// </summary>
    public static void Full(RunFolder run)
    {
        Random random = new(1);
        foreach (string workload in (string[])["connect", "keepalive"])
        {
            foreach (int workers in (int[])[1, 2, 4, 8])
            {
                foreach ((string variant, string accept, double @base, double scaling) in Methods)
                {
                    double speed = @base * Math.Pow(workers, scaling) * (workload == "keepalive" ? 4.2 : 1);
                    ResultRow row = RunFolder.Row(variant, workers, accept: accept)
                        with
                    { Workload = workload, CellId = $"t-{workload}-{variant}-{accept}-w{workers}" };
                    ThroughputCell(run, random, row, speed, workers == 8 ? [VerdictRules.TooFewCpus] : []);
                    LatencyCell(run, random, row with
                    {
                        Experiment = "latency",
                        Load = "open",
                        RateRpsRequested = 20_000,
                        CellId = "l"
                        + row.CellId
                    }, 60 + (900 / Math.Sqrt(workers)));
                }
            }
        }

        Restarts(run, random, restartsARepeat: 8);
        Fairness(run, random);
    }

    /// <summary>One repeat of each variant and two restarts, limited throughout: what two CPUs make of a short run.</summary>
    public static void Smoke(RunFolder run)
    {
        Random random = new(2);
        foreach ((string variant, string accept, double @base, _) in Methods.Where(w => w.Accept == "epoll"))
        {
            ResultRow row = RunFolder.Judged(RunFolder.Row(variant, 2, accept: accept), VerdictRules.TooFewCpus);
            Add(run, random, row, @base, 1, 20_000);
            run.AddListeners(row, 5_000, 5_200);
        }

        ResultRow restart = RunFolder.Row("restart", 1) with { Experiment = "restart", RestartMethod = "loop", CellId = "restart" };
        run.Add(RunFolder.Judged(restart, VerdictRules.ListenQueueOverflow));
        run.AddRestart(restart, 1, 1.2).AddRestart(restart, 2, 1.4);
    }

    public static void AllInvalid(RunFolder run)
    {
        Random random = new(3);
        foreach ((string variant, string accept, double @base, _) in Methods)
        {
            for (int repeat = 1; repeat <= 3; repeat++)
            {
                Add(run, random, RunFolder.Judged(RunFolder.Row(variant, 2, repeat, accept), VerdictRules.ClientSaturated), @base, 1, 5_000);
            }
        }
    }

    private static void ThroughputCell(RunFolder run, Random random, ResultRow row, double speed, VerdictRule[] reasons)
    {
        for (int repeat = 1; repeat <= 3; repeat++)
        {
            bool spoiled = repeat == 2 && row is { Workers: 4, Variant: "single" };
            ResultRow one = RunFolder.Judged(row with { Repeat = repeat }, spoiled ? [.. reasons, VerdictRules.ClientSaturated] : reasons);
            Add(run, random, one, spoiled ? speed * 0.6 : speed, 1, 8_000);
        }
    }

    private static void LatencyCell(RunFolder run, Random random, ResultRow row, double us)
    {
        for (int repeat = 1; repeat <= 3; repeat++)
        {
            Add(run, random, row with { Repeat = repeat, RateRpsAchieved = 19_990 }, 20_000, us / 100, 8_000);
        }
    }

    private static void Add(RunFolder run, Random random, ResultRow row, double speed, double slowness, int latencies)
    {
        double rate = speed * (1 + (0.06 * (random.NextDouble() - 0.5)));
        run.Add(row with
        {
            ThroughputRps = rate,
            ConnectionsPerS = row.Workload == "connect" ? rate : 0.4,
            ServerCpuUsPerRequest = 1e6 / speed * row.Workers * 0.6 * (1 + (0.05 * random.NextDouble())),
            AcceptedMaxOverMean = row.Workers > 1 ? 1 + (0.2 * random.NextDouble()) : null,
            AcceptedJain = row.Workers > 1 ? 0.9 + (0.1 * random.NextDouble()) : null,
            Requests = 100_000,
        });
        run.AddLatencies(row, Enumerable.Range(0, latencies).Select(_ => LatencyNs(random, slowness)));
    }

    /// <summary>A log-normal body with a heavy tail.</summary>
    private static long LatencyNs(Random random, double slowness)
    {
        double normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        double us = 90 * slowness * Math.Exp(0.4 * normal);
        return (long)(1000 * (random.NextDouble() < 0.003 ? us * (5 + (20 * random.NextDouble())) : us));
    }

    private static void Restarts(RunFolder run, Random random, int restartsARepeat)
    {
        (string Way, string Stop, string Under, int? Migrate, double Ms)[] ways =
        [
            ("none", "graceful", "idle", null, 5_000), ("reuseaddr", "graceful", "idle", null, 62), ("reuseaddr", "kill", "in-flight", null, 71),
            ("reuseport-overlap", "graceful", "queued", 0, 3.1), ("reuseport-overlap", "graceful", "queued", 1, 1.4),
                ("handoff", "graceful", "idle", null, 1.1),
            ("loop", "", "", null, 1.3), ("reuseport-drain", "graceful", "queued", null, 1.0),
        ];
        foreach ((string way, string stop, string under, int? migrate, double ms) in ways)
        {
            ResultRow row = RunFolder.Row(way.StartsWith("reuseport", StringComparison.Ordinal) ? "reuseport" : "restart", 2) with
            {
                Experiment = "restart",
                RestartMethod = way,
                RestartStop = stop,
                RestartLoad = under,
                MigrateReq = migrate,
                CellId = $"r-{way}-{stop}-{under}-{migrate}",
            };
            for (int repeat = 1; repeat <= 2; repeat++)
            {
                ResultRow one = RunFolder.Judged(row with { Repeat = repeat }, way == "handoff" && repeat == 2 ? [VerdictRules.CountsDisagree] : []);
                run.Add(one);
                for (int i = 1; i <= restartsARepeat; i++)
                {
                    run.AddRestart(one, i, way == "none" ? ms : ms * (0.8 + (0.5 * random.NextDouble())), way == "none" ? "at-least" : "exact");
                }
            }
        }
    }

    private static void Fairness(RunFolder run, Random random)
    {
        foreach ((string variant, string accept, _, _) in Methods)
        {
            foreach (int workers in (int[])[4, 8])
            {
                ResultRow row = RunFolder.Row(variant, workers, accept: accept)
                    with
                { Experiment = "fairness", CellId = $"f-{variant}-{accept}-{workers}" };
                for (int repeat = 1; repeat <= 5; repeat++)
                {
                    ResultRow one = RunFolder.Judged(row with { Repeat = repeat, AcceptedMaxOverMean = 1.1, AcceptedJain = 0.98 }, repeat == 4
                        && variant == "shared" ? [VerdictRules.CountsDisagree] : []);
                    run.Add(one).AddListeners(one, [.. Enumerable.Range(0, workers).Select(l => Accepted(random, variant, accept, l, workers))]);
                }
            }
        }
    }

    private static long Accepted(Random random, string variant, string accept, int listener, int workers) => (variant, accept) switch
    {
        ("single", _) => 100_000 / workers,
        ("shared", "epoll-exclusive") => (long)(60_000 * Math.Pow(0.5, listener) * (0.9 + (0.2 * random.NextDouble()))),
        ("shared", "epoll") => (long)(30_000 * Math.Pow(0.8, listener) * (0.9 + (0.2 * random.NextDouble()))),
        ("shared", _) => (100_000 / workers) + random.Next(3),
        _ => (long)((100_000.0 / workers) + (random.Next(-2000, 2000) / Math.Sqrt(workers))),
    };
}
