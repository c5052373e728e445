using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;

namespace ReuseBench.Bench.Matrices;

/// <summary>What becomes of the settings that a cell was given: which have an effect, what it is then, and whether it can be measured.</summary>
internal static class CellRules
{
    private static readonly Experiment[] Known =
    [
        Experiment.Throughput, Experiment.Latency, Experiment.Restart, Experiment.Fairness, Experiment.Affinity, Experiment.Stall, Experiment.DriverCheck,
    ];

    /// <summary>An accept-only probe opens and resets connections: nothing is requested, and nothing warms up.</summary>
    private static readonly HashSet<string> NotOfProbes =
    [
        "workload", "warmup", "ramp", "client_threads", "close", "interval", "retry_delay", "share_cpus", "request_bytes", "path", "timeout", "connect_timeout",
    ];

    /// <summary>A fairness probe has listeners and no server.</summary>
    private static readonly HashSet<string> NotWithoutServer = ["service_time", "response_bytes", "server_close", "accept_batch", "rx_cpu_match"];

    /// <summary>A restart is probed with single connections at a rate of its own, and the method says how both servers listen.</summary>
    private static readonly HashSet<string> NotOfTrials =
    [
        "variant", "accept", "selector", "processes", "reuseaddr", "rx_cpu_match", "restart_every", "workload", "close", "client_threads", "connections",
        "warmup", "ramp", "interval", "duration", "driver",
    ];

    /// <summary>Every experiment's name, for help and messages.</summary>
    public static IEnumerable<string> ExperimentNames => Known.Select(e => e.Name);

    /// <returns>Why the setting has no effect in the cell, as the end of a sentence; null where it has.</returns>
    public static string? WhyNoEffect(Setting setting, Cell cell) => Cause(setting, Prepared(cell));

    /// <summary>
    /// The cell as it will be measured: settings without an effect have their defaults, or what the experiment makes of them. So a product such as
    /// variants × accept modes holds each distinct cell once.
    /// </summary>
    public static Cell Settle(Cell cell)
    {
        Cell given = Prepared(cell);
        Cell settled = given;
        foreach (Setting setting in CellSettings.OfCells)
        {
            if (Cause(setting, given) is not null)
            {
                settled = setting.Reset(settled);
            }
        }

        settled = given.Experiment == Experiment.Restart ? SettleRestart(settled) : settled with { Restart = null };
        settled = settled.Driver == Driver.AcceptOnly
            ? settled with { Load = settled.Load with { Workload = Workload.Connect, Warmup = Duration.Zero } }
            : settled;
        ServerSettings server = settled.Server;
        return server.ReuseAddr == (server with { ReuseAddr = null }).EffectiveReuseAddr ? settled with { Server = server with { ReuseAddr = null } } : settled;
    }

    /// <exception cref="UsageException">The settings do not go together, or nobody measures such a cell.</exception>
    public static void Require(Cell cell)
    {
        if (!Known.Contains(cell.Experiment))
        {
            throw new UsageException($"experiment: '{cell.Experiment}' is unknown; use one of {string.Join(", ", ExperimentNames)}");
        }

        cell.Validate();
        if (Problem(cell) is { } problem)
        {
            throw new UsageException(problem);
        }
    }

    /// <summary>A cell of the loop of restarts is one of the variant restart, whatever it says of the variant: what goes with that has an effect.</summary>
    private static Cell Prepared(Cell cell)
    {
        if (cell.Experiment != Experiment.Restart)
        {
            return cell;
        }

        RestartSettings restart = cell.Restart ?? new RestartSettings();
        return restart.Method == RestartMethod.Loop
            ? cell with { Restart = restart, Server = cell.Server with { Variant = Variant.Restart } }
            : cell with { Restart = restart };
    }

    private static string? Cause(Setting setting, Cell cell) => setting.WhyNoEffect(cell) ?? Cause(setting.Key, cell);

    private static string? Cause(string key, Cell cell) => cell switch
    {
        { Driver: Driver.AcceptOnly } when NotOfProbes.Contains(key) => "an accept-only probe opens and resets connections, and requests nothing",
        { Driver: Driver.AcceptOnly } when cell.Experiment == Experiment.Fairness && NotWithoutServer.Contains(key) => "an accept-only probe has listeners and no server",
        { Driver: Driver.AcceptOnly } when cell.Experiment != Experiment.Fairness && key == "duration" => $"{cell.Experiment} ends when its connections are counted",
        { Restart.Method: RestartMethod.NoneSameTuples } when key is "sources" or "source_plan" or "source_ports" =>
            "none-same-tuples probes from the tuples that TIME_WAIT holds",
        { Restart.Method: not RestartMethod.Loop } when NotOfTrials.Contains(key) =>
            "a restart is probed with single connections at a rate, and restart_method says how the servers listen",
        _ when cell.Experiment == Experiment.Restart && key == "variant" => "the loop of restarts is the variant restart",
        _ => null,
    };

    private static Cell SettleRestart(Cell cell)
    {
        RestartSettings restart = cell.Restart!;
        if (restart.Method == RestartMethod.Loop)
        {
            return cell with
            {
                // After the reset of what has no effect.
                Server = cell.Server with { Variant = Variant.Restart },
                Restart = restart with { Stop = StopSignal.Graceful, Scope = RestartScope.Thread, Load = RestartLoad.InFlight },
            };
        }

        return cell with
        {
            Server = RestartRules.ServerOf(cell.Server, restart.Method),
            Load = cell.Load with { Workload = Workload.Connect, Rate = cell.Load.Rate ?? RestartRules.DefaultProbeRate, Close = ConnectionClose.Rst },
        };
    }

    private static string? Problem(Cell cell)
    {
        Experiment experiment = cell.Experiment;
        bool probes = cell.Driver == Driver.AcceptOnly;
        bool counts = experiment == Experiment.Affinity || experiment == Experiment.Stall;
        Variant variant = cell.Server.Variant;
        if (experiment == Experiment.Latency && cell.Load.Load != LoadShape.Open)
        {
            return "experiment: latency is measured in an open loop; give a rate";
        }

        if (experiment == Experiment.Throughput && cell.Load.Load != LoadShape.Closed)
        {
            return "experiment: throughput is measured in a closed loop; leave out rate, or use the experiment latency";
        }

        if (variant == Variant.Restart && experiment != Experiment.Restart)
        {
            return $"variant: restart stops serving again and again, and {experiment} is about a server that stays; use experiment: restart";
        }

        if (counts && !probes)
        {
            return $"experiment: {experiment} counts connections and nothing else; use driver: accept-only";
        }

        if (counts && cell.Server.Selector != Selector.Hash)
        {
            return $"selector: {experiment} is held against what the kernel's hash does, and {Names.Of(cell.Server.Selector)} does otherwise; use hash";
        }

        if (!probes)
        {
            return null;
        }

        return !counts && experiment != Experiment.Fairness
                ? $"driver: an accept-only probe counts who gets the connections; use it for fairness, affinity or stall, not for {experiment}"
            : variant != Variant.Reuseport && !(experiment == Experiment.Stall && variant == Variant.Shared)
                ? $"variant: an accept-only probe counts at the listeners of a group, and {Names.Of(variant)} has one; use reuseport"
            : SelectorShares.GoesByCpu(cell.Server.Selector)
                ? $"selector: {Names.Of(cell.Server.Selector)} needs workers on CPUs of their own, which an accept-only probe has not; use driver: native"
            : cell.Load.Load == LoadShape.Open
                ? "rate: an accept-only probe opens connections as fast as they are accepted; leave the rate out"
            : null;
    }
}
