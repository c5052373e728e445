using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;
using ReuseBench.Core.Wire;
using ReuseBench.Linux;
using ReuseBench.Servers.Counters;
using ReuseBench.Servers.Listening;

namespace ReuseBench.Servers.Processes;

/// <summary>
/// A server whose workers are spread over processes. This process serves nothing: it starts the others one after the other, and reads their counts off the
/// page. Of a SO_REUSEPORT group it keeps the port by a socket that is bound and does not listen, and each worker opens a listener; with the variant
/// inherited it opens the one listener, and every process inherits that.
/// </summary>
public sealed class ProcessGroup : IRunningServer
{
    private readonly ServerSettings _settings;
    private readonly ServeCommand _command;
    private readonly TextWriter _log;
    private readonly SharedMapping _mapping;
    private readonly bool _ownsMapping;
    private readonly ServerPageWriter _page;
    private readonly Listener _socket;
    private readonly List<ServeProcess> _processes = [];
    private readonly TaskCompletionSource _started = new();
    private readonly ManualResetEventSlim _ended = new();
    private readonly Thread _keeper;
    private ServerReady? _firstReady;

    private ProcessGroup(ServerSettings settings, SharedMapping? page, ServeCommand command, TextWriter log)
    {
        _settings = settings;
        _command = command;
        _log = log;
        ListenerFactory factory = new(settings, settings.Port);
        factory.RequireNoListener();
        _socket = settings.Variant == Variant.Inherited ? factory.Open() : factory.Reserve();
        _ownsMapping = page is null;
        _mapping = page ?? SharedMapping.CreateAnonymous("reusebench-page", ServerPage.Size(settings.Workers));
        _page = ServerPageWriter.Use(_mapping, settings.Workers);

        // The children die with the thread that starts them, so it is one that ends with the group, not whichever called us.
        _keeper = new Thread(Keep) { Name = "process-keeper", IsBackground = true };
    }

    /// <inheritdoc/>
    public bool IsWhole { get; private set; } = true;

    /// <inheritdoc/>
    public ServerReady Ready => new()
    {
        Address = _firstReady!.Address,
        Port = _firstReady.Port,
        Pid = Environment.ProcessId,
        Pids = [Environment.ProcessId, .. _processes.Select(process => process.Pid)],
        Variant = Names.Of(_settings.Variant),
        Workers = _settings.Workers,
        Threads = _settings.Threads,
        Listeners = _settings.Listeners,
        BacklogEffective = _firstReady.BacklogEffective,
        Options = _firstReady.Options,
    };

    /// <summary>Starts the processes; every listener listens when this returns.</summary>
    /// <param name="settings">With <see cref="ServerSettings.Processes"/> above 1, or of the variant inherited.</param>
    /// <param name="page">As in <c>ServerHost.Start</c>.</param>
    /// <param name="command">How one is started.</param>
    /// <param name="log">One line for each problem.</param>
    /// <exception cref="UsageException">The settings do not go together, or the address cannot be bound.</exception>
    /// <exception cref="IOException">A process did not start; the others are gone again.</exception>
    public static ProcessGroup Start(ServerSettings settings, SharedMapping? page, ServeCommand command, TextWriter log)
    {
        settings.Validate();
        ProcessGroup group = new(settings, page, command, log);
        group._keeper.Start();
        try
        {
            group._started.Task.GetAwaiter().GetResult();
            return group;
        }
        catch
        {
            group.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public ServerStats Stop()
    {
        HashSet<ServeProcess> early = [.. _processes.Where(process => process.HasEnded)];

        // All are told before any is waited for: they drain side by side.
        _processes.ForEach(process => process.AskToStop());
        foreach (ServeProcess process in _processes)
        {
            if (!process.WaitEnd() || early.Contains(process))
            {
                IsWhole = false;
                _log.WriteLine($"server process {process.Pid} {(early.Contains(process) ? "ended before it was told to" : "did not end well")}; "
                    + "its counts are those it published last");
            }
        }

        return PageStats.Collect(_page, firstWorker: 0, _settings.Workers);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _ended.Set();
        _keeper.Join();
        _ended.Dispose();
        _processes.ForEach(process => process.Dispose());
        _socket.Dispose();
        if (_ownsMapping)
        {
            _mapping.Dispose();
        }
    }

    private void Keep()
    {
        try
        {
            StartProcesses();
        }
        catch (Exception problem)
        {
            _processes.ForEach(process => process.Kill());
            _started.SetException(problem);
            return;
        }

        _started.SetResult();
        _ended.Wait();
    }

    private void StartProcesses()
    {
        int processes = _settings.ServingProcesses;
        int each = _settings.Workers / processes;
        int? inherited = _settings.Variant == Variant.Inherited ? InheritedDescriptor.LeaveToChildren(_socket.Fd) : null;
        ServerSettings settings = _settings with { Processes = 1, Workers = each, Port = _socket.Address.Port };
        for (int position = 0; position < processes; position++)
        {
            // One is ready before the next starts: the index in the group is the order of listen(2), and is to be that of the workers.
            ServeProcess process = ServeProcess.Start(_command.For(settings, _page.Path, position * each, inherited));
            _processes.Add(process);
            ServerReady ready = process.WaitReady();
            _firstReady ??= ready;
        }
    }
}

/// <summary>A server that listens, in this process or in several. Called by one thread.</summary>
public interface IRunningServer : IDisposable
{
    /// <summary>Where it listens and what it consists of.</summary>
    ServerReady Ready { get; }

    /// <summary>Whether all of it served until it was stopped; known once it is. What a part has served is no figure of the whole.</summary>
    bool IsWhole => true;

    /// <summary>Closes the listeners, answers what is in progress within a bounded time, closes, and gives the whole-life counts. Once.</summary>
    ServerStats Stop();
}
