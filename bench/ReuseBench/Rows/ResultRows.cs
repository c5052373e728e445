using ReuseBench.Bench.Planning;
using ReuseBench.Bench.Running;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Core.Statistics;
using ReuseBench.Core.Units;
using ReuseBench.Core.Verdicts;
using ReuseBench.Core.Wire;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Rows;

/// <summary>Makes the row of <c>results.csv</c>.</summary>
internal static class ResultRows
{
    /// <summary>The settings of a cell and its place in the run; no figures yet.</summary>
    public static ResultRow Settings(string runId, Cell cell, int repeat, ulong seed, LoadFigures figures) => new(figures)
    {
        RunId = runId,
        CellId = cell.Id,
        Repeat = repeat,
        Seed = seed,
        Experiment = cell.Experiment.Name,
        Driver = Names.Of(cell.Driver),
        Variant = Names.Of(cell.Server.Variant),
        Workers = cell.Server.Workers,
        Processes = cell.Server.Processes,
        Accept = cell.Server.Variant == Variant.Shared ? Names.Of(cell.Server.Accept) : "",
        Selector = cell.Server.Variant == Variant.Reuseport ? Names.Of(cell.Server.Selector) : "",
        AcceptBatch = cell.Server.AcceptBatch,
        RxCpuMatch = cell.Server.RxCpuMatch ? "on" : "off",
        Reuseaddr = cell.Server.EffectiveReuseAddr ? "on" : "off",
        Reuseport = cell.Server.EffectiveReusePort ? "on" : "off",
        Bind = cell.Server.Bind.ToString(),
        Backlog = cell.Server.Backlog,
        ServiceTimeUs = cell.Server.ServiceTime.Mean.Microseconds,
        ServiceTimeDistribution = cell.Server.ServiceTime.Exponential ? "exp" : "constant",
        ResponseBytes = cell.Server.ResponseBytes,
        ServerClose = Names.Of(cell.Server.Close),
        RestartEveryMs = cell.Server.Variant == Variant.Restart ? cell.Server.RestartEvery.Milliseconds : null,
        RestartMethod = cell.Restart is { } r ? Names.Of(r.Method) : null,
        RestartStop = cell.Restart is { } s ? Names.Of(s.Stop) : null,
        RestartScope = cell.Restart is { } t ? Names.Of(t.Scope) : null,
        RestartLoad = cell.Restart is { } u ? Names.Of(u.Load) : null,
        MigrateReq = cell.Restart?.MigrateReq,
        RestartTimeoutMs = cell.Restart?.Timeout.Milliseconds,
        SourcePorts = cell.Load.SourcePorts?.ToString(),
        TimeoutMs = cell.Load.Timeout.Milliseconds,
        ConnectTimeoutMs = cell.Load.ConnectTimeout.Milliseconds,
        RetryDelayMs = cell.Load.RetryDelay.Milliseconds,
        ShareCpus = cell.Load.ShareCpus ? "on" : "off",
        RampMs = cell.Load.Ramp.Milliseconds,
        IntervalMs = cell.Load.Interval.Milliseconds,
        Listeners = cell.Server.Listeners,
        ServerThreads = cell.Server.Threads,
        ServerCpuList = cell.Server.Cpus.ToString(),
        ClientCpuList = cell.Load.Cpus.ToString(),
    };

    public static ResultRow Measured(string runId, Measurement m, IReadOnlyList<RestartRow> restarts)
    {
        LoadDocument swarm = m.Swarm;
        LifeCounts life = swarm.Life;
        IReadOnlyList<string>? differences = Reconciliation.Differences(m);
        Imbalance? evenness = m.Cell.Server.Workers > 1 ? Imbalance.Of([.. m.Stats.Workers.Select(w => w.Accepted)]) : null;
        double loadedS = m.Window.LoadedSeconds(swarm);
        double? busyShare = m.Window.ServerCpuS / (loadedS * OccupiableCpus(m.Cell.Server, m.Cpus.Server.Count));
        double? serverCpuS = m.Window.ServerCpuS * swarm.DurationS / loadedS;

        // Where interrupts are nobody's, the CPU time of a process lacks the receiving of its packets.
        bool isWholeCost = m.Traits.Interrupts == InterruptTime.Process;
        LagShares lag = LagShares.Of(swarm);
        // One that did not end makes middle and end bounds, which a number cannot say.
        double[] gaps = restarts.All(r => r.GapBound == "exact") ? [.. restarts.Select(r => r.GapMs).OfType<double>()] : [];
        ResultRow row = Settings(runId, m.Cell, m.Repeat, swarm.Seed, swarm) with
        {
            Isolation = m.Isolated ? "netns" : "none",
            BacklogEffective = m.Ready.BacklogEffective,
            BacklogTotal = m.Ready.BacklogEffective * m.Ready.Listeners,
            StartedUtc = m.StartedUtc.ToString("yyyy-MM-ddTHH:mm:ss.fffZ"),
            MeasuringS = m.Cell.Load.Warmup.Seconds + swarm.DurationS,
            Restarts = m.Cell.Server.Variant == Variant.Restart ? m.Stats.Restarts : null,
            ServerCpuS = serverCpuS,
            ServerBusyShare = busyShare is double share ? Math.Min(1, share) : null,
            BusiestServerCpuShare = m.Cpus.Disjoint ? m.Window.BusyShares(OccupiedCpus.Of(m.Cell).Workers).Most : null,
            ServerCpuUsPerRequest = isWholeCost ? PerRequestUs(serverCpuS, swarm.Requests) : null,
            ClientCpuUsPerRequest = isWholeCost ? PerRequestUs(swarm.ClientCpuS, swarm.Requests) : null,
            ServerVoluntarySwitches = m.Window.ServerVoluntarySwitches,
            ServerInvoluntarySwitches = m.Window.ServerInvoluntarySwitches,
            ListenOverflows = m.Isolated ? m.Kernel.ListenOverflows : null,
            ListenDrops = m.Isolated ? m.Kernel.ListenDrops : null,
            StealShare = m.Window.StealShare,
            // Steered packets are received by an idle CPU's interrupt, which is charged to nobody on any kernel, and is ours.
            BackgroundShare = m.Window.BackgroundShare(swarm, m.Cell.Server.RxCpuMatch ? InterruptTime.Apart : m.Traits.Interrupts),
            ThrottledPeriods = m.Window.ThrottledPeriods,
            GeneratorLagShare = lag.Ranked,
            LifeAnswersClient = life.Answers,
            LifeAnswersServer = m.Stats.Requests,
            LifeConnectionsClient = life.ConnectionsOpened,
            LifeConnectionsServer = m.Stats.Accepted,
            LifeConnectionsKernel = m.Isolated ? m.Kernel.PassiveOpens : null,
            LifeFailedClient = life.FailedConnects + life.FailedRequests,
            CountsAgree = differences is null ? null : differences.Count == 0 ? "yes" : "no",
            AcceptedMaxOverMean = evenness?.MaxOverMean,
            AcceptedMinOverMean = evenness?.MinOverMean,
            AcceptedCv = evenness?.CoefficientOfVariation,
            AcceptedJain = evenness?.Jain,
            DistinctTuples = life.DistinctTuples,
            RxCpuMatchShare = m.Cell.Server.RxCpuMatch && m.Stats.Accepted > 0 ? (double)m.Stats.Workers.Sum(w => w.AcceptedLocal) / m.Stats.Accepted : null,
            GapP50Ms = Sample.Of(gaps)?.Median,
            GapMaxMs = gaps.Length == 0 ? null : gaps.Max(),
            Failure = differences is { Count: > 0 } ? string.Join("; ", differences) : null,
        };
        return Judged(row, m, lag);
    }

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
        Settings(runId, cell, repeat, seed, Blank(cell)) with
        {
            Isolation = isolated ? "netns" : "none",
            Verdict = Names.Of(Grade.Invalid),
            VerdictReasons = VerdictReason.Failed.Code,
            Failure = reason,
        };

    /// <summary>A repeat that cannot be had here.</summary>
    /// <inheritdoc cref="Failed"/>
    public static ResultRow Skipped(string runId, Cell cell, int repeat, ulong seed, bool isolated, string reason) =>
        Failed(runId, cell, repeat, seed, isolated, ResultRow.SkippedPrefix + reason);

    /// <summary>What a swarm would have said of its settings.</summary>
    public static LoadFigures Blank(Cell cell) => new()
    {
        Workload = cell.Load.Workload.ToString(),
        Load = Names.Of(cell.Load.Load),
        Connections = cell.Load.Connections,
        RateRpsRequested = cell.Load.Rate,
        Arrivals = cell.Load.Rate is null ? null : Names.Of(cell.Load.Arrivals),
        SourcePlan = cell.Load.SourcePlan.ToString(),
        Sources = cell.Load.Sources.ToString(),
        Close = Names.Of(cell.Load.Close),
        RequestBytes = cell.Load.RequestBytes,
        ClientThreads = cell.Load.Threads,
        WarmupS = cell.Load.Warmup.Seconds,
    };

    private static ResultRow Judged(ResultRow row, Measurement m, LagShares lag)
    {
        Verdict verdict = VerdictRules.Judge(new Evidence
        {
            Experiment = m.Cell.Experiment,
            Load = m.Cell.Load.Load,
            Driver = m.Cell.Driver,
            Requests = row.Requests,
            Errors = row.ErrorsRefused + row.ErrorsReset + row.ErrorsTimeout + row.ErrorsAddress + row.ErrorsHttp + row.ErrorsProtocol + row.ErrorsOther
                + row.Dropped.GetValueOrDefault(),
            ErrorsAddress = row.ErrorsAddress,
            ClientNeverIdleShare = row.ClientNeverIdleShare,
            ClientBusyShare = row.ClientBusyShare,
            ServerBusyShare = ServerBusyShare(row, m),
            BusiestServerCpuShare = row.BusiestServerCpuShare,
            Scheduled = row.Scheduled,
            RateAchieved = row.RateRpsAchieved,
            WindowS = row.DurationS,
            LateShare = row.LateShare,
            GeneratorLagShare = lag.Ranked,
            GeneratorLagTailShare = lag.Published,
            NanosecondPacing = m.Traits.NanosecondPacing,
            ListenOverflows = row.ListenOverflows,
            ListenDrops = row.ListenDrops,
            HostListenOverflows = m.Isolated ? null : Math.Max(m.Kernel.ListenOverflows ?? 0, m.Kernel.ListenDrops ?? 0),
            StealShare = row.StealShare,
            BackgroundShare = row.BackgroundShare,
            ThrottledPeriods = row.ThrottledPeriods,
            CpuQuota = m.Traits.CpuQuota,
            Workers = row.Workers,
            ServerCpus = m.Cpus.Server.Count,
            ServerCores = m.Cpus.ServerCores,
            OccupiedCpus = OccupiedCpus.Of(m.Cell).All.Count,
            DisjointCpus = m.Cpus.Disjoint,
            CountsAgree = row.CountsAgree is { } agree ? agree == "yes" : null,
        });
        return row with { Verdict = Names.Of(verdict.GradeFor(VerdictRules.FiguresOf(m.Cell.Experiment))), VerdictReasons = verdict.Codes };
    }

    /// <summary>The processes' own time, or that of their CPUs where the former lacks interrupts and nobody else runs there.</summary>
    private static double? ServerBusyShare(ResultRow row, Measurement m) =>
        m.Traits.Interrupts != InterruptTime.Process && m.Cpus.Disjoint && m.Window.BusyShares(OccupiedCpus.Of(m.Cell).Workers).Mean is double cpus
            ? Math.Max(cpus, row.ServerBusyShare ?? 0)
            : row.ServerBusyShare;

    private static double? PerRequestUs(double? cpuS, long requests) => requests == 0 ? null : cpuS * 1e6 / requests;
}
