using ReuseBench.Core.Cells;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Data;

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
    private const string MigrateReq = "cover letter of tcp_migrate_req, Linux 5.14 (2021)";

    /// <summary>The busiest of eight workers of Node's SCHED_NONE has 35 % of the connections, by its manual: 2.8 times the mean.</summary>
    private const double TwiceTheMean = 2;

    /// <summary>"Up to 3 : 1" between two threads is 1.5 times the mean.</summary>
    private const double ThreeToOne = 1.5;

    public static IReadOnlyList<PublishedResult> All { get; } =
    [
        new(
            "apache_buckets",
            "found by this project (2026); the manual of Apache names only the gain of ListenCoresBucketsRatio",
            "Apache, three graceful restarts (USR1) within 1.5 s under 1000 connections/s, a listener for each CPU, beside one listener",
            "the buckets lose connections, one listener loses none",
            PublishedLooks.Losses(
                "apache",
                c => PublishedCells.IsBurstOfApache(c, "buckets") && PublishedCells.Migrates(c) is null or 0,
                c => PublishedCells.IsBurstOfApache(c, "shared"))),
        new(
            "apache_buckets_migrated",
            MigrateReq,
            "the same with a listener for each CPU, net.ipv4.tcp_migrate_req 0 beside 1",
            "with 1 nothing is lost",
            PublishedLooks.Losses(
                "apache",
                c => PublishedCells.IsBurstOfApache(c, "buckets") && PublishedCells.Migrates(c) is null or 0,
                c => PublishedCells.IsBurstOfApache(c, "buckets") && PublishedCells.Migrates(c) == 1)),
        new(
            "nginx_fewer_workers",
            "nginx, commit that brought reuseport (2015): \"connection requests will be reset … if the number of worker processes is reduced\"",
            "nginx with reuseport from 4 workers to 1 while connections are queued (workers frozen), beside one shared listener",
            "reuseport loses connections, one listener loses none",
            PublishedLooks.Losses(
                "nginx",
                c => PublishedCells.IsFewer(c, "reuseport") && PublishedCells.Migrates(c) is null or 0,
                c => PublishedCells.IsFewer(c, "shared"))),
        new(
            "nginx_fewer_workers_migrated",
            $"{MigrateReq}, which names the reload of nginx",
            "the same with reuseport, net.ipv4.tcp_migrate_req 0 beside 1",
            "with 1 nothing is lost",
            PublishedLooks.Losses(
                "nginx",
                c => PublishedCells.IsFewer(c, "reuseport") && PublishedCells.Migrates(c) is null or 0,
                c => PublishedCells.IsFewer(c, "reuseport") && PublishedCells.Migrates(c) == 1)),
        new(
            "haproxy_frequent_reloads",
            "HAProxy, \"Truly seamless reloads\" (2017): 0.25 % of requests failed with a reload every 100 ms, none with the hand-over",
            "HAProxy under 1000 connections/s, ten reloads 100 ms apart: a new process with -sf alone, beside the master that hands its listeners over",
            "-sf alone loses connections, the master loses none",
            PublishedLooks.Losses(
                "haproxy",
                c => PublishedCells.IsBurstOfHaproxy(c, "alone", "sf"),
                c => PublishedCells.IsBurstOfHaproxy(c, "master", "usr2"))),
        new(
            "haproxy_seamless",
            "HAProxy's manual: without the hand-over what the old process has queued is lost",
            "HAProxy, new process with -sf alone, beside the master that hands its listeners over (-W, USR2); connections queued (workers frozen)",
            "-sf alone loses connections, the master loses none",
            PublishedLooks.Losses(
                "haproxy",
                c => PublishedCells.IsReload(c, "haproxy", "alone", "sf"),
                c => PublishedCells.IsReload(c, "haproxy", "master", "usr2"))),
        new(
            "socket_takeover",
            "Zero Downtime Release (SIGCOMM 2020): socket takeover against a hard restart",
            "our own server with a queue: SO_REUSEADDR and a new bind, beside the hand-over of the listener (SCM_RIGHTS)",
            "the new bind loses connections, the hand-over loses none",
            PublishedLooks.Losses(
                "restart",
                c => PublishedCells.IsRestart(c, RestartMethod.Reuseaddr, RestartLoad.Queued),
                c => PublishedCells.IsRestart(c, RestartMethod.Handoff, RestartLoad.Queued))),
        new(
            "nginx_sharding",
            "NGINX 1.9.1, \"Socket Sharding\" (2015): 2 to 3 times the requests per second on 36 cores",
            "nginx with 4 workers, reuseport beside one shared listener, closed loop",
            "reuseport carries more",
            PublishedLooks.Sharding),
        new(
            "accept_loops",
            "Herbert, the commit of SO_REUSEPORT (2013): threads that accept from one listener differ by up to 3 : 1, and not with SO_REUSEPORT",
            "our own server, 4 workers that block in accept(2) on one listener, beside a listener for each; connections one by one",
            "on one listener the busiest has at least 1.5 times the mean, in a group less",
            PublishedLooks.Uneven(
                "shared",
                c => PublishedCells.IsSpaced(c, Variant.Shared, AcceptMode.Blocking),
                c => PublishedCells.IsSpaced(c, Variant.Reuseport, null),
                ThreeToOne)),
        new(
            "epoll_piles_up",
            "Cloudflare, \"Why does one NGINX worker take all the load?\" (2017): epoll on one listener, the last workers idle",
            "our own server, 4 workers with epoll on one listener, beside a listener for each; connections one by one",
            "on one listener the busiest has at least 1.5 times the mean, in a group less",
            PublishedLooks.Uneven(
                "shared",
                c => PublishedCells.IsSpaced(c, Variant.Shared, AcceptMode.Epoll),
                c => PublishedCells.IsSpaced(c, Variant.Reuseport, null),
                ThreeToOne)),
        new(
            "heavy_requests",
            "Cloudflare (2017), requests that need CPU time: longest 72.7 ms on one listener, 144.6 ms with reuseport",
            "our own server, 2 workers, 2 ms of work for each request at 60 % load: a listener for each worker beside one",
            "the 99th percentile of the group is the longer",
            PublishedLooks.Tail(PublishedCells.IsHeavyGroup, c => PublishedCells.IsHeavyPair(c) && c.Series.Variant == Variant.Shared)),
        new(
            "chosen_socket",
            "Syrup (SOSP 2021): a socket chosen by eBPF beside the hash, up to 8 times the load at the same tail",
            "the same group: hash beside round-robin by eBPF",
            "the 99th percentile of the hash is the longer",
            PublishedLooks.Tail(PublishedCells.IsHeavyGroup, c => PublishedCells.IsHeavyPair(c) && c.Series.Selector == Selector.EbpfRoundRobin)),
        new(
            "live_workers",
            "Hermes (SIGCOMM 2025): the hash sends connections to workers that hang, a selector that knows the live ones does not",
            "our own server, 4 listeners, one worker stands still: hash beside ebpf-alive",
            "by the hash about a quarter of the requests waits, by ebpf-alive none",
            PublishedLooks.LiveWorkers),
        new(
            "few_connections",
            "Envoy, issue 33707 (2024): 17 connections on 3 workers, CPU 19 / 57 / 23 %",
            "our own server, 17 persistent connections on 3 listeners: hash beside round-robin by eBPF",
            "the hash is less even than round-robin",
            PublishedLooks.Uneven(
                "reuseport",
                c => PublishedCells.IsFew(c, null),
                c => PublishedCells.IsFew(c, Selector.EbpfRoundRobin),
                least: 1)),
        new(
            "node_cluster",
            "manual of Node.js, cluster: with SCHED_NONE over 70 % of the connections in two of eight processes",
            "Node.js with 8 workers, connections one by one: SCHED_NONE beside SCHED_RR",
            "SCHED_NONE gives the busiest at least twice the mean, SCHED_RR less",
            PublishedLooks.Uneven(
                "node",
                c => PublishedCells.IsSpaced(c, "node", "shared", workers: 8),
                c => PublishedCells.IsSpaced(c, "node", "rr", workers: 8),
                TwiceTheMean)),
        new(
            "gunicorn_workers",
            "fractal-server, issue 1937: 5000 calls on 12 workers of gunicorn, 1058 to 154 each",
            "gunicorn with 12 workers on one listener, connections one by one",
            "the busiest has at least twice the mean",
            PublishedLooks.Uneven("gunicorn", c => PublishedCells.IsSpaced(c, "gunicorn", "shared", workers: 12), beside: null, TwiceTheMean)),
        new(
            "gunicorn_reuse_port",
            "gunicorn, pull request 2938: --reuse-port makes no second socket",
            "gunicorn with --reuse-port and 2 workers; the listening sockets are counted",
            "one socket, not one for each worker",
            PublishedLooks.OneSocket),
        NotHere(
            "nginx_test_resets",
            "nginx, commit 337afd5 (2017): nginx -t with reuseport reset connections",
            "nginx 1.13.2 or earlier",
            "connections are lost while the configuration is tested",
            "no distribution has so old a version; the transient member of the restart experiment does what it did (restart_method: transient)"),
        NotHere(
            "nginx_by_cores",
            "NGINX: 34 k connections/s on 1 core, 195 k on 8, 255 k on 16, then no more",
            "1 to 16 workers, load from several machines",
            "the rate stops to rise",
            "it takes 16 cores of a server, and clients on other machines"),
        NotHere(
            "envoy_hot_restart",
            "Envoy's manual: fewer workers after a hot restart drop what waits in their queues",
            "Envoy, --restart-epoch with a lower --concurrency",
            "connections are lost",
            "Debian has no Envoy; its adapter has no hot restart"),
    ];

    /// <summary>One that no run of this matrix shows.</summary>
    private static PublishedResult NotHere(string key, string source, string condition, string expected, string why) =>
        new(key, source, condition, expected, _ => new PublishedOutcome(Reproduction.Undecided, $"not run: {why}", []));
}
