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

    public string? Command => "fairness";

    /// <summary>Settings of the server that have an effect here.</summary>
    protected virtual IReadOnlyCollection<string> ServerKeys => [];

    /// <summary>Settings of the load that have one.</summary>
    protected virtual IReadOnlyCollection<string> LoadKeys => [];

    public bool Takes(Driver driver) => driver == Driver.AcceptOnly;

    /// <inheritdoc/>
    public string? Problem(Cell cell) => cell switch
    {
        { Driver: not Driver.AcceptOnly } => $"experiment: {Names.Of(Kind)} counts connections and nothing else; use driver: accept-only",
        { Server.Selector: not Selector.Hash } =>
            $"selector: {Names.Of(Kind)} is held against what the kernel's hash does, and {Names.Of(cell.Server.Selector)} does otherwise; use hash",
        _ => AcceptOnlyRules.Problem(cell, Serves(cell.Server.Variant)),
    };

    public string? WhyNoEffect(string key, Cell cell) =>
        RestartSettingKeys.WhyNotHere(key) ?? AcceptOnlyRules.WhyNoEffect(key, [.. ServerKeys, .. LoadKeys]);

    public Cell Normalize(Cell cell) => AcceptOnlyRules.Normalize(cell);

    public abstract Duration Estimate(Cell cell);

    /// <inheritdoc/>
    public MeasuredRows Measure(RepeatContext context) => AcceptOnlyRules.Measure(context, () => Count(context, AcceptProbeRun.From(context)));

    public string Describe(ResultRow row) => AcceptOnlyRules.Describe(row);

    /// <summary>Whether it can count at the listeners of a variant.</summary>
    protected virtual bool Serves(Variant variant) => variant == Variant.Reuseport;

    /// <summary>Counts, on the measurement's thread.</summary>
    protected abstract MeasuredRows Count(RepeatContext context, AcceptProbeRun run);
}

/// <summary>What holds for every cell whose driver is an accept-only probe.</summary>
internal static class AcceptOnlyRules
{
    /// <summary>It starts no process; measured on a two-core machine.</summary>
    public static readonly Duration Overhead = Duration.FromMilliseconds(30);

    private static readonly LoadSettings LoadDefaults = new();

    /// <summary>What a probe goes by, whatever it counts.</summary>
    private static readonly string[] Used =
        ["experiment", "driver", "variant", "workers", "processes", "bind", "backlog", "selector", "reuseaddr", "connections", "sources", "source_plan", "source_ports"];

    /// <param name="cell">With this driver.</param>
    /// <param name="servesVariant">Whether the experiment counts at the listeners of its variant.</param>
    public static string? Problem(Cell cell, bool servesVariant) => cell switch
    {
        _ when !servesVariant => $"variant: an accept-only probe counts at the listeners of a group, and {Names.Of(cell.Server.Variant)} has one; use reuseport",
        _ when SelectorShares.GoesByCpu(cell.Server.Selector) =>
            $"selector: {Names.Of(cell.Server.Selector)} needs workers on CPUs of their own, which an accept-only probe has not; use driver: native",
        { Load.Load: LoadShape.Open } => "rate: an accept-only probe opens connections as fast as they are accepted; leave the rate out",
        _ => null,
    };

    /// <param name="key">Of a setting.</param>
    /// <param name="also">Keys that the experiment goes by beside those of every probe.</param>
    public static string? WhyNoEffect(string key, IReadOnlyCollection<string> also) => Used.Contains(key) || also.Contains(key)
        ? null
        : "an accept-only probe opens a connection, sees who accepts it and resets it, without a swarm";

    public static Cell Normalize(Cell cell) => cell with
    {
        Restart = null,
        Load = cell.Load with
        {
            Workload = Workload.Connect,
            Warmup = Duration.Zero,
            Ramp = LoadDefaults.Ramp,
            Threads = LoadDefaults.Threads,
            Close = ConnectionClose.Rst,
        },
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
