using System.Text.Json;
using ReuseBench.Bench.Host;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Wire;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Children;

/// <summary>
/// A server variant of ours, in a process of its own: its ready line, its counters while it runs, its stats at the end. Or a server of somebody else below
/// such a process, which looks after it and keeps no counts.
/// </summary>
internal sealed class ServerChild : IServerUnderTest
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(20);

    /// <summary>For a start, a reload and a stop of a server of somebody else: beyond the limits of the process that looks after it.</summary>
    private static readonly TimeSpan ProgramLimit = TimeSpan.FromSeconds(60);

    private readonly Child _child;
    private readonly ServerPageReader _page;
    private readonly bool _isOurs;

    private ServerChild(Child child, ServerPageReader page, bool isOurs)
    {
        _child = child;
        _page = page;
        _isOurs = isOurs;
    }

    public ServerReady Ready { get; private set; } = null!;

    public bool KeepsCounts => _isOurs;

    /// <summary>Starts the server and waits until it listens.</summary>
    /// <param name="settings">What to serve.</param>
    /// <param name="log">Takes what it says.</param>
    /// <param name="workerBase">Number of its first worker.</param>
    /// <param name="folder">Where the files of a server of somebody else go and stay; null for a folder that goes with it.</param>
    /// <exception cref="RepeatFailedException">It ended or said nothing in time.</exception>
    public static ServerChild Start(ServerSettings settings, RepeatLog log, int workerBase = 0, string? folder = null)
    {
        int workers = workerBase + settings.Workers;
        SharedMapping page = SharedMapping.CreateAnonymous("reusebench-server", ServerPage.Size(workers));
        bool isOurs = settings.Program is null;
        Child child = Child.InRole("serve", isOurs ? Arguments(settings, page.Path, workerBase) : ArgumentsOfProgram(settings, folder), log);
        ServerChild server = new(child, new ServerPageReader(page, workers), isOurs);
        try
        {
            child.Follow(keepsInput: !isOurs);
            server.Ready = JsonSerializer.Deserialize(server.ReadLine(ServerReady.Prefix, isOurs ? StartLimit : ProgramLimit), WireJson.Default.ServerReady)!;
            return server;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    /// <summary>Arguments of <c>serve</c>.</summary>
    /// <param name="settings">What to serve.</param>
    /// <param name="page">Path of the mapping for its counters.</param>
    /// <param name="workerBase">Number of its first worker there.</param>
    public static IEnumerable<string> Arguments(ServerSettings settings, string page, int workerBase) =>
        [.. CellSettings.ToArguments(settings), "--page", page, "--worker-base", $"{workerBase}"];

    /// <inheritdoc/>
    public ServerReloaded Reload(ReloadOrder order)
    {
        _child.Order(order.ToText());
        TimeSpan limit = ProgramLimit + ((order.Times - 1) * order.Every.ToTimeSpan()) + (order.Limit?.ToTimeSpan() ?? TimeSpan.Zero);
        return JsonSerializer.Deserialize(ReadLine(ServerReloaded.Prefix, limit), WireJson.Default.ServerReloaded)!;
    }

    /// <inheritdoc/>
    public long? CpuNs()
    {
        long sum = 0;
        foreach (int pid in Ready.Pids)
        {
            long cpu = MonotonicClock.ProcessCpuNs(pid);
            if (cpu < 0)
            {
                return null;
            }

            sum += cpu;
        }

        return sum;
    }

    private static IEnumerable<string> ArgumentsOfProgram(ServerSettings settings, string? folder) =>
        [.. CellSettings.ToArguments(settings), .. folder is null ? Array.Empty<string>() : ["--folder", folder]];

    /// <inheritdoc/>
    public IReadOnlyDictionary<int, long> PinnedCpuNs() =>
        Ready.Pids.SelectMany(PinnedThreads.CpuNs).GroupBy(t => t.Key).ToDictionary(g => g.Key, g => g.Sum(t => t.Value));

    /// <inheritdoc/>
    public (long Voluntary, long Involuntary) ContextSwitches() => _page.ContextSwitches();

    /// <inheritdoc/>
    public IReadOnlyList<ServerEvent> Events() => _page.Events();

    /// <inheritdoc/>
    public ServerStats Stop()
    {
        if (_child.TryWaitForExit(TimeSpan.Zero) is int early)
        {
            throw new RepeatFailedException($"the server ended before it was told to, with exit code {early}: {_child.LastWord()}");
        }

        _child.Terminate();
        string json = ReadLine(ServerStats.Prefix, _isOurs ? StopLimit : ProgramLimit);
        int exitCode = _child.WaitForExit(StopLimit);
        return exitCode == 0
            ? JsonSerializer.Deserialize(json, WireJson.Default.ServerStats)!
            : throw new RepeatFailedException($"the server ended with exit code {exitCode}: {_child.LastWord()}");
    }

    public void Dispose()
    {
        if (!_isOurs)
        {
            // It has processes below it, which it takes with it only where it may.
            _child.Terminate();
            _ = _child.TryWaitForExit(ProgramLimit);
        }

        _child.Dispose();
        _page.Dispose();
    }

    private string ReadLine(string prefix, TimeSpan limit) => _child.WaitLine(prefix, limit) ?? throw new RepeatFailedException(_child.HasNoMoreLines
        ? $"the server ended before it said {prefix.Trim()}: {_child.LastWord()}"
        : $"the server did not say {prefix.Trim()} within {limit.TotalSeconds:0} s");
}

/// <summary>Reads the counters and events that a server keeps in shared memory; owns the mapping.</summary>
internal sealed class ServerPageReader(SharedMapping mapping, int workers) : IDisposable
{
    public WorkerCounters Worker(int worker) => mapping.At<WorkerCounters>(ServerPage.WorkerOffset(worker));

    /// <summary>Of every thread that touches connections: the workers, their acceptors, and the acceptor of <c>single</c>.</summary>
    public (long Voluntary, long Involuntary) ContextSwitches()
    {
        ServerPageHeader header = mapping.At<ServerPageHeader>(0);
        long voluntary = header.BesideVoluntarySwitches;
        long involuntary = header.BesideInvoluntarySwitches;
        for (int worker = 0; worker < workers; worker++)
        {
            WorkerCounters counters = Worker(worker);
            voluntary += counters.VoluntarySwitches;
            involuntary += counters.InvoluntarySwitches;
        }

        return (voluntary, involuntary);
    }

    /// <summary>The events that are written whole, in the order of their slots.</summary>
    public IReadOnlyList<ServerEvent> Events()
    {
        long logged = Math.Min(Volatile.Read(ref mapping.At<ServerPageHeader>(0).Events), ServerPage.EventCapacity);
        List<ServerEvent> events = [];
        for (int index = 0; index < logged; index++)
        {
            ref ServerEvent entry = ref mapping.At<ServerEvent>(ServerPage.EventOffset(workers, index));

            // The time first, as it is written last: arm64 keeps no order between two reads of its own.
            if (Volatile.Read(ref entry.TimeNs) != 0)
            {
                events.Add(entry);
            }
        }

        return events;
    }

    public void Dispose() => mapping.Dispose();
}
