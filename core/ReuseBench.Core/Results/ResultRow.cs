using CsvHelper;
using ReuseBench.Core.Wire;

namespace ReuseBench.Core.Results;

/// <summary>One row of <c>results.csv</c>: a cell and repeat, every setting of the cell, the figures, the verdict.</summary>
[CsvRecord]
public sealed partial record ResultRow : LoadFigures, IRepeatRow
{
    /// <summary>Begins the reason of a repeat that cannot be had on this host: left out, and no failure.</summary>
    public const string SkippedPrefix = "skipped: ";

    public ResultRow()
    {
    }

    /// <summary>A row that takes over the swarm's figures.</summary>
    public ResultRow(LoadFigures figures)
        : base(figures)
    {
    }

    public int SchemaVersion { get; init; } = Schema.Version;

    public string RunId { get; init; } = "";

    public string CellId { get; init; } = "";

    /// <summary>From 1.</summary>
    public int Repeat { get; init; }

    public string Experiment { get; init; } = "";

    public string Variant { get; init; } = "";

    public int Workers { get; init; }

    public int Processes { get; init; }

    public string Accept { get; init; } = "";

    public string Selector { get; init; } = "";

    /// <summary>New connections that a worker took on in a row; null in a run of a version that did not record it.</summary>
    [CsvColumn("accept_batch", Optional = true)]
    public int? AcceptBatch { get; init; }

    /// <summary><c>on</c> or <c>off</c>: whether receiving CPUs were counted.</summary>
    public string RxCpuMatch { get; init; } = "";

    /// <summary><c>on</c> or <c>off</c>, as set.</summary>
    public string Reuseaddr { get; init; } = "";

    public string Reuseport { get; init; } = "";

    /// <summary>Local address of the listeners.</summary>
    public string Bind { get; init; } = "";

    /// <summary>As asked for, for each listener.</summary>
    public int Backlog { get; init; }

    /// <summary>Connections that the kernel queued for one listener: the backlog cut to net.core.somaxconn. Null without a measurement.</summary>
    [CsvColumn("backlog_effective", Optional = true)]
    public int? BacklogEffective { get; init; }

    /// <summary>The same over all listeners of the server: a group of N queues N times as much.</summary>
    [CsvColumn("backlog_total", Optional = true)]
    public int? BacklogTotal { get; init; }

    public double ServiceTimeUs { get; init; }

    /// <summary><c>constant</c> or <c>exp</c>.</summary>
    public string ServiceTimeDistribution { get; init; } = "";

    public int ResponseBytes { get; init; }

    public string ServerClose { get; init; } = "";

    public double? RestartEveryMs { get; init; }

    public string? RestartMethod { get; init; }

    public string? RestartStop { get; init; }

    public string? RestartScope { get; init; }

    public string? RestartLoad { get; init; }

    public int? MigrateReq { get; init; }

    public double? RestartTimeoutMs { get; init; }

    public int? Restarts { get; init; }

    /// <summary>Ports that the source plan may bind; null takes net.ipv4.ip_local_port_range.</summary>
    public string? SourcePorts { get; init; }

    /// <summary>After this long an answer counted as lost.</summary>
    public double? TimeoutMs { get; init; }

    /// <summary>After this long a connect counted as lost.</summary>
    public double? ConnectTimeoutMs { get; init; }

    /// <summary>A refused client tried again after this long.</summary>
    public double? RetryDelayMs { get; init; }

    /// <summary><c>on</c> where the client threads ran on the server's CPUs, with real-time priority; null in tables from before there was such a thing.</summary>
    [CsvColumn("share_cpus", Optional = true)]
    public string? ShareCpus { get; init; }

    /// <summary>Of the warm-up: the time in which the load grew from nothing to all of it; null in tables from before there was such a thing.</summary>
    [CsvColumn("ramp_ms", Optional = true)]
    public double? RampMs { get; init; }

    /// <summary>
    /// Seconds of the repeat that went into warm-up and measuring: the measured window; of a restart until the last probe's end is known; of a
    /// accept-only probe the time in which connections were made and taken, of a stall also the silence by which it is told who waits. The rest (starts, stops, rows) is the run's overhead. Null where
    /// nothing was measured, and in tables from before there was such a thing.
    /// </summary>
    [CsvColumn("measuring_s", Optional = true)]
    public double? MeasuringS { get; init; }

    /// <summary>Width of one interval of the timeline.</summary>
    public double? IntervalMs { get; init; }

    /// <summary>Listening sockets at a time.</summary>
    public int Listeners { get; init; }

    public int ServerThreads { get; init; }

    /// <summary>CPUs that the server was pinned to; all that were allowed where it was not.</summary>
    [CsvColumn("server_cpus")]
    public string ServerCpuList { get; init; } = "";

    [CsvColumn("client_cpus")]
    public string ClientCpuList { get; init; } = "";

    /// <summary><c>netns</c> or <c>none</c>, as it was.</summary>
    public string Isolation { get; init; } = "";

    public ulong Seed { get; init; }

    /// <summary>UTC, ISO 8601; when the measured window began.</summary>
    public string? StartedUtc { get; init; }

    /// <summary>CPU time of all server processes within the window; without interrupts where the kernel charges these to nobody (<c>interrupt_time</c> in run.json).</summary>
    public double? ServerCpuS { get; init; }

    /// <summary>CPU time of the server over what the CPUs had that its threads could occupy, 0 to 1.</summary>
    public double? ServerBusyShare { get; init; }

    /// <summary>Of the workers' CPUs the one with least left: share of the window in which it ran anything, interrupts included; null where the swarm ran there, too.</summary>
    [CsvColumn("busiest_server_cpu_share", Optional = true)]
    public double? BusiestServerCpuShare { get; init; }

    /// <summary>CPU time of the server for each answer within the window; null where the kernel charges interrupts to nobody, or may: it would lack the receiving of packets.</summary>
    public double? ServerCpuUsPerRequest { get; init; }

    public double? ClientCpuUsPerRequest { get; init; }

    /// <summary>Of all threads that touch connections, acceptors included, within the window.</summary>
    public long? ServerVoluntarySwitches { get; init; }

    public long? ServerInvoluntarySwitches { get; init; }

    /// <summary>TcpExt ListenOverflows of the repeat, whole life.</summary>
    public long? ListenOverflows { get; init; }

    public long? ListenDrops { get; init; }

    /// <summary>Of a CPU that a worker or client thread runs on: the greatest share that the hypervisor took.</summary>
    public double? StealShare { get; init; }

    /// <summary>Of such a CPU: the greatest share that other processes used for certain (two standard errors of sampling by ticks are left out).</summary>
    public double? BackgroundShare { get; init; }

    /// <summary>Periods of the window in which a control group's CPU quota stopped this run; null where no group says.</summary>
    [CsvColumn("throttled_periods", Optional = true)]
    public long? ThrottledPeriods { get; init; }

    /// <summary>Open loop: the greatest part of a percentile up to the 99th that may be the swarm's generator lag, 0 to 1.</summary>
    [CsvColumn("generator_lag_share", Optional = true)]
    public double? GeneratorLagShare { get; init; }

    /// <summary>Whole-life counts that are held against each other.</summary>
    public long? LifeAnswersClient { get; init; }

    public long? LifeAnswersServer { get; init; }

    public long? LifeConnectionsClient { get; init; }

    public long? LifeConnectionsServer { get; init; }

    /// <summary>Tcp PassiveOpens of the repeat's namespace; null without one.</summary>
    public long? LifeConnectionsKernel { get; init; }

    /// <summary>Connects and requests that failed in flight, whole life.</summary>
    public long? LifeFailedClient { get; init; }

    /// <summary><c>yes</c>, <c>no</c>, or null where the counts could not be compared.</summary>
    public string? CountsAgree { get; init; }

    /// <summary>Over the connections accepted per listener, whole life; null with one listener.</summary>
    public double? AcceptedMaxOverMean { get; init; }

    public double? AcceptedMinOverMean { get; init; }

    public double? AcceptedCv { get; init; }

    public double? AcceptedJain { get; init; }

    /// <summary>Distinct source tuples of the repeat; null where they were not tracked.</summary>
    public long? DistinctTuples { get; init; }

    /// <summary>What is independent of each other, so that chance can be computed: <c>tuples</c>, <c>connections</c>, or null.</summary>
    public string? ChanceOver { get; init; }

    /// <summary>
    /// Independent choices of a listener: what every figure from here to <see cref="CramersV"/> is over. Null where something else than chance
    /// deals the connections; the columns …Expected, …Low and …High are then those of an ideal hash with as many connections, a yardstick
    /// for the columns accepted_…, or null too where even that comparison would say nothing.
    /// </summary>
    public long? Choices { get; init; }

    public double? ChoicesMaxOverMean { get; init; }

    /// <summary>…Expected, …Low and …High: mean and 95 % band of the same figure under an ideal uniform hash with as many choices.</summary>
    public double? ChoicesMaxOverMeanExpected { get; init; }

    public double? ChoicesMaxOverMeanLow { get; init; }

    public double? ChoicesMaxOverMeanHigh { get; init; }

    public double? ChoicesMinOverMean { get; init; }

    public double? ChoicesMinOverMeanExpected { get; init; }

    public double? ChoicesMinOverMeanLow { get; init; }

    public double? ChoicesMinOverMeanHigh { get; init; }

    public double? ChoicesCv { get; init; }

    public double? ChoicesCvExpected { get; init; }

    public double? ChoicesCvLow { get; init; }

    public double? ChoicesCvHigh { get; init; }

    public double? ChoicesJain { get; init; }

    public double? ChoicesJainExpected { get; init; }

    public double? ChoicesJainLow { get; init; }

    public double? ChoicesJainHigh { get; init; }

    /// <summary>χ² against the shares that the selector is meant to give; null with <see cref="Chi2Reason"/> where it means nothing.</summary>
    public double? Chi2 { get; init; }

    public int? Chi2Df { get; init; }

    /// <summary>How often chance alone is as uneven, 0 to 1.</summary>
    public double? Chi2P { get; init; }

    public double? Chi2Expected { get; init; }

    public double? Chi2Low { get; init; }

    public double? Chi2High { get; init; }

    public string? Chi2Reason { get; init; }

    /// <summary>How the law of χ² (and of cv and Jain) was had: <c>chi-square</c> or <c>monte-carlo:N</c>.</summary>
    public string? ChanceMethod { get; init; }

    /// <summary>How likely an ideal uniform hash keeps all listeners within the band of <c>fairness.csv</c>; at least 0.95.</summary>
    public double? BandCoverage { get; init; }

    /// <summary>Greatest |share − even share| of the choices, and its 95 % interval: the size of an effect.</summary>
    public double? ShareDeviation { get; init; }

    public double? ShareDeviationLow { get; init; }

    public double? ShareDeviationHigh { get; init; }

    public double? CramersV { get; init; }

    /// <summary>Tuples that met another listener when they came again; 0 unless the selector draws anew.</summary>
    public long? MovedTuples { get; init; }

    /// <summary>Share of connections that were received on the CPU of their worker, 0 to 1; null where that was not counted.</summary>
    public double? RxCpuMatchShare { get; init; }

    /// <summary>From the last success before to the first after a restart (<see cref="RestartRow.GapMs"/>), median over the repeat's restarts.</summary>
    public double? GapP50Ms { get; init; }

    public double? GapMaxMs { get; init; }

    /// <summary><c>ok</c>, <c>limited</c> or <c>invalid</c>.</summary>
    public string Verdict { get; init; } = "";

    public string VerdictReasons { get; init; } = "";

    /// <summary>What went wrong, for a failed repeat; with <see cref="SkippedPrefix"/>, what is missing on this host; otherwise null.</summary>
    public string? Failure { get; init; }
}
