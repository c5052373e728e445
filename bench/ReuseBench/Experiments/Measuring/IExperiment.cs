using System.Net;
using ReuseBench.Bench.Children;
using ReuseBench.Bench.Host;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Core.Units;
using ReuseBench.Core.Wire;

namespace ReuseBench.Bench.Experiments.Measuring;

/// <summary>
/// What a cell can be run for: everything that depends on the name of the experiment. One module, and one line of <see cref="ExperimentRegistry"/>.
/// All but <see cref="Measure"/> are pure functions of the cell.
/// </summary>
internal interface IExperiment
{
    /// <summary>Its name in matrices and tables.</summary>
    Experiment Kind { get; }

    /// <summary>What it measures, in a sentence or two, for documents.</summary>
    string Meaning { get; }

    /// <summary>The command that measures it alone, such as <c>fairness</c>; null where there is none.</summary>
    string? Command => null;

    /// <summary>Whether its cells may be left out, with the reason, where their driver cannot be had; otherwise the run is refused.</summary>
    bool MayLackDriver => false;

    /// <summary>What may generate its load.</summary>
    bool Takes(Driver driver);

    /// <summary>Whether it measures servers of somebody else.</summary>
    bool TakesPrograms => false;

    /// <summary>Why its cell cannot be measured anywhere: one line that names the setting and what to do; null where it can.</summary>
    string? Problem(Cell cell);

    /// <summary>
    /// Why the combination does not exist, in one sentence: a matrix that is a product leaves it out and says so. Null where it exists.
    /// </summary>
    string? WhyLeftOut(Cell cell) => null;

    /// <summary>
    /// Why a setting has no effect in this cell, beside the reasons that hold whatever the experiment, as the end of "has no effect here, since …";
    /// null where it has one.
    /// </summary>
    /// <param name="key">As in a matrix file, such as <c>client_threads</c>.</param>
    /// <param name="cell">Of this experiment, prepared.</param>
    string? WhyNoEffect(string key, Cell cell) => null;

    /// <summary>The cell that a matrix's settings are set in: what those are that it does not name.</summary>
    /// <param name="given">With all that it names.</param>
    Cell BlankOf(Cell given) => Cell.Blank;

    /// <summary>A cell as it was given, with what goes without saying: so that it can be told which of its settings have an effect.</summary>
    Cell Prepare(Cell cell) => cell;

    /// <summary>
    /// A cell whose settings without an effect have their defaults, with what the experiment makes of those: two cells that are measured alike are
    /// one.
    /// </summary>
    Cell Settle(Cell cell) => cell with { Restart = null };

    /// <summary>Time that one repeat takes, from its start to its rows.</summary>
    Duration Estimate(Cell cell);

    /// <summary>The most connections that one process has open at once.</summary>
    int ConnectionsOf(Cell cell) => cell.Connections;

    /// <summary>
    /// Whether its repeat leaves the machine idle for so long that others of its kind may run beside it, each in a namespace of its own.
    /// </summary>
    bool MayRunBesideOthers(Cell cell) => false;

    /// <summary>What this host lacks for the cell; null where nothing is known to be missing.</summary>
    /// <param name="cell">Of this experiment.</param>
    /// <param name="isolated">Whether each repeat has a network namespace of its own.</param>
    HostLack? LackOf(Cell cell, bool isolated) => null;

    /// <summary>Runs one repeat.</summary>
    /// <returns>Its rows, with their verdict.</returns>
    /// <exception cref="RepeatFailedException">It did not run to its end.</exception>
    /// <exception cref="RepeatSkippedException">It needs what there is not here.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    MeasuredRows Measure(RepeatContext context);

    /// <summary>The rows of a repeat that cannot be had here.</summary>
    MeasuredRows Skipped(RepeatContext context, string reason) => MeasuredRows.OfSkipped(context.SkippedRow(reason));

    /// <summary>The rows of a repeat that did not run to its end.</summary>
    MeasuredRows Failed(RepeatContext context, string reason) => MeasuredRows.OfFailure(context.FailedRow(reason));

    /// <summary>The figures of a measured repeat in a few words, for the log.</summary>
    string Describe(MeasuredRows rows);
}

/// <summary>Something that the host does not have, or not for the taking.</summary>
/// <param name="Setting">That asks for it.</param>
/// <param name="What">It, and why it is not to be had.</param>
internal sealed record HostLack(string Setting, string What)
{
    /// <summary>What to do about it; the end of a sentence.</summary>
    public string Remedy { get; init; } = "run as root, or under `unshare -Urn`, to have them";
}

/// <summary>One measurement to be made.</summary>
/// <param name="Cell">What is measured.</param>
/// <param name="Repeat">From 1.</param>
internal sealed record PlannedRepeat(Cell Cell, int Repeat);

/// <summary>What a repeat is measured with.</summary>
internal sealed record RepeatContext
{
    public required string RunId { get; init; }

    public required PlannedRepeat Planned { get; init; }

    public required CpuPlan Cpus { get; init; }

    /// <summary>Whether it gets a network namespace of its own.</summary>
    public required bool Isolated { get; init; }

    /// <summary>The host's, for a fresh namespace.</summary>
    public required IReadOnlyDictionary<string, string> Sysctls { get; init; }

    public required KernelTraits Traits { get; init; }

    /// <summary>Of the swarm; differs by repeat.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Takes what the processes say.</summary>
    public required RepeatLog Log { get; init; }

    /// <summary>Who starts its servers and swarms.</summary>
    public required IChildren Children { get; init; }

    /// <summary>Where loaded windows are measured on other hosts; null where all runs on this one.</summary>
    public IOtherHosts? OtherHosts { get; init; }

    /// <summary>Where its servers listen, for clients on other hosts; null for what the cell says.</summary>
    public IPAddress? ServerAddress { get; init; }

    /// <summary>Called on the measurement's thread for every signal of a swarm; quick.</summary>
    public Action<LoadSignal> OnSignal { get; init; } = _ => { };

    /// <summary>Ends it at once.</summary>
    public CancellationToken Cancel { get; init; }

    /// <summary>As planned: it gives the rows their id.</summary>
    public Cell Cell => Planned.Cell;

    public int Repeat => Planned.Repeat;

    /// <summary>Runs on a thread of its own, in a fresh namespace where asked for; what is started there dies with that thread.</summary>
    public T OnOwnThread<T>(Func<T> measure) => MeasurementThread.Run(Isolated, Sysctls, measure, OwnAddresses);

    /// <summary>Source addresses that a fresh namespace has not: all but those of 127.0.0.0/8, and ::1.</summary>
    private IPAddress[] OwnAddresses => [.. Cell.Load.Sources.Addresses.Where(address => !IPAddress.IsLoopback(address))];

    public ResultRow SkippedRow(string reason) => ResultRows.Skipped(RunId, Cpus.AsRun(Cell), Repeat, Seed, Isolated, reason);

    public ResultRow FailedRow(string reason) => ResultRows.Failed(RunId, Cpus.AsRun(Cell), Repeat, Seed, Isolated, reason);
}

/// <summary>How many measurements may run at once, where their experiment lets them.</summary>
internal static class PlannedCompany
{
    /// <summary>At once; each probes a thousand times a second, a few percent of a CPU.</summary>
    public const int Most = 4;
}
