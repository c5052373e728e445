using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Data;
using ReuseBench.Reports.Wording;

namespace ReuseBench.Reports.Topics.Published;

/// <summary>What becomes of a published result on the host of a run.</summary>
public enum Reproduction
{
    Reproduced,
    NotReproduced,

    /// <summary>This run, or this host, cannot decide it.</summary>
    Undecided,
}

/// <summary>What a run shows of a published result.</summary>
/// <param name="Is">Whether it comes out.</param>
/// <param name="Seen">What was measured, or why nothing can be said.</param>
/// <param name="Cells">That it was seen in.</param>
public sealed record PublishedOutcome(Reproduction Is, string Seen, IReadOnlyList<MeasuredCell> Cells);

/// <summary>A published result with its condition, and what must come out where it holds here.</summary>
/// <param name="Key">In <c>findings.json</c>, snake_case.</param>
/// <param name="Source">Who published it, when.</param>
/// <param name="Condition">What is run here.</param>
/// <param name="Expected">The direction that it gives.</param>
/// <param name="Look">Looks for it in a run.</param>
internal sealed record PublishedResult(string Key, string Source, string Condition, string Expected, Func<RunAnalysis, PublishedOutcome> Look)
{
    /// <summary>A difference that chance makes more often is none.</summary>
    private const double Alpha = 0.05;

    /// <summary>Server CPUs below which several listeners cannot be faster: the published figures have one for each of four workers or more.</summary>
    private const int CpusOfSharding = 4;

    public static IReadOnlyList<PublishedResult> All { get; } =
    [
        Losses(
            "apache_buckets",
            "found by this project (2026); the manual of Apache names only the gain of ListenCoresBucketsRatio",
            "Apache, graceful restart (USR1) under 1000 connections/s, a listener for each CPU, beside one listener",
            "the buckets lose connections, one listener loses none",
            "apache",
            c => PublishedCells.IsReload(c, "apache", "buckets", "usr1", RestartLoad.Idle) && PublishedCells.Migrates(c) is null or 0,
            c => PublishedCells.IsReload(c, "apache", "shared", "usr1", RestartLoad.Idle)),
        Losses(
            "apache_buckets_migrated",
            "cover letter of tcp_migrate_req, Linux 5.14 (2021)",
            "the same with a listener for each CPU, net.ipv4.tcp_migrate_req 0 beside 1",
            "with 1 nothing is lost",
            "apache",
            c => PublishedCells.IsReload(c, "apache", "buckets", "usr1", RestartLoad.Idle) && PublishedCells.Migrates(c) == 0,
            c => PublishedCells.IsReload(c, "apache", "buckets", "usr1", RestartLoad.Idle) && PublishedCells.Migrates(c) == 1),
        Losses(
            "nginx_fewer_workers",
            "nginx, commit that brought reuseport (2015): \"connection requests will be reset … if the number of worker processes is reduced\"",
            "nginx with reuseport from 4 workers to 1 while connections are queued (workers frozen), beside one shared listener",
            "reuseport loses connections, one listener loses none",
            "nginx",
            c => PublishedCells.IsReload(c, "nginx", "reuseport", "fewer", RestartLoad.Frozen) && PublishedCells.Migrates(c) is null or 0,
            c => PublishedCells.IsReload(c, "nginx", "shared", "fewer", RestartLoad.Frozen)),
        Losses(
            "nginx_fewer_workers_migrated",
            "cover letter of tcp_migrate_req, Linux 5.14 (2021), which names the reload of nginx",
            "the same with reuseport, net.ipv4.tcp_migrate_req 0 beside 1",
            "with 1 nothing is lost",
            "nginx",
            c => PublishedCells.IsReload(c, "nginx", "reuseport", "fewer", RestartLoad.Frozen) && PublishedCells.Migrates(c) == 0,
            c => PublishedCells.IsReload(c, "nginx", "reuseport", "fewer", RestartLoad.Frozen) && PublishedCells.Migrates(c) == 1),
        Losses(
            "haproxy_seamless",
            "HAProxy, \"Truly seamless reloads\" (2017): 0.25 % of requests failed without the hand-over, none with it",
            "HAProxy, new process with -sf alone, beside the master that hands its listeners over (-W, USR2); connections queued (workers frozen)",
            "-sf alone loses connections, the master loses none",
            "haproxy",
            c => PublishedCells.IsReload(c, "haproxy", "alone", "sf", RestartLoad.Frozen),
            c => PublishedCells.IsReload(c, "haproxy", "master", "usr2", RestartLoad.Frozen)),
        Losses(
            "socket_takeover",
            "Zero Downtime Release (SIGCOMM 2020): socket takeover against a hard restart",
            "our own server with a queue: SO_REUSEADDR and a new bind, beside the hand-over of the listener (SCM_RIGHTS)",
            "the new bind loses connections, the hand-over loses none",
            "restart",
            c => PublishedCells.IsRestart(c, RestartMethod.Reuseaddr, RestartLoad.Queued),
            c => PublishedCells.IsRestart(c, RestartMethod.Handoff, RestartLoad.Queued)),
        new(
            "nginx_sharding",
            "NGINX 1.9.1, \"Socket Sharding\" (2015): 2 to 3 times the requests per second on 36 cores",
            "nginx with 4 workers, reuseport beside one shared listener, closed loop",
            "reuseport carries more",
            Sharding),
        new(
            "gunicorn_reuse_port",
            "gunicorn, pull request 2938: --reuse-port makes no second socket",
            "gunicorn with --reuse-port and 2 workers; the listening sockets are counted",
            "one socket, not one for each worker",
            OneSocket),
    ];

    /// <summary>That of two ways to reload one loses connections and the other does not.</summary>
    private static PublishedResult Losses(
        string key, string source, string condition, string expected, string what, Func<MeasuredCell, bool> losing, Func<MeasuredCell, bool> safe) =>
        new(key, source, condition, expected, run =>
        {
            MeasuredCell[] losers = [.. run.Cells.Where(losing)];
            MeasuredCell[] others = [.. run.Cells.Where(safe)];
            (ReloadLosses lost, ReloadLosses kept) = (ReloadLosses.Of(run, losers), ReloadLosses.Of(run, others));
            if (lost.Restarts < ReloadLosses.Least || kept.Restarts < ReloadLosses.Least)
            {
                return new PublishedOutcome(
                    Reproduction.Undecided,
                    $"{lost.Restarts} and {kept.Restarts} valid restarts, at least {ReloadLosses.Least} of each are needed: "
                        + PublishedCells.WhyNone(run, lost.Restarts < ReloadLosses.Least ? losers : others, what),
                    [.. losers, .. others]);
            }

            double chance = lost.Chance(kept);
            bool isSeen = chance <= Alpha && kept.Losing == 0;
            return new PublishedOutcome(
                isSeen ? Reproduction.Reproduced : Reproduction.NotReproduced,
                $"{lost.Text}; {kept.Text} (Fisher's exact test, p {(chance < 0.0001 ? "< 0.0001" : $"= {chance:0.0000}")})",
                [.. losers, .. others]);
        });

    private static PublishedOutcome Sharding(RunAnalysis run)
    {
        MeasuredCell[] cells = [.. run.Cells.Where(c => c.Is(Experiment.Throughput) && c.Series.Program == "nginx" && c.Workers >= CpusOfSharding)];
        Estimate? shared = cells.Where(c => c.Series.ProgramMode == "shared").Select(run.Throughput).FirstOrDefault();
        Estimate? sharded = cells.Where(c => c.Series.ProgramMode == "reuseport").Select(run.Throughput).FirstOrDefault();
        if (shared?.Value is not double one || sharded?.Value is not double each)
        {
            return new PublishedOutcome(Reproduction.Undecided, PublishedCells.WhyNone(run, cells, "nginx"), cells);
        }

        string seen = $"{Quantity.Number(each / one, 1)} times as many ({Quantity.ConnectionsPerSecond.Text(each)} and "
            + $"{Quantity.ConnectionsPerSecond.Text(one)})";
        int cpus = cells[0].Cell.Server.Cpus.Count;
        if (cpus < CpusOfSharding)
        {
            return new PublishedOutcome(
                Reproduction.Undecided,
                $"{seen}; the server had {Words.Count(cpus, "CPU")}, and it takes {CpusOfSharding} for several listeners to matter",
                cells);
        }

        // Repeats that do not overlap: the claim is a multiple, not a percent.
        return new PublishedOutcome(
            sharded.Repeats?.Min > shared.Repeats?.Max ? Reproduction.Reproduced : Reproduction.NotReproduced, seen, cells);
    }

    private static PublishedOutcome OneSocket(RunAnalysis run)
    {
        MeasuredCell[] cells = [.. run.Cells.Where(c => c.Series is { Program: "gunicorn", ProgramMode: "reuseport" })];
        ResultRow[] rows = [.. cells.SelectMany(c => c.Repeats).Select(r => r.Row).Where(r => r.ServerVersion is not null)];
        if (rows.Length == 0)
        {
            return new PublishedOutcome(Reproduction.Undecided, PublishedCells.WhyNone(run, [], "gunicorn"), cells);
        }

        return new PublishedOutcome(
            rows.All(r => r.Listeners == 1) ? Reproduction.Reproduced : Reproduction.NotReproduced,
            $"sockets that listened: {string.Join(" and ", rows.Select(r => r.Listeners).Distinct())}, where the mode means {rows[0].ListenersMeant} "
                + $"({rows[0].ServerVersion}); such repeats are invalid ({VerdictRules.NotTheMode.Code})",
            cells);
    }
}
