using System.Collections.Immutable;
using System.Net;
using ReuseBench.Bench.Children;
using ReuseBench.Bench.Experiments.Measuring;
using ReuseBench.Bench.Host;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Statistics;
using ReuseBench.Core.Units;
using ReuseBench.Core.Wire;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Experiments.Restarts;

/// <summary>
/// One restart under probes: old server up, load state made, swarm on, stop, successor, swarm off. Runs on the measurement's thread.
/// </summary>
/// <param name="context">Of the repeat.</param>
/// <param name="mayHaveCompany">Whether other trials may run at the same time.</param>
internal sealed class RestartTrial(RepeatContext context, bool mayHaveCompany)
{
    private const int InFlightCount = 32;

    public const string MigrateSysctl = "net.ipv4.tcp_migrate_req";

    /// <summary>Probes before the stop: what is normal here, and the time in which a queue builds up.</summary>
    private static readonly Duration Lead = Duration.FromMilliseconds(500);

    /// <summary>Probes after the successor has answered one; on a host that holds the swarm up it does so late.</summary>
    private static readonly Duration Tail = Duration.FromMilliseconds(400);

    /// <summary>For the first answer of a successor that listens: probes are due all the time.</summary>
    private static readonly Duration AnswerLimit = Duration.FromSeconds(5);

    /// <summary>For the server to accept what it is to have in hand: a host that stands still for seconds is no failure.</summary>
    private static readonly Duration AcceptLimit = Duration.FromSeconds(20);

    /// <summary>From the stop to the second halves of the requests in flight.</summary>
    private static readonly Duration InFlightDelay = Duration.FromMilliseconds(5);

    /// <summary>
    /// For the start of a process and the drain of another, beside the wait for the port: no less than a supervisor has patience with, so that probes do
    /// not end before the restart does.
    /// </summary>
    private static readonly Duration ProcessLimit = Duration.FromSeconds(60);

    private readonly Cell _planned = context.Cell;
    private readonly RestartSettings _settings = context.Cell.Restart!;
    private readonly CpuPlan _cpus = context.Cpus;
    private readonly CancellationToken _cancel = context.Cancel;
    private KernelCounts? _before;
    private KernelCounts? _beforeFirst;

    /// <exception cref="RepeatFailedException">It did not run to its end.</exception>
    /// <exception cref="RepeatSkippedException">It needs what there is not here.</exception>
    public RestartMeasurement Run()
    {
        ApplyMigrateReq();
        MethodPlan plan = MethodPlan.Of(_planned, RestartLoadSettings.RateOf(_planned), _cpus.Server.Count);
        Cell cell = _planned with
        {
            Server = plan.Server with { Cpus = _cpus.Server },
            Load = RestartLoadSettings.Of(
                _planned, context.ServerAddress is null ? _cpus.Client : CpuList.None, context.Seed,
                _settings.Timeout + ProcessLimit
                    + ((Lead + _settings.StartDelay + _settings.AcceptDelay + AnswerLimit + Tail) * _settings.Count)),
        };
        plan = plan with { Server = Placed(plan.Server), NewServer = Placed(plan.NewServer) };
        CpuList watched = OccupiedCpus.OfAllServers(cell).All;
        Canary? canary = mayHaveCompany ? null : new Canary(watched);
        canary?.Take();
        int workers = plan.Workers;
        SharedMapping mapping = NewPage(workers);
        using ServerPageReader page = new(mapping, workers);
        using Supervisor supervisor = new(plan, mapping.Path, page, context.Log, _cancel);
        DateTime started = DateTime.UtcNow;
        using ISwarm probes = context.Children.StartSwarm(cell.Load);
        KernelCounts atStart = KernelCounts.Read();
        supervisor.Start();
        SockAddr target = AddressOf(supervisor.Ready);
        int ownRequests = _settings.Method is RestartMethod.None or RestartMethod.Reuseaddr or RestartMethod.NoneSameTuples ? TimeWaits.Count : 0;
        int before = _settings.Method is RestartMethod.None or RestartMethod.Reuseaddr ? TimeWaits.Count : 0;
        if (before > 0)
        {
            TimeWaits.Make(target);
        }

        using InFlightRequests inFlight = InFlightRequests.Send(target, _settings.Load, InFlightCount);
        AwaitAccepted(page, cell.Server.Workers, before + inFlight.Count);
        (IReadOnlyList<RestartActs> acts, LoadDocument swarm, CpuShares others) = new ProbedWindow(context, Lead, Tail, "rate or restart_timeout").Run(
            probes,
            supervisor.Ready,
            () => CpuReading.Take(watched, PinnedNs(page, cell.Server.Cpus, workers)),
            IReadOnlyList<RestartActs> () => RestartRules.ServerStays(_settings.Method) ? [Visit(supervisor)] : RestartAll(supervisor, inFlight));
        int lost = inFlight.CountLost();
        if (acts[^1].NeverBack is null || plan.ServerStays)
        {
            supervisor.StopNew();
        }

        KernelCounts atEnd = KernelCounts.Read();
        KernelCounts kernel = atEnd - _beforeFirst!;
        canary?.Take();
        return new RestartMeasurement
        {
            Planned = _planned,
            Cell = cell,
            Repeat = context.Repeat,
            Cpus = _cpus,
            Isolated = context.Isolated,
            Traits = context.Traits,
            StartedUtc = started,
            Acts = acts[0],
            Later = acts.Count == 1 ? [] : [.. acts.Skip(1).SkipLast(1), acts[^1] with { Kernel = atEnd - _before! }],
            Swarm = swarm,
            Others = others,
            Events = page.Events(),
            Workers = [.. Enumerable.Range(0, workers).Select(page.Worker)],
            Kernel = kernel,
            Handshakes = atEnd.PassiveOpens - atStart.PassiveOpens,
            OwnConnections = ownRequests + inFlight.Count,
            CpuSpeed = canary?.Slowest,
            OwnRequests = ownRequests + inFlight.Count - lost,
            InFlight = inFlight.Count,
            InFlightLost = lost,
        };
    }

    /// <summary>On its CPUs, and where its clients find it.</summary>
    private ServerSettings Placed(ServerSettings server) => server with { Cpus = _cpus.Server, Bind = context.ServerAddress ?? server.Bind };

    /// <summary>One page for both generations: neither of them knows how many workers there are in all, so it is laid out here.</summary>
    private static SharedMapping NewPage(int workers)
    {
        SharedMapping mapping = SharedMapping.CreateAnonymous("reusebench-restart", ServerPage.Size(workers));
        ref ServerPageHeader header = ref mapping.At<ServerPageHeader>(0);
        header.Workers = workers;
        Volatile.Write(ref header.Magic, ServerPage.Magic);
        return mapping;
    }

    /// <summary>Whether the calling thread's namespace has tcp_migrate_req so already.</summary>
    public static bool IsInForce(int migrateReq) => Sysctl.TryRead(MigrateSysctl) == $"{migrateReq}";

    private void ApplyMigrateReq() => Apply(_settings.MigrateReq, context.Isolated);

    /// <summary>Sets tcp_migrate_req for the calling thread's namespace, where that is asked for and is the repeat's own.</summary>
    /// <exception cref="RepeatSkippedException">It cannot be set here.</exception>
    public static void Apply(int? migrateReq, bool isolated)
    {
        if (migrateReq is not int value || IsInForce(value))
        {
            return;
        }

        if (!isolated)
        {
            throw new RepeatSkippedException(
                $"{MigrateSysctl} is only set in a network namespace of the cell's own; run as root, or under `unshare -Urn`");
        }

        int outcome = Sysctl.TryWrite(MigrateSysctl, $"{value}");
        if (outcome != 0)
        {
            throw new RepeatSkippedException(
                $"{MigrateSysctl} cannot be set here ({Errno.FromResult(outcome).Name}); it takes Linux 5.14 and the right to set it");
        }
    }

    /// <summary>CPU time of the workers of both generations, by the CPU that each is pinned to.</summary>
    private static Dictionary<int, long> PinnedNs(ServerPageReader page, CpuList serverCpus, int count)
    {
        ImmutableArray<int> cpus = PinningOrder.Of(serverCpus.Cpus);
        return cpus.IsEmpty ? [] : Enumerable.Range(0, count).GroupBy(worker => cpus[worker % cpus.Length])
            .ToDictionary(workers => workers.Key, workers => workers.Sum(worker => page.Worker(worker).CpuNs));
    }

    /// <summary>Until the server has accepted all of its own connections: what is in hand at the stop is not to be in the queue.</summary>
    /// <exception cref="RepeatFailedException">It did not in time.</exception>
    private void AwaitAccepted(ServerPageReader page, int workers, int count)
    {
        long untilNs = MonotonicClock.NowNs() + AcceptLimit.Nanoseconds;
        while (Enumerable.Range(0, workers).Sum(worker => page.Worker(worker).Accepted) < count)
        {
            if (MonotonicClock.NowNs() >= untilNs)
            {
                throw new RepeatFailedException($"the server did not accept {count} connections within {AcceptLimit}");
            }

            Sleep(Duration.FromMilliseconds(1));
            _cancel.ThrowIfCancellationRequested();
        }
    }

    /// <summary>A member joins the group and leaves it; nothing is stopped, so that the word to begin stands for the stop.</summary>
    private RestartActs Visit(Supervisor supervisor)
    {
        _beforeFirst = _before = KernelCounts.Read();
        long joinNs = supervisor.StartNew();
        string? neverBack = supervisor.WaitNew(_settings.Timeout.ToTimeSpan());
        supervisor.WaitMemberGone();
        return new RestartActs { StopNs = joinNs, SpawnNs = joinNs, NeverBack = neverBack };
    }

    /// <summary>One after another, as far as the server comes back.</summary>
    private List<RestartActs> RestartAll(Supervisor supervisor, InFlightRequests inFlight)
    {
        List<RestartActs> all = [];
        while (true)
        {
            RestartActs acts = Restart(supervisor, inFlight);
            supervisor.WaitFirstAnswer(AnswerLimit.ToTimeSpan());
            if (acts.NeverBack is not null || all.Count + 1 == _settings.Count)
            {
                return [.. all, acts];
            }

            Sleep(Tail);
            all.Add(acts with { Kernel = KernelCounts.Read() - _before! });
            supervisor.Advance();
            Sleep(Lead);
        }
    }

    private RestartActs Restart(Supervisor supervisor, InFlightRequests inFlight)
    {
        bool successorFirst = RestartRules.StartsBeforeStop(_settings);
        bool process = _settings.Scope == RestartScope.Process;
        TimeSpan giveUp = _settings.Timeout.ToTimeSpan();
        _before = KernelCounts.Read();
        _beforeFirst ??= _before;
        int? timeWait = process && successorFirst ? TimeWaits.On(supervisor.Ready.Port) : null;
        long? spawnNs = null;
        string? neverBack = null;
        if (process && successorFirst)
        {
            spawnNs = supervisor.StartNew();
            neverBack = supervisor.WaitNew(giveUp);
        }

        if (_settings.Method == RestartMethod.NoneSameTuples)
        {
            // Not before: a probe that finds its tuple in TIME_WAIT and a listener behind it takes the tuple over.
            TimeWaits.Make(AddressOf(supervisor.Ready));
        }

        // Within one process there is no time for it after the stop.
        timeWait = process ? timeWait : TimeWaits.On(supervisor.Ready.Port);
        long stopNs = supervisor.StopOld(_settings.Stop);
        // On a thread of its own: the old server's exit is to be seen at once, and the successor started.
        Task completed = Task.Factory.StartNew(
            () => Complete(inFlight), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        long? goneNs = process ? supervisor.WaitOldGone() : null;
        if (process && !successorFirst)
        {
            spawnNs = supervisor.StartNew();
            if (RestartRules.WaitsForTimeWait(_settings.Method))
            {
                // Beside the first attempts to bind, which they make fail.
                timeWait = TimeWaits.On(supervisor.Ready.Port);
            }
        }

        if (!process || !successorFirst)
        {
            neverBack = supervisor.WaitNew(giveUp);

            // They outlive the bind, and counting them takes longer than it.
            timeWait ??= TimeWaits.On(supervisor.Ready.Port);
        }

        completed.Wait(CancellationToken.None);
        return new RestartActs { StopNs = stopNs, GoneNs = goneNs, SpawnNs = spawnNs, TimeWait = timeWait, NeverBack = neverBack };
    }

    private static SockAddr AddressOf(ServerReady server) => SockAddr.From(IPAddress.Parse(server.Address), (ushort)server.Port);

    private void Complete(InFlightRequests inFlight)
    {
        if (inFlight.Count > 0)
        {
            Sleep(InFlightDelay);
            inFlight.Complete();
        }
    }

    private void Sleep(Duration duration) => _cancel.WaitHandle.WaitOne(duration.ToTimeSpan());
}

/// <summary>Everything that one restart brought in, before it becomes rows. Times are CLOCK_MONOTONIC in nanoseconds.</summary>
internal sealed record RestartMeasurement
{
    /// <summary>The cell as planned: it gives the rows their id.</summary>
    public required Cell Planned { get; init; }

    /// <summary>The cell as it was run: options of the method, CPUs, the probing swarm.</summary>
    public required Cell Cell { get; init; }

    public required int Repeat { get; init; }

    public required CpuPlan Cpus { get; init; }

    public required bool Isolated { get; init; }

    public required KernelTraits Traits { get; init; }

    public required DateTime StartedUtc { get; init; }

    /// <summary>Of the first restart.</summary>
    public required RestartActs Acts { get; init; }

    /// <summary>Of those that followed it in the same repeat.</summary>
    public IReadOnlyList<RestartActs> Later { get; init; } = [];

    /// <summary>Of all, in their order.</summary>
    public IReadOnlyList<RestartActs> All => [Acts, .. Later];

    public required LoadDocument Swarm { get; init; }

    /// <summary>What each host had to do with it, where the swarm ran on others; null otherwise.</summary>
    public HostsOfRepeat? Hosts { get; init; }

    public required CpuShares Others { get; init; }

    public required IReadOnlyList<ServerEvent> Events { get; init; }

    /// <summary>Whether the servers counted what they took and answered.</summary>
    public bool IsCounted => Program is null;

    /// <summary>A server of somebody else, as it was before its reload; null for ours.</summary>
    public ServerReady? Program { get; init; }

    /// <summary>Its reload.</summary>
    public ServerReloaded? Reloaded { get; init; }

    /// <summary>What it accepted, as far as that was counted.</summary>
    public ServerStats? Stats { get; init; }

    /// <summary>Over all workers of both generations, from the page.</summary>
    public required WorkerCounters[] Workers { get; init; }

    /// <summary>From just before the stop to the end.</summary>
    public required KernelCounts Kernel { get; init; }

    /// <summary>Handshakes that the kernel completed for both servers, from before the first to the end; null where it does not count them.</summary>
    public long? Handshakes { get; init; }

    /// <summary>Connections that were not the swarm's.</summary>
    public int OwnConnections { get; init; }

    /// <summary>Requests that were not the swarm's: those that made the TIME_WAITs, those in flight.</summary>
    public required int OwnRequests { get; init; }

    /// <summary>As of <see cref="Measurement"/>; null where others ran at the same time, which one canary would take for a slow CPU of the other's.</summary>
    public WorkSpeed? CpuSpeed { get; init; }

    public required int InFlight { get; init; }

    public required int InFlightLost { get; init; }
}

/// <summary>What the supervisor did and saw, and when. What did not happen is null.</summary>
internal sealed record RestartActs
{
    public required long StopNs { get; init; }

    public long? GoneNs { get; init; }

    /// <summary>Just before the successor was told to begin.</summary>
    public long? SpawnNs { get; init; }

    /// <summary>Sockets in TIME_WAIT on the port, as the successor found them.</summary>
    public int? TimeWait { get; init; }

    /// <summary>From just before its stop to just before the next restart; null for the only one of a repeat, whose counts are the repeat's.</summary>
    public KernelCounts? Kernel { get; init; }

    /// <summary>What the successor said when it gave up the wait for the port; null where it listened.</summary>
    public string? NeverBack { get; init; }
}
