using ReuseBench.Bench.Experiments.Measuring;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Core.Units;

namespace ReuseBench.Bench.Experiments.Restarts;

/// <summary>
/// <c>restart</c>: what a restart costs. By the method <c>loop</c> a server that stops and starts its listener within one process, under the cell's own
/// load; by every other one a trial: one restart under probes.
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

    public Experiment Kind => Experiment.Restart;

    public string? Command => "restart";

    /// <summary>Each attempt is recorded, which only the native swarm does.</summary>
    public bool Takes(Driver driver) => driver == Driver.Native;

    /// <inheritdoc/>
    public string? Problem(Cell cell)
    {
        RestartSettings restart = cell.Restart ?? new RestartSettings();
        return RestartRules.WhyNot(restart) is { } why ? $"restart: {RestartRules.Describe(restart)} cannot be had, since {why}"
            : restart.Timeout <= Duration.Zero ? "restart-timeout: every wait would be given up at once; use 100ms or more"
            : IsLoop(cell) && cell.Server.Variant != Variant.Restart
                ? $"variant: {Names.Of(cell.Server.Variant)} is never restarted by the method loop; use variant: restart, or another restart_method"
            : null;
    }

    /// <inheritdoc/>
    public string? WhyLeftOut(Cell cell) =>
        cell.Restart is { } restart && RestartRules.WhyNot(restart) is { } why ? RestartCatalogue.LeftOutText(restart, why) : null;

    /// <inheritdoc/>
    public string? WhyNoEffect(string key, Cell cell) => IsLoop(cell) ? WhyNoEffectInLoop(key) : WhyNoEffectInTrial(key, cell);

    /// <summary>The loop stops and starts its listener in one process, under the cell's own load; probes come at their rate from the first on.</summary>
    public Cell Normalize(Cell cell)
    {
        RestartSettings restart = cell.Restart ?? new RestartSettings();
        return restart.Method == RestartMethod.Loop
            ? cell with { Restart = restart with { Stop = StopSignal.Graceful, Scope = RestartScope.Thread, Load = RestartLoad.InFlight } }
            : cell with { Restart = restart, Load = cell.Load with { Ramp = new LoadSettings().Ramp } };
    }

    /// <summary>Long waits run side by side, so that each is charged its share. (Without namespaces of their own they do not, and take as much longer.)</summary>
    public Duration Estimate(Cell cell)
    {
        if (IsLoop(cell))
        {
            return LoadedExperiment.EstimateWindow(cell);
        }

        Duration alone = RestartLoadSettings.Warmup + Usual + WaitOf(cell.Restart!) + (cell.Restart!.Load == RestartLoad.Queued ? Queue : Duration.Zero);
        return MayRunBesideOthers(cell) ? new Duration(alone.Nanoseconds / PlannedCompany.Most) : alone;
    }

    /// <inheritdoc/>
    public int ConnectionsOf(Cell cell) => IsLoop(cell) ? cell.Load.Connections : RestartLoadSettings.ConnectionsOf(cell);

    /// <summary>Whether it waits for TIME_WAIT, and long enough to have company: it fills a minute with refused probes and an idle CPU.</summary>
    public bool MayRunBesideOthers(Cell cell) =>
        cell.Restart is { } restart && RestartRules.WaitsForTimeWait(restart.Method) && restart.Timeout >= LongWait;

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

        return RestartRows.Of(context.RunId, context.OnOwnThread(new RestartTrial(context).Run));
    }

    /// <inheritdoc/>
    public MeasuredRows Skipped(RepeatContext context, string reason) => IsLoop(context.Cell)
        ? MeasuredRows.OfSkipped(context.SkippedRow(reason))
        : RestartRows.OfSkipped(context.RunId, context.Cpus.AsRun(context.Cell), context.Repeat, context.Seed, context.Isolated, reason);

    /// <inheritdoc/>
    public MeasuredRows Failed(RepeatContext context, string reason) => IsLoop(context.Cell)
        ? MeasuredRows.OfFailure(context.FailedRow(reason))
        : RestartRows.OfFailed(context.RunId, context.Cpus.AsRun(context.Cell), context.Repeat, context.Seed, context.Isolated, reason);

    public string Describe(ResultRow row)
    {
        if (row.RestartMethod == Names.Of(RestartMethod.Loop))
        {
            return LoadedExperiment.DescribeWindow(row);
        }

        string gap = row.GapP50Ms switch
        {
            null => "the gap did not end",
            double ms when ms * row.RateRpsRequested <= 1000 => "no gap seen",
            double ms => $"gap {ms:0.#} ms",
        };
        return $"{gap}, {row.ErrorsRefused + row.ErrorsReset + row.ErrorsTimeout} connections failed";
    }

    private static bool IsLoop(Cell cell) => cell.Restart is null or { Method: RestartMethod.Loop };

    private static string? WhyNoEffectInLoop(string key) => key switch
    {
        "restart_stop" or "restart_scope" or "restart_load" => "the method loop stops and starts its listener in one process, under the cell's own load",
        "restart_timeout" => "the method loop waits for the port as long as it takes",
        "migrate_req" => "the method loop has no second listener to migrate connections to",
        _ => null,
    };

    private static string? WhyNoEffectInTrial(string key, Cell cell) => key switch
    {
        "variant" => cell.Server.Variant == Variant.Restart ? null : "the restart method decides how the servers listen; leave it out, or use restart",
        "accept" or "selector" or "processes" or "reuseaddr" or "rx_cpu_match" => "the restart method decides how the servers listen",
        "restart_every" => "a trial restarts once, when the load stands",
        "workload" or "close" => "a probe of a restart opens a connection, sends one request and resets it",
        "connections" or "client_threads" => "as many probes are under way as their rate and their timeouts make; one thread sends them",
        "warmup" or "ramp" or "duration" or "interval" => "the probes of a restart have a warm-up, a window and a resolution of their own",
        "request_bytes" or "retry_delay" or "share_cpus" => "a probe of a restart is one small request that nobody repeats, from CPUs of its own",
        "sources" or "source_plan" or "source_ports" when cell.Restart!.Method == RestartMethod.NoneSameTuples => "the probes come from the very tuples that TIME_WAIT holds",
        _ => null,
    };

    /// <summary>Probes of the same tuples end the TIME_WAITs themselves, within a second.</summary>
    private static Duration WaitOf(RestartSettings restart) => restart.Method != RestartMethod.None
        ? Duration.Zero
        : restart.Timeout < TimeWait ? restart.Timeout : TimeWait;
}
