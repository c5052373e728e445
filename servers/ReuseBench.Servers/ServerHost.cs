using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;
using ReuseBench.Core.Wire;
using ReuseBench.Linux;
using ReuseBench.Servers.Counters;
using ReuseBench.Servers.Listening;
using ReuseBench.Servers.Processes;
using ReuseBench.Servers.Restarts;
using ReuseBench.Servers.Variants;
using ReuseBench.Servers.Workers;

namespace ReuseBench.Servers;

/// <summary>One server within this process.</summary>
public sealed class ServerHost : IRunningServer
{
    private readonly ServerSettings _settings;
    private readonly int _firstWorker;
    private readonly TextWriter _log;
    private readonly SharedMapping? _ownMapping;
    private readonly ServerPageWriter _page;
    private readonly Milestones _milestones;
    private readonly AcceptFailures _failures;
    private readonly WorkerGroup _workers;
    private readonly IListenerVariant _variant;
    private bool _isStopped;

    private ServerHost(
        ServerSettings settings, SharedMapping? page, int firstWorker, TextWriter log, Succession? succession, Func<int>? gate,
        Descriptor? inheritedListener = null)
    {
        _settings = settings;
        _firstWorker = firstWorker;
        _log = log;
        int blocks = firstWorker + settings.Workers;
        _ownMapping = page is null ? SharedMapping.CreateAnonymous("reusebench-page", ServerPage.Size(blocks)) : null;
        _page = ServerPageWriter.Use(page ?? _ownMapping!, blocks);
        _milestones = new Milestones(_page, succession?.Generation ?? 0);
        _failures = new AcceptFailures(log);
        _workers = new WorkerGroup(settings, firstWorker, _page, _milestones, _failures);
        VariantContext context = new()
        {
            Settings = settings,
            Workers = _workers,
            Page = _page,
            Milestones = _milestones,
            Failures = _failures,
            InheritedListener = inheritedListener,
        };
        _variant = succession is null ? VariantRegistry.Create(context) : new SuccessionVariant(context, succession, gate);
        _page.Log(ServerEventKind.ProcessStarted, _milestones.Generation, detail: firstWorker);
        Ready = Listen();
    }

    /// <inheritdoc/>
    public ServerReady Ready { get; }

    internal WorkerGroup Workers => _workers;

    internal ServerPageWriter Page => _page;

    /// <summary>Starts a server; it listens when this returns.</summary>
    /// <param name="settings">With <see cref="ServerSettings.Processes"/> 1: the workers of this process.</param>
    /// <param name="page">
    /// Where counters and events go, laid out by the first who uses it; null keeps them within this process. Stays the caller's.
    /// </param>
    /// <param name="firstWorker">Number of the first worker here among those of all processes.</param>
    /// <param name="log">One line for each problem; standard error by default.</param>
    /// <param name="inheritedListener">Of the variant inherited: what the parent process opened and left to this one. The server's from then on.</param>
    /// <exception cref="UsageException">The settings do not go together, a CPU or io_uring is not there, or the address cannot be bound.</exception>
    /// <exception cref="LinuxException">The kernel refuses for want of descriptors or memory.</exception>
    public static ServerHost Start(
        ServerSettings settings, SharedMapping? page = null, int firstWorker = 0, TextWriter? log = null, Descriptor? inheritedListener = null)
    {
        settings.Validate();
        RequireCpus(settings.Cpus);
        RequireAccept(settings.Accept);
        return new ServerHost(ServiceWork.Calibrated(settings), page, firstWorker, log ?? Console.Error, succession: null, gate: null, inheritedListener);
    }

    /// <summary>As <see cref="Start"/>, for one life of a server that takes part in a restart; its workers share one listener.</summary>
    /// <param name="settings">Likewise.</param>
    /// <param name="succession">Its part in the restart.</param>
    /// <param name="page">Likewise.</param>
    /// <param name="firstWorker">Likewise.</param>
    /// <param name="log">Likewise.</param>
    /// <param name="gate">
    /// Called once all but the listener is there; it may take its time, and gives the port to take. Null goes on with that of the settings.
    /// </param>
    /// <exception cref="UsageException">Also: the listener was not to be had before the wait was given up.</exception>
    public static ServerHost Succeed(
        ServerSettings settings, Succession succession, SharedMapping? page, int firstWorker, TextWriter log, Func<int>? gate = null)
    {
        settings.Validate();
        RequireCpus(settings.Cpus);
        RequireAccept(settings.Accept);
        return new ServerHost(ServiceWork.Calibrated(settings), page, firstWorker, log, succession, gate);
    }

    /// <inheritdoc/>
    public ServerStats Stop()
    {
        _isStopped = true;
        int generation = _milestones.Generation;
        _page.Log(ServerEventKind.StopAsked, generation);
        _variant.StopListening();
        long closedNs = MonotonicClock.NowNs();
        generation = _milestones.Generation;
        _page.LogLastAccept(Math.Max(_workers.LastAcceptNs, _variant.LastAcceptNs), generation);
        _page.LogAt(closedNs, ServerEventKind.ListenerClosed, generation);
        if (_workers.Finish() > 0)
        {
            _page.Log(ServerEventKind.DrainCut, generation);
        }

        _page.Log(ServerEventKind.Drained, generation);
        if (_failures.Count > 0)
        {
            _log.WriteLine($"accept4 found no descriptor or memory {_failures.Count} times in all");
        }

        return PageStats.Collect(_page, _firstWorker, _settings.Workers, _variant.Restarts);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_isStopped)
        {
            // The workers write to the page until they have ended.
            Stop();
        }

        _variant.Dispose();
        _workers.Dispose();
        _ownMapping?.Dispose();
    }

    private static void RequireCpus(CpuList cpus)
    {
        int[] allowed = CpuAffinity.OfCurrentThread();
        for (int index = 0; index < cpus.Count; index++)
        {
            if (!allowed.Contains(cpus[index]))
            {
                throw new UsageException($"cpus: {cpus} is not within the CPUs that this process may use; use some of {new CpuList(allowed)}");
            }
        }
    }

    private static void RequireAccept(AcceptMode accept)
    {
        if (accept == AcceptMode.IoUring && AcceptRing.WhyNot() is { } why)
        {
            throw UsageException.OfHost($"accept: {Names.Of(accept)} cannot be had here: {why}; use epoll");
        }
    }

    private ServerReady Listen()
    {
        _workers.Start();
        Listener first;
        try
        {
            first = _variant.Listen();
        }
        catch
        {
            Dispose();
            throw;
        }

        if (first.Times.BindNs != 0)
        {
            _page.LogAt(first.Times.BindNs, ServerEventKind.BindAttempt, _milestones.Generation);
        }

        _page.LogAt(first.Times.ListeningNs, ServerEventKind.Listening, _milestones.Generation);
        return new ServerReady
        {
            Address = $"{first.Address.ToAddress()}",
            Port = first.Address.Port,
            Pid = Environment.ProcessId,
            Pids = [Environment.ProcessId],
            Variant = Names.Of(_settings.Variant),
            Workers = _settings.Workers,
            Threads = _settings.Threads,
            Listeners = _settings.Listeners,
            BacklogEffective = first.Backlog,
            Options = new Dictionary<string, int>(first.Options),
        };
    }
}
