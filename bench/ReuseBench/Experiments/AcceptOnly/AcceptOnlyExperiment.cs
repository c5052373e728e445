using ReuseBench.Bench.Experiments.Measuring;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Core.Units;

namespace ReuseBench.Bench.Experiments.AcceptOnly;

/// <summary>What experiments have in common that count who gets the connections, without a swarm.</summary>
/// <param name="kind">The experiment.</param>
internal abstract class AcceptOnlyExperiment(Experiment kind) : IExperiment
{
    public Experiment Kind { get; } = kind;

    public abstract string Meaning { get; }

    public string? Command => "fairness";

    public bool Takes(Driver driver) => driver == Driver.AcceptOnly;

    /// <inheritdoc/>
    public string? Problem(Cell cell) => cell switch
    {
        { Driver: not Driver.AcceptOnly } => $"experiment: {Kind} counts connections and nothing else; use driver: accept-only",
        _ when !Takes(cell.Server.Selector) =>
            $"selector: {Kind} is held against what the kernel's hash does, and {Names.Of(cell.Server.Selector)} does otherwise; use hash",
        _ => AcceptOnlyRules.Problem(cell, Serves(cell.Server.Variant)),
    };

    public virtual string? WhyNoEffect(string key, Cell cell) => key == "duration"
        ? $"{Kind} ends when its connections are counted"
        : WhyNoEffectOnServer(key) ?? AcceptOnlyRules.WhyNoEffect(key);

    public Cell Settle(Cell cell) => AcceptOnlyRules.Settle(cell);

    public abstract Duration Estimate(Cell cell);

    /// <inheritdoc/>
    public MeasuredRows Measure(RepeatContext context) => AcceptOnlyRules.Measure(context, () => Count(context, AcceptProbeRun.From(context)));

    public string Describe(MeasuredRows rows) => AcceptOnlyRules.Describe(rows.Result);

    /// <summary>Whether it can count at the listeners of a variant.</summary>
    protected virtual bool Serves(Variant variant) => variant == Variant.Reuseport;

    /// <summary>Whether it means anything with a selector.</summary>
    protected virtual bool Takes(Selector selector) => selector == Selector.Hash;

    /// <summary>Why a setting of the server has no effect on what is counted, as <see cref="IExperiment.WhyNoEffect"/>; null where it has one.</summary>
    protected abstract string? WhyNoEffectOnServer(string key);

    /// <summary>Counts, on the measurement's thread.</summary>
    protected abstract MeasuredRows Count(RepeatContext context, AcceptProbeRun run);
}

/// <summary>What holds for every cell whose driver is an accept-only probe.</summary>
internal static class AcceptOnlyRules
{
    /// <summary>It starts no process; measured on a two-core machine.</summary>
    public static readonly Duration Overhead = Duration.FromMilliseconds(30);

    /// <summary>It opens and resets connections: nothing is requested, and nothing warms up.</summary>
    private static readonly HashSet<string> Unused =
    [
        "workload", "warmup", "ramp", "open_spacing", "client_threads", "close", "interval", "retry_delay", "share_cpus", "request_bytes",
        "request_headers", "path", "timeout", "connect_timeout", "numa",
    ];

    /// <summary>Settings of what a server does with a connection that it has accepted.</summary>
    private static readonly HashSet<string> OfService = ["accept", "service_time", "response_bytes", "server_close", "accept_batch", "rx_cpu_match"];

    /// <summary>Of these, those of how long a connection lasts and where it came from, and not of its response.</summary>
    private static readonly HashSet<string> OfHeldConnections = ["server_close", "rx_cpu_match"];

    /// <param name="cell">With this driver.</param>
    /// <param name="servesVariant">Whether the experiment counts at the listeners of its variant.</param>
    public static string? Problem(Cell cell, bool servesVariant) => cell switch
    {
        _ when !servesVariant =>
            $"variant: an accept-only probe counts at the listeners of a group, and {Names.Of(cell.Server.Variant)} has one; use reuseport",
        _ when SelectorShares.GoesByCpu(cell.Server.Selector) =>
            $"selector: {Names.Of(cell.Server.Selector)} needs workers on CPUs of their own, which an accept-only probe has not; use driver: native",
        { Load.Load: LoadShape.Open } => "rate: an accept-only probe opens connections as fast as they are accepted; leave the rate out",
        _ => null,
    };

    /// <param name="key">Of a setting.</param>
    public static string? WhyNoEffect(string key) =>
        Unused.Contains(key) ? "an accept-only probe opens and resets connections, and requests nothing" : null;

    /// <summary>Where only who accepts is counted.</summary>
    /// <param name="key">Of a setting.</param>
    public static string? WhyNoEffectOnListeners(string key) =>
        OfService.Contains(key) ? "only who accepts a connection is counted, and not what becomes of it" : null;

    /// <summary>Where each connection has its response and stays open, and no CPUs are compared.</summary>
    /// <param name="key">Of a setting.</param>
    public static string? WhyNoEffectOnHeld(string key) =>
        OfHeldConnections.Contains(key) ? "its connections stay open, and who has them is counted whatever CPU received them" : null;

    public static Cell Settle(Cell cell) => cell with
    {
        Restart = null,
        Load = cell.Load with { Workload = Workload.Connect, Warmup = Duration.Zero },
    };

    /// <summary>Counts on a thread of its own, in a fresh namespace where asked for.</summary>
    public static MeasuredRows Measure(RepeatContext context, Func<MeasuredRows> count)
    {
        MeasuredRows rows = context.OnOwnThread(count);
        context.Cancel.ThrowIfCancellationRequested();
        return rows;
    }

    public static string Describe(ResultRow row) => $"{row.LifeConnectionsServer} connections counted";
}
