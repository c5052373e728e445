using ReuseBench.Bench.Experiments.Measuring;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Core.Units;

namespace ReuseBench.Bench.Experiments.Restarts;

/// <summary>
/// <c>restart</c>: what a restart costs. By the method <c>loop</c> a server that stops and starts its listener within one process, under the cell's
/// own load; by every other one a trial: one restart under probes.
/// </summary>
internal sealed class RestartExperiment : IExperiment
{
    /// <summary>Three processes, lead and tail; measured on a two-core machine.</summary>
    private static readonly Duration Usual = Duration.FromMilliseconds(2000);

    /// <summary>What has queued up is answered first, and a wait for it is part of the trial.</summary>
    private static readonly Duration Queue = Duration.FromMilliseconds(1200);

    /// <summary>TCP_TIMEWAIT_LEN of include/net/tcp.h, fixed when the kernel is built.</summary>
    private static readonly Duration TimeWait = Duration.FromSeconds(60);

    /// <summary>A shorter wait is not worth the company.</summary>
    private static readonly Duration LongWait = Duration.FromSeconds(15);

    /// <summary>A trial is probed at a rate of its own, and the method says how both servers listen.</summary>
    private static readonly HashSet<string> NotOfTrials =
    [
        "variant", "selector", "processes", "reuseaddr", "rx_cpu_match", "restart_every", "client_threads", "warmup", "ramp", "open_spacing", "interval",
        "duration", "driver",
    ];

    public Experiment Kind => Experiment.Restart;

    public string Meaning => "What a restart costs: for how long connections are lost, which fail and why.";

    public string? Command => "restart";

    public bool TakesPrograms => true;

    /// <summary>Each attempt is recorded, which only the native swarm does.</summary>
    public bool Takes(Driver driver) => driver == Driver.Native;

    /// <inheritdoc/>
    public string? Problem(Cell cell) => ProblemOfReload(cell) ?? (RestartRules.WhyNot(cell) is { } why
        ? $"restart: {RestartRules.Describe(cell.Restart!)} does not exist, since {why}"
        : !IsLoop(cell) && cell.Server is { Program: null, Variant: Variant.Shared, Accept: AcceptMode.Blocking }
            ? $"accept: {Names.Of(cell.Server.Accept)} cannot let go of a listener that others go on with; use epoll, epoll-exclusive or io-uring for a restart"
        : !IsLoop(cell) && cell.Load.Rate > RestartRules.MaxProbeRate
            ? $"rate: {cell.Load.Rate} is out of range; a restart is probed at most {RestartRules.MaxProbeRate} times a second"
            : null);

    /// <inheritdoc/>
    public string? WhyLeftOut(Cell cell) => RestartRules.WhyNot(cell) is { } why ? RestartCatalogue.LeftOutText(cell.Restart!, why) : null;

    /// <inheritdoc/>
    public Cell BlankOf(Cell given) => given.Server.Program is not null ? RestartRules.BlankOf(RestartMethod.Reload)
        : IsLoop(given) ? Cell.Blank : RestartRules.BlankOf(given.Restart!.Method);

    /// <inheritdoc/>
    public string? WhyNoEffect(string key, Cell cell) =>
        IsLoop(cell) ? key == "variant" ? "the loop of restarts is the variant restart" : null
        : cell.Restart!.Method == RestartMethod.NoneSameTuples && key is ("sources" or "source_plan" or "source_ports")
            ? "none-same-tuples probes from the addresses and ports that TIME_WAIT holds"
        : RestartLoadSettings.IsOutwaited(key, cell) ? $"what waits in a queue is seen to its end, and is given {RestartRules.QueueTimeout}; use more"
        : key == "retry_delay" ? "a probe that fails is not repeated"
        : key == "connections" && cell.Load.Workload.IsConnect ? "a restart opens as many single connections as its rate and timeout make"
        : key == "selector" ? "a selector knows the listeners that it was given, and those that join in a restart are none of them"
        : key == "restart_every" && RestartRules.IsBurst(cell.Restart) ? null
        : NotOfTrials.Contains(key) ? "a restart is probed at a rate, and restart_method says how the servers listen"
        : null;

    /// <summary>A cell of the loop is one of the variant restart, whatever it says of the variant: what goes with that has an effect.</summary>
    public Cell Prepare(Cell cell)
    {
        RestartSettings restart = cell.Restart ?? new RestartSettings();
        if (cell.Server.Program is not null && restart.Method == RestartMethod.Loop)
        {
            return cell with { Restart = restart with { Method = RestartMethod.Reload } };
        }

        return restart.Method == RestartMethod.Loop
            ? cell with { Restart = restart, Server = cell.Server with { Variant = Variant.Restart } }
            : cell with { Restart = restart, Server = RestartRules.ServerOf(cell.Server, restart.Method) };
    }

    public Cell Settle(Cell cell)
    {
        RestartSettings restart = cell.Restart!;
        return restart.Method == RestartMethod.Loop
            ? cell with
            {
                // After the reset of what has no effect.
                Server = cell.Server with { Variant = Variant.Restart },
                Restart = restart with { Stop = StopSignal.Graceful, Scope = RestartScope.Thread, Load = RestartLoad.InFlight },
            }
            : cell with
            {
                Server = RestartRules.ServerOf(cell.Server, restart.Method),
                Load = cell.Load with { Rate = cell.Load.Rate ?? RestartRules.DefaultProbeRate },
            };
    }

    /// <summary>
    /// Long waits run side by side, so that each is charged its share. (Without namespaces of their own they do not, and take as much longer.)
    /// </summary>
    public Duration Estimate(Cell cell)
    {
        if (IsLoop(cell))
        {
            return LoadedExperiment.EstimateWindow(cell);
        }

        Duration queue = cell.Restart!.Load == RestartLoad.Queued ? Queue : Duration.Zero;
        Duration further = (RestartRules.IsBurst(cell.Restart) ? cell.Server.RestartEvery : Usual) * (cell.Restart.Count - 1);
        Duration alone = RestartLoadSettings.Warmup + Usual + further + WaitOf(cell.Restart) + cell.Restart.StartDelay + cell.Restart.AcceptDelay + queue;
        return MayRunBesideOthers(cell) ? new Duration(alone.Nanoseconds / PlannedCompany.Most) : alone;
    }

    /// <inheritdoc/>
    public int ConnectionsOf(Cell cell) => IsLoop(cell) ? cell.Load.Connections : RestartLoadSettings.ConnectionsOf(cell);

    /// <summary>
    /// Whether it waits for TIME_WAIT with nothing to do, and long enough to have company: it fills a minute with refused probes and an idle CPU, and
    /// how long that is, is for the kernel's clock to say. A queue or requests in flight would be disturbed, and so would fast probes.
    /// </summary>
    public bool MayRunBesideOthers(Cell cell) =>
        cell.Restart is { Method: RestartMethod.None, Load: RestartLoad.Idle } restart && restart.Timeout >= LongWait
        && RestartLoadSettings.RateOf(cell) <= RestartRules.DefaultProbeRate;

    /// <summary>A sysctl of the host is not for a measurement to set.</summary>
    public HostLack? LackOf(Cell cell, bool isolated) => !isolated && cell.Restart?.MigrateReq is int value && !RestartTrial.IsInForce(value)
        ? new HostLack("migrate_req", $"{RestartTrial.MigrateSysctl}, which is only set in a network namespace of the cell's own")
        : null;

    /// <inheritdoc/>
    public MeasuredRows Measure(RepeatContext context)
    {
        if (IsLoop(context.Cell))
        {
            Measurement measured = LoadedWindow.Measure(context);
            return MeasuredRows.Of(context.RunId, measured, RestartLoopRows.Of(context.RunId, measured));
        }

        if (context.OtherHosts is { } hosts)
        {
            (RestartMeasurement measured, HostsOfRepeat seen) = hosts.Probe(context, there => Try(there, mayHaveCompany: false));
            return RestartRows.Of(context.RunId, measured with { Hosts = seen });
        }

        return RestartRows.Of(context.RunId, Try(context, MayRunBesideOthers(context.Cell)));
    }

    private static RestartMeasurement Try(RepeatContext context, bool mayHaveCompany) =>
        context.OnOwnThread(() => context.Cell.Restart!.Method == RestartMethod.Reload
            ? new ReloadTrial(context).Run()
            : new RestartTrial(context, mayHaveCompany).Run());

    /// <inheritdoc/>
    public MeasuredRows Skipped(RepeatContext context, string reason) => IsLoop(context.Cell)
        ? MeasuredRows.OfSkipped(context.SkippedRow(reason))
        : RestartRows.OfSkipped(context.RunId, context.Cpus.AsRun(context.Cell), context.Repeat, context.Seed, context.Isolated, reason);

    /// <inheritdoc/>
    public MeasuredRows Failed(RepeatContext context, string reason) => IsLoop(context.Cell)
        ? MeasuredRows.OfFailure(context.FailedRow(reason))
        : RestartRows.OfFailed(context.RunId, context.Cpus.AsRun(context.Cell), context.Repeat, context.Seed, context.Isolated, reason);

    public string Describe(MeasuredRows rows)
    {
        if (IsLoop(rows.Result.Cell))
        {
            return LoadedExperiment.DescribeWindow(rows.Result);
        }

        RestartRow[] restarts = [.. rows.Of<RestartRow>()];
        RestartRow? restart = restarts.MaxBy(r => r.GapMs);
        long failed = restarts.Sum(r => (r.Refused + r.Reset + r.TimedOut + r.FailedOther + r.InFlightLost) ?? 0);
        double most = Math.Max(restart?.GapMs ?? 0, restart?.GapUncertaintyMs ?? 0);
        string gap = restart switch
        {
            { GapBound: GapBound.AtLeast } => $"the gap did not end within {restart.GapMs:0.#} ms",
            { GapMs: not null } when failed == 0 => $"nothing lost (resolution {most:0.##} ms)",
            { GapLowMs: > 0 and double least } => $"gap between {least:0.##} and {most:0.##} ms",
            { GapMs: not null } => $"gap of at most {most:0.##} ms",
            _ => "no gap is known",
        };
        long waited = restarts.Sum(r => r.TimedOutQueued ?? 0);
        string queued = waited > 0 ? $", {waited} timed out in the queue" : "";
        string longest = restarts.Length > 1 ? $"{restarts.Length} restarts, the longest: " : "";
        return $"{longest}{gap}, {failed} connections failed{queued}";
    }

    /// <summary>A reload is what a server of somebody else does, and all that it does.</summary>
    private static string? ProblemOfReload(Cell cell) => (cell.Server.Program, cell.Restart?.Method) switch
    {
        (null, RestartMethod.Reload) => "restart_method: reload is of a server of somebody else; name one, such as server: nginx",
        ({ } program, not RestartMethod.Reload) =>
            $"restart_method: {Names.Of(cell.Restart?.Method ?? RestartMethod.Loop)} is of our own servers; use reload for {program}",
        _ => null,
    };

    private static bool IsLoop(Cell cell) => cell.Restart is null or { Method: RestartMethod.Loop };

    /// <summary>Probes of the same tuples end the TIME_WAITs themselves, within a second.</summary>
    private static Duration WaitOf(RestartSettings restart) => restart.Method != RestartMethod.None
        ? Duration.Zero
        : restart.Timeout < TimeWait ? restart.Timeout : TimeWait;
}
