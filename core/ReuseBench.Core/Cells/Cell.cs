using System.Security.Cryptography;
using System.Text;
using ReuseBench.Core.Units;

namespace ReuseBench.Core.Cells;

/// <summary>One point of the matrix: what is served, how it is loaded, and what for.</summary>
public sealed record Cell
{
    /// <summary>Hex digits of a cell's id: two of a hundred thousand different cells share one by chance in two of a hundred thousand runs.</summary>
    private const int HashDigits = 12;

    /// <summary>Of <see cref="ClientHosts"/>: every client host of the run.</summary>
    public const int AllClientHosts = 0;

    /// <summary>More machines than anybody has tried.</summary>
    public const int MostClientHosts = 1000;

    /// <summary>Not readonly: it remembers. Makes no two cells different.</summary>
    private RememberedId _id;

    /// <summary>Every setting at its default.</summary>
    public static Cell Blank { get; } = new() { Experiment = Experiment.Throughput, Server = new ServerSettings(), Load = new LoadSettings() };

    public required Experiment Experiment { get; init; }

    public required ServerSettings Server { get; init; }

    public required LoadSettings Load { get; init; }

    public Driver Driver { get; init; } = Driver.Native;

    /// <summary>Null splits all cores that there are, in the order of the nodes: with two nodes that is apart.</summary>
    public NumaPlacement? Numa { get; init; }

    /// <summary>
    /// Hosts that the swarm runs on; <see cref="AllClientHosts"/> for all that there are. Null leaves it to the run: all, or this one machine.
    /// </summary>
    public int? ClientHosts { get; init; }

    /// <summary>Only for <see cref="Experiment.Stall"/>; the defaults elsewhere.</summary>
    public StallSettings Stall { get; init; } = new();

    /// <summary>Only for <see cref="Experiment.Restart"/>; null elsewhere.</summary>
    public RestartSettings? Restart { get; init; }

    /// <summary>
    /// A name that is the same in every run and on every host: the main settings for a reader, then a hash over the sorted <c>key=value</c> pairs of
    /// all settings that differ from their defaults. A new setting with a default changes no id.
    /// </summary>
    public string Id => _id.Of(this);

    /// <summary>
    /// The id of the cell that stands for all that are the same program: cells of equal <see cref="ProgramId"/> differ in name alone, and must measure
    /// alike. With one worker these are <c>reuseport</c>, <c>shared</c> with <c>epoll</c> and <c>shared</c> with <c>epoll-exclusive</c>: one thread
    /// that waits by epoll for one non-blocking listener and accepts itself. A group of one listener leaves its hash nothing to choose, and
    /// EPOLLEXCLUSIVE is about whom else to wake. Not so <c>single</c> and <c>shared</c> with <c>blocking</c>, whose acceptor is a thread of its own,
    /// a selector, which is a program of its own, a worker that asks each connection for its receiving CPU, and accept by io_uring.
    /// </summary>
    public string ProgramId => IsOneWaitingWorker
        ? (this with { Server = Server with { Variant = Variant.Shared, Accept = AcceptMode.Epoll } }).Id
        : Id;

    private bool IsOneWaitingWorker => Driver != Driver.AcceptOnly && Server is { Workers: 1, Processes: 1, Selector: Selector.Hash, RxCpuMatch: false }
        and ({ Variant: Variant.Reuseport, Accept: not AcceptMode.IoUring }
            or { Variant: Variant.Shared, Accept: AcceptMode.Epoll or AcceptMode.EpollExclusive });

    /// <summary>Why server and swarm have to be on one machine, as the end of a sentence; null where they may be on several.</summary>
    public string? WhyNotOnHosts =>
        Driver != Driver.Native ? $"only our own swarm runs on other hosts, and the driver is {Names.Of(Driver)}"
        : Experiment == Experiment.Restart ? Restart?.Method switch
        {
            null or RestartMethod.Loop => "the loop of restarts is measured on one machine",
            RestartMethod.NoneSameTuples => "none-same-tuples probes from the addresses and ports that TIME_WAIT holds, which are of one machine",
            _ => null,
        }
        : Experiment != Experiment.Throughput && Experiment != Experiment.Latency && Experiment != Experiment.Fairness
            ? $"the experiment {Experiment} is measured on one machine"
        : null;

    /// <summary>Connections of the load, those for each worker counted out.</summary>
    public int Connections => Load.ConnectionsPerWorker * Server.Workers ?? Load.Connections;

    /// <summary>What a swarm is told: nothing in proportion to what it does not know. The rate must be known.</summary>
    public LoadSettings LoadOfSwarm => Load with { Connections = Connections, ConnectionsPerWorker = null, RatePercent = null };

    /// <exception cref="UsageException">Settings of the server, of the load or of a restart are out of range or do not go together.</exception>
    public void Validate()
    {
        Server.Validate();
        Load.Validate();
        if (Load.ConnectionsPerWorker is int each && (Connections > LoadSettings.MaxConnections || Load.Threads > Connections))
        {
            throw new UsageException(Load.Threads > Connections
                ? $"client_threads: {Load.Threads} threads cannot share {Connections} connections ({each} for each worker); use fewer threads"
                : $"connections: {each}/worker is {Connections}; use at most {LoadSettings.MaxConnections} in all");
        }

        if (Load.DualStack && !Server.TakesBothFamilies)
        {
            throw new UsageException($"dual_stack: a listener on {Server.Bind} takes clients of one family; use bind: '::', which takes both");
        }

        if (LoadOfSwarm.Opening > LoadSettings.LongestOpening && Load.OpenSpacing > Duration.Zero)
        {
            throw new UsageException(
                $"open_spacing: {Connections} connections {Load.OpenSpacing} apart are opened for longer than {LoadSettings.LongestOpening}; use fewer, "
                + "or a shorter spacing");
        }

        Stall.Validate();
        Restart?.Validate();
    }

    private string Slug()
    {
        StringBuilder slug = new();
        slug.Append(Experiment).Append('-').Append(Server.Program is { } program ? ProgramSlug(program) : Names.Of(Server.Variant));
        if (Server.Program is null && (Server.Variant is Variant.Shared or Variant.Inherited || Server.Accept == AcceptMode.IoUring))
        {
            slug.Append('-').Append(Names.Of(Server.Accept));
        }

        if (Server.Selector != Selector.Hash)
        {
            slug.Append('-').Append(Names.Of(Server.Selector));
        }

        if (Restart is { Method: RestartMethod.Reload } reload)
        {
            slug.Append('-').Append(Slug(reload.ServerReload ?? Names.Of(reload.Method))).Append('-').Append(Names.Of(reload.Load));
        }
        else if (Restart is { Method: not RestartMethod.Loop } restart)
        {
            slug.Append('-').Append(Names.Of(restart.Method)).Append('-').Append(Names.Of(restart.Stop)).Append('-').Append(Names.Of(restart.Load));
        }

        slug.Append("-w").Append(Server.Workers).Append('-').Append(Load.Workload.ToString().Replace(":", "", StringComparison.Ordinal));
        return Load switch
        {
            { RatePercent: double percent } => $"{slug}-r{percent}pct",
            { Rate: double rate } => $"{slug}-r{rate}",
            { ConnectionsPerWorker: int each } => $"{slug}-c{each}each",
            _ => $"{slug}-c{Load.Connections}",
        };
    }

    /// <summary>The adapter's name and the mode; an id may become the name of a file.</summary>
    private string ProgramSlug(string program)
    {
        string name = Slug(Path.GetFileNameWithoutExtension(program));
        return Server.ProgramMode is { } mode ? $"{name}-{Slug(mode)}" : name;
    }

    private static string Slug(string text) => string.Concat(text.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' ? c : '_'));

    private string Fingerprint()
    {
        IEnumerable<string> pairs =
            from setting in CellSettings.ByKeyWithDefault
            let value = setting.Setting.Get(this)
            where value is not null && value != setting.Default
            select $"{setting.Setting.Key}={value}";
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', pairs))))[..HashDigits];
    }

    /// <summary>
    /// An id is a hash over all settings, and is asked for at each step from a matrix to a table: it is made once. A copy with other settings begins with
    /// what was remembered of the cell that it was made from, so what is remembered says whose it is.
    /// </summary>
    private record struct RememberedId
    {
        /// <summary>One reference: another thread sees all of it or nothing.</summary>
        private Remembered? _last;

        public string Of(Cell cell)
        {
            Remembered? last = _last;
            if (!ReferenceEquals(last?.Of, cell))
            {
                _last = last = new Remembered(cell, $"{cell.Slug()}-{cell.Fingerprint()}");
            }

            return last!.Id;
        }

        public readonly bool Equals(RememberedId other) => true;

        public override readonly int GetHashCode() => 0;

        private sealed record Remembered(Cell Of, string Id);
    }
}
