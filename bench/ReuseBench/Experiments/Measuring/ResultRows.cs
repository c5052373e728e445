using ReuseBench.Bench.Host;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Core.Statistics;
using ReuseBench.Core.Units;
using ReuseBench.Core.Verdicts;
using ReuseBench.Core.Wire;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Experiments.Measuring;

/// <summary>Makes the row of <c>results.csv</c>.</summary>
internal static class ResultRows
{
    /// <summary>The settings of a cell and its place in the run; nothing measured yet.</summary>
    public static ResultRow Settings(string runId, Cell cell, int repeat, ulong seed, LoadFigures figures) => new(figures)
    {
        RunId = runId,
        CellId = cell.Id,
        Repeat = repeat,
        Seed = seed,
        Cell = cell,
        Listeners = cell.Server.Listeners,
        ServerThreads = cell.Server.Threads,
    };

    public static Isolation IsolationOf(bool isolated) => isolated ? Isolation.Netns : Isolation.None;

    /// <summary>
    /// The kernel's counters, where they are the repeat's own; the state of the machine's queues and of the connection tracking table in any case.
    /// </summary>
    public static ResultRow WithKernel(ResultRow row, bool isolated, KernelCounts kernel)
    {
        row = row with
        {
            SoftnetDrops = kernel.Losses.SoftnetDrops,
            ConntrackEntries = kernel.Losses.ConntrackEntries,
            ConntrackMax = kernel.Losses.ConntrackMax,
            ConntrackDrops = kernel.Losses.ConntrackDrops,
        };
        return isolated ? WithOwnCounters(row, kernel) : row;
    }

    /// <summary>What several hosts had to do with a repeat; of the shares that somebody else had of a CPU the greatest.</summary>
    /// <param name="row">With what the server's host tells.</param>
    /// <param name="hosts">Null on one machine: nothing changes.</param>
    public static ResultRow WithHosts(ResultRow row, HostsOfRepeat? hosts) => hosts is null ? row : row with
    {
        ServerHost = hosts.ServerHost,
        SwarmHosts = hosts.Rows.Count(r => r.Role == HostRole.Swarm),
        Network = hosts.Network,
        ClockBoundUs = hosts.ClockBoundUs,
        StartSpreadUs = hosts.StartSpreadUs,
        HostsLost = hosts.Lost,
        Attempt = hosts.Attempt,
        StealShare = Most(row.StealShare, hosts.StealShare),
        BackgroundShare = Most(row.BackgroundShare, hosts.BackgroundShare),
    };

    /// <summary>Of several hosts the worst counts: the most drops, and of a quota and of a table the two numbers of the host that is fullest.</summary>
    public static ResultRow WithClientHosts(ResultRow row, IReadOnlyList<HostSight> sights)
    {
        (long? throttled, long? periods) = Fullest(
            [(row.ThrottledPeriods, row.QuotaPeriods), .. sights.Select(s => (s.ThrottledPeriods, s.QuotaPeriods))]);
        (long? entries, long? max) = Fullest(
            [(row.ConntrackEntries, row.ConntrackMax), .. sights.Select(s => (s.Kernel.Losses.ConntrackEntries, s.Kernel.Losses.ConntrackMax))]);
        return row with
        {
            ThrottledPeriods = throttled,
            QuotaPeriods = periods,
            ConntrackEntries = entries,
            ConntrackMax = max,
            ConntrackDrops = sights.Select(s => s.Kernel.Losses.ConntrackDrops).Append(row.ConntrackDrops).Max(),
            SoftnetDrops = sights.Select(s => s.Kernel.Losses.SoftnetDrops).Append(row.SoftnetDrops).Max(),
        };
    }

    /// <summary>A part whose whole is not known comes before none.</summary>
    private static (long? Part, long? Whole) Fullest(IEnumerable<(long? Part, long? Whole)> pairs) => pairs.MaxBy(p => p switch
    {
        (long part, > 0 and long whole) => (double)part / whole,
        ( > 0, _) => double.Epsilon,
        (null, _) => -1,
        _ => 0,
    });

    private static ResultRow WithOwnCounters(ResultRow row, KernelCounts kernel) => row with
    {
        ListenOverflows = kernel.ListenOverflows,
        ListenDrops = kernel.ListenDrops,
        KernelResetsSent = kernel.ResetsSent,
        KernelSynRetransmits = kernel.SynRetransmits,
        KernelRetransmits = kernel.Retransmits,
        KernelSegmentsSent = kernel.Losses.SegmentsSent,
        KernelTcpTimeouts = kernel.Losses.Timeouts,
        KernelSynQueueDrops = kernel.Losses.SynQueueDrops,
        KernelSynCookies = kernel.Losses.SynCookies,
        KernelBacklogDrops = kernel.Losses.BacklogDrops,
    };

    public static ResultRow Measured(string runId, Measurement m, IReadOnlyList<RestartRow> restarts, LagShares lag)
    {
        LoadDocument swarm = m.Swarm;
        LifeCounts life = swarm.Life;
        IReadOnlyList<string>? differences = Reconciliation.Differences(m);
        Imbalance? evenness = EvennessOf(m);
        double loadedS = m.Window.LoadedSeconds(swarm);
        double? busyShare = m.Window.ServerCpuS / (loadedS * OccupiableCpus(m.Cell.Server, m.Cpus.Server.Count));
        double? serverCpuS = m.Window.ServerCpuS * swarm.DurationS / loadedS;

        CpuList workerCpus = OccupiedCpus.Of(m.Cell).Workers;
        (double? Mean, double? Most) workers = m.Window.BusyShares(workerCpus);
        (double? Mean, double? Most) own = m.Window.WorkerShares(workerCpus, loadedS, m.Traits.Interrupts, m.Cpus.Disjoint);
        double? softIrqS = m.Window.SoftIrqThreadsS * swarm.DurationS / loadedS;

        // Where interrupts are nobody's, the CPU time of a process lacks the receiving of its packets.
        bool isWholeCost = m.Traits.Interrupts == InterruptTime.Process;
        // One that did not end makes middle and end bounds, which a number cannot say.
        double[] gaps = restarts.All(r => r.GapBound == GapBound.Exact) ? [.. restarts.Select(r => r.GapMs).OfType<double>()] : [];
        SteadyState? steady = swarm.ToSteadyState();
        ResultRow row = Settings(runId, m.Cell, m.Repeat, swarm.Seed, swarm) with
        {
            Isolation = IsolationOf(m.Isolated),
            ServerVersion = m.Ready.Program,
            Listeners = m.Ready.Listeners,
            ServerThreads = m.Ready.Threads,
            ListenersMeant = m.Ready.ListenersMeant,
            BacklogEffective = m.Ready.BacklogEffective,
            BacklogTotal = m.Ready.BacklogEffective * m.Ready.Listeners,
            StartedUtc = m.StartedUtc.ToString("yyyy-MM-ddTHH:mm:ss.fffZ"),
            // Idle connections carry no requests: none in the window is no rate.
            ThroughputRps = m.Cell.Load.Idle ? null : swarm.ThroughputRps,
            MeasuringS = m.Cell.LoadOfSwarm.BeforeWindow.Seconds + swarm.DurationS,
            Restarts = m.Cell.Server.Variant == Variant.Restart ? m.Stats.Restarts : null,
            ServerCpuS = serverCpuS,
            ServerBusyShare = busyShare is double share ? Math.Min(1, share) : null,
            BusiestServerCpuShare = m.Cpus.Disjoint ? workers.Most : null,
            MeanServerCpuShare = m.Cpus.Disjoint ? workers.Mean : null,
            BusiestWorkerShare = own.Most,
            MeanWorkerShare = own.Mean,
            ServerCpuUsPerRequest = isWholeCost ? PerRequestUs(serverCpuS, swarm.Requests) : null,
            ClientCpuUsPerRequest = isWholeCost ? PerRequestUs(swarm.ClientCpuS, swarm.Requests) : null,
            KsoftirqdCpuUsPerRequest = isWholeCost ? PerRequestUs(softIrqS, swarm.Requests) : null,
            BothCpuUsPerRequest = isWholeCost && m.Hosts is null ? PerRequestUs(serverCpuS + swarm.ClientCpuS + softIrqS, swarm.Requests) : null,
            ServerVoluntarySwitches = m.IsCounted ? m.Window.ServerVoluntarySwitches : null,
            ServerInvoluntarySwitches = m.IsCounted ? m.Window.ServerInvoluntarySwitches : null,
            CpuTimesUnseen = m.Traits.CpuTimesUnseen,
            // A counter that stays 0 whatever is taken says nothing.
            StealShare = m.Traits.Steals(m.Window.StealShare),
            // Steered packets are received by an idle CPU's interrupt, which is charged to nobody on any kernel, and is ours.
            BackgroundShare = m.Traits.Backgrounds(m.Window.BackgroundShare(
                m.Hosts is null ? swarm : Elsewhere, m.Cell.Server.RxCpuMatch ? InterruptTime.Apart : m.Traits.Interrupts)),
            ThrottledPeriods = m.Window.ThrottledPeriods,
            CanaryRoundsPerUs = m.CpuSpeed?.Together,
            CanaryAloneRoundsPerUs = m.CpuSpeed?.Alone,
            OtherCpusBusyShare = m.Window.OthersBusyShare,
            QuotaPeriods = m.Window.QuotaPeriods,
            DriftShare = steady?.Drift,
            StepShare = steady?.Step,
            StepAtMs = steady?.StepAt * swarm.DurationS * 1000,
            StepChanceShare = steady?.P,
            GeneratorLagShare = lag.Ranked,
            GeneratorQueueShare = lag.Queued,
            LifeResponsesClient = life.Answers,
            LifeResponsesServer = m.IsCounted ? m.Stats.Requests : null,
            LifeConnectionsClient = life.ConnectionsOpened,
            LifeConnectionsServer = m.IsCounted ? m.Stats.Accepted : m.Stats.Outside?.Accepted,
            LifeConnectionsKernel = Reconciliation.KernelConnections(m),
            LifeConnectionsClientIpv6 = life.ConnectionsOpenedIpv6,
            LifeConnectionsServerIpv6 = life.ConnectionsOpenedIpv6 is null || !m.IsCounted ? null : m.Stats.Workers.Sum(w => w.AcceptedIpv6),
            StandingConnectionsKernelIpv4 = m.Standing?.Ipv4,
            StandingConnectionsKernelIpv6 = m.Standing?.Ipv6,
            LifeFailedClient = life.FailedConnects + life.FailedRequests,
            CountsAgree = differences is null ? null : differences.Count == 0,
            ConnectionsToldBy = evenness is null ? null : m.IsCounted ? ConnectionsTold.Server : ConnectionsTold.Header,
            AcceptedMaxOverMean = evenness?.MaxOverMean,
            AcceptedMinOverMean = evenness?.MinOverMean,
            AcceptedCv = evenness?.CoefficientOfVariation,
            AcceptedJain = evenness?.Jain,
            AcceptsMaxOverMean = m.Cell.Server.Workers < 2 || m.Stats.Outside?.ByWorker is not { } accepts ? null : Imbalance.Of(accepts)?.MaxOverMean,
            AcceptsUntold = Untold(m.Cell, m.Isolated, m.Stats),
            AcceptedNoneShare = evenness?.NoneShare,
            DistinctTuples = life.DistinctTuples,
            RxCpuMatchShare = m.Cell.Server.RxCpuMatch && m.Stats.Accepted > 0 ? (double)m.Stats.Workers.Sum(w => w.AcceptedLocal) / m.Stats.Accepted : null,
            GapP50Ms = Sample.Of(gaps)?.Median,
            GapMaxMs = gaps.Length == 0 ? null : gaps.Max(),
            Failure = differences is { Count: > 0 } ? string.Join("; ", differences) : null,
        };
        row = WithHosts(row, m.Hosts);
        return new RepeatEvidence
        {
            Row = WithClientHosts(WithKernel(row, m.Isolated, m.Kernel), m.Hosts?.Sights ?? []),
            Kernel = m.Kernel,
            Isolated = m.Isolated,
            Cpus = m.Cpus,
            Occupied = OccupiedCpus.Of(m.Cell),
            Traits = m.Hosts is { } others ? m.Traits with { NanosecondPacing = others.NanosecondPacing } : m.Traits,
            Hosts = m.Hosts,
            LastingCpuSpeed = m.Hosts?.CpuSpeed,
            Lag = lag,
            Steady = steady,
            ServerBusyShare = ServerBusyShare(row, m),
            CpuTimesSeen = m.Window.HasTicks && !m.Traits.Container.HidesCpuTimes && m.Hosts?.CpuTimesSeen != false,
        }.Judge();
    }

    /// <summary>A swarm that used nothing of the server's CPUs.</summary>
    private static LoadDocument Elsewhere { get; } = new() { ClientCpuS = 0 };

    /// <summary>The greater of the two, of what is known.</summary>
    private static double? Most(double? here, double? elsewhere) => here is double a && elsewhere is double b ? Math.Max(a, b) : here ?? elsewhere;

    /// <summary>
    /// By the server's own count, or by the header of its responses where it keeps none: a worker that no response names had none. Null with one worker, and
    /// where it is not known which worker had which connection.
    /// </summary>
    private static Imbalance? EvennessOf(Measurement m)
    {
        int workers = m.Cell.Server.Workers;
        long[] seen = m.IsCounted ? [.. m.Stats.Workers.Select(w => w.Accepted)] : [.. m.Swarm.ConnectionsByWorker.Values];
        return workers < 2 || (!m.IsCounted && (seen.Length == 0 || seen.Length > workers))
            ? null
            : Imbalance.Of([.. seen, .. Enumerable.Repeat(0L, m.IsCounted ? 0 : workers - seen.Length)]);
    }

    /// <summary>Why not all counts of a server of somebody else are held against each other; null where they are, and for ours.</summary>
    public static string? Untold(Cell cell, bool isolated, ServerStats stats) => cell.Server.Program is null ? null
        : stats.Outside?.Untold is { } why ? (CountsAccepts(cell) ? why : "at full load nobody counts: each system call would cost more")
        : isolated ? null : "the kernel's counters are those of the whole host, without a network namespace of the repeat's own";

    /// <summary>Whether a server of somebody else is looked at by tracepoints: they cost time, which a figure of the most that it can do has not.</summary>
    public static bool CountsAccepts(Cell cell) => cell.Server.Program is not null && cell.Experiment != Experiment.Throughput;

    /// <summary>
    /// CPUs that the server's threads can occupy at once. Pinned, these are the workers': acceptors are pinned to them, too. Not pinned, each
    /// thread can have one.
    /// </summary>
    private static int OccupiableCpus(ServerSettings server, int serverCpus) =>
        Math.Min(serverCpus, server.Cpus.IsEmpty ? server.Threads : server.Workers);

    /// <summary>A repeat that did not run to its end.</summary>
    /// <param name="runId">Of the run.</param>
    /// <param name="cell">As it was to be run: with its CPUs.</param>
    /// <param name="repeat">From 1.</param>
    /// <param name="seed">Of the swarm.</param>
    /// <param name="isolated">Whether it was to have a network namespace of its own.</param>
    /// <param name="reason">Why.</param>
    public static ResultRow Failed(string runId, Cell cell, int repeat, ulong seed, bool isolated, string reason) =>
        (Settings(runId, cell, repeat, seed, new LoadFigures()) with { Isolation = IsolationOf(isolated), Failure = reason })
        .With(new Verdict([VerdictRules.Failed]));

    /// <summary>A repeat that lost hosts in all of its attempts.</summary>
    /// <param name="failed">The row of a repeat that did not run to its end.</param>
    /// <param name="server">Host of the server.</param>
    /// <param name="lost">In all attempts.</param>
    /// <param name="attempts">How many there were.</param>
    public static ResultRow Lost(ResultRow failed, string server, int lost, int attempts) =>
        (failed with { ServerHost = server, HostsLost = lost, Attempt = attempts }).With(new Verdict([VerdictRules.HostLost]));

    /// <summary>A repeat that cannot be had here.</summary>
    /// <inheritdoc cref="Failed"/>
    public static ResultRow Skipped(string runId, Cell cell, int repeat, ulong seed, bool isolated, string reason) =>
        Failed(runId, cell, repeat, seed, isolated, ResultRow.SkippedPrefix + reason);

    /// <summary>The processes' own time, or that of their CPUs where the former lacks interrupts and nobody else runs there.</summary>
    private static double? ServerBusyShare(ResultRow row, Measurement m) =>
        m.Traits.Interrupts != InterruptTime.Process && m.Cpus.Disjoint && m.Window.BusyShares(OccupiedCpus.Of(m.Cell).Workers).Mean is double cpus
            ? Math.Max(cpus, row.ServerBusyShare ?? 0)
            : row.ServerBusyShare;

    private static double? PerRequestUs(double? cpuS, long requests) => requests == 0 ? null : cpuS * 1e6 / requests;
}
