using System.Globalization;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Core.Units;
using ReuseBench.Core.Verdicts;
using ReuseBench.Core.Wire;

namespace ReuseBench.Reports.Tests;

/// <summary>
/// A row of results.csv and of chance.csv with every setting and statistic by its name, as tests like to write them; an empty text is not set.
/// </summary>
public sealed record ResultRow : LoadFigures
{
    public const string SkippedPrefix = Core.Results.ResultRow.SkippedPrefix;

    public string Workload { get; init; } = "";

    public string Load { get; init; } = "";

    public int Connections { get; init; }

    public int? ConnectionsPerWorker { get; init; }

    public double? RatePercent { get; init; }

    public string? Arrivals { get; init; }

    public string SourcePlan { get; init; } = "";

    public string Sources { get; init; } = "";

    public string Close { get; init; } = "";

    public int RequestBytes { get; init; }

    public int ClientThreads { get; init; }

    public string Driver { get; init; } = "native";

    public double WarmupS { get; init; }

    public string RunId { get; init; } = "";

    public string CellId { get; init; } = "";

    public int Repeat { get; init; }

    public string Experiment { get; init; } = "";

    public string Variant { get; init; } = "";

    public string? Server { get; init; }

    public string? ServerMode { get; init; }

    public string? ServerReload { get; init; }

    public string? ServerVersion { get; init; }

    public int? ListenersMeant { get; init; }

    public int Workers { get; init; }

    public int Processes { get; init; }

    public string Accept { get; init; } = "";

    public string Selector { get; init; } = "";

    public int? AcceptBatch { get; init; }

    public string RxCpuMatch { get; init; } = "";

    public string Reuseaddr { get; init; } = "";

    public string Reuseport { get; init; } = "";

    public string Bind { get; init; } = "";

    public int Backlog { get; init; }

    public int? BacklogEffective { get; init; }

    public int? BacklogTotal { get; init; }

    public double ServiceTimeUs { get; init; }

    public string ServiceTimeDistribution { get; init; } = "";

    public int ResponseBytes { get; init; }

    public string ServerClose { get; init; } = "";

    public double? RestartEveryMs { get; init; }

    public int? RestartCount { get; init; }

    public string? RestartMethod { get; init; }

    public string? RestartStop { get; init; }

    public string? RestartScope { get; init; }

    public string? RestartLoad { get; init; }

    public int? MigrateReq { get; init; }

    public double? RestartTimeoutMs { get; init; }

    public double? StartDelayMs { get; init; }

    public double? AcceptDelayMs { get; init; }

    public int? Restarts { get; init; }

    public string? SourcePorts { get; init; }

    public double? TimeoutMs { get; init; }

    public double? ConnectTimeoutMs { get; init; }

    public double? RetryDelayMs { get; init; }

    public string? ShareCpus { get; init; }

    public double? RampMs { get; init; }

    public double? MeasuringS { get; init; }

    public double? IntervalMs { get; init; }

    public int Listeners { get; init; }

    public int ServerThreads { get; init; }

    public string ServerCpuList { get; init; } = "";

    public string ClientCpuList { get; init; } = "";

    public string Isolation { get; init; } = "";

    public ulong Seed { get; init; }

    public string? StartedUtc { get; init; }

    public double? ServerCpuS { get; init; }

    public double? ServerBusyShare { get; init; }

    public double? BusiestServerCpuShare { get; init; }

    public double? ServerCpuUsPerRequest { get; init; }

    public double? ClientCpuUsPerRequest { get; init; }

    public long? ServerVoluntarySwitches { get; init; }

    public long? ServerInvoluntarySwitches { get; init; }

    public long? ListenOverflows { get; init; }

    public long? ListenDrops { get; init; }

    public double? StealShare { get; init; }

    public double? BackgroundShare { get; init; }

    public long? ThrottledPeriods { get; init; }

    public double? CanaryRoundsPerUs { get; init; }

    public double? CanaryAloneRoundsPerUs { get; init; }

    public double? OtherCpusBusyShare { get; init; }

    public double? GeneratorLagShare { get; init; }

    public long? LifeAnswersClient { get; init; }

    public long? LifeAnswersServer { get; init; }

    public long? LifeConnectionsClient { get; init; }

    public long? LifeConnectionsServer { get; init; }

    public long? LifeConnectionsKernel { get; init; }

    public long? LifeFailedClient { get; init; }

    public string? CountsAgree { get; init; }

    public double? AcceptedMaxOverMean { get; init; }

    public double? AcceptedMinOverMean { get; init; }

    public double? AcceptedCv { get; init; }

    public double? AcceptedJain { get; init; }

    public long? DistinctTuples { get; init; }

    public string? ChanceOver { get; init; }

    public long? Choices { get; init; }

    public double? ChoicesMaxOverMean { get; init; }

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

    public double? Chi2 { get; init; }

    public int? Chi2Df { get; init; }

    public double? Chi2P { get; init; }

    public double? Chi2Expected { get; init; }

    public double? Chi2Low { get; init; }

    public double? Chi2High { get; init; }

    public string? Chi2Reason { get; init; }

    public string? ChanceMethod { get; init; }

    public double? BandCoverage { get; init; }

    public double? ShareDeviation { get; init; }

    public double? ShareDeviationLow { get; init; }

    public double? ShareDeviationHigh { get; init; }

    public double? CramersV { get; init; }

    public long? MovedTuples { get; init; }

    public double? RxCpuMatchShare { get; init; }

    public double? GapP50Ms { get; init; }

    public double? GapMaxMs { get; init; }

    public string Verdict { get; init; } = "";

    public string VerdictReasons { get; init; } = "";

    public string? Failure { get; init; }

    public static implicit operator Core.Results.ResultRow(ResultRow row) => row.ToRow();

    public Core.Results.ResultRow ToRow() => new(this)
    {
        RunId = RunId,
        CellId = CellId,
        Repeat = Repeat,
        BacklogEffective = BacklogEffective,
        BacklogTotal = BacklogTotal,
        Restarts = Restarts,
        MeasuringS = MeasuringS,
        Listeners = Listeners,
        ListenersMeant = ListenersMeant,
        ServerVersion = ServerVersion,
        ServerThreads = ServerThreads,
        Seed = Seed,
        StartedUtc = StartedUtc,
        ServerCpuS = ServerCpuS,
        ServerBusyShare = ServerBusyShare,
        BusiestServerCpuShare = BusiestServerCpuShare,
        ServerCpuUsPerRequest = ServerCpuUsPerRequest,
        ClientCpuUsPerRequest = ClientCpuUsPerRequest,
        ServerVoluntarySwitches = ServerVoluntarySwitches,
        ServerInvoluntarySwitches = ServerInvoluntarySwitches,
        ListenOverflows = ListenOverflows,
        ListenDrops = ListenDrops,
        StealShare = StealShare,
        BackgroundShare = BackgroundShare,
        CanaryRoundsPerUs = CanaryRoundsPerUs,
        CanaryAloneRoundsPerUs = CanaryAloneRoundsPerUs,
        OtherCpusBusyShare = OtherCpusBusyShare,
        ThrottledPeriods = ThrottledPeriods,
        GeneratorLagShare = GeneratorLagShare,
        LifeResponsesClient = LifeAnswersClient,
        LifeResponsesServer = LifeAnswersServer,
        LifeConnectionsClient = LifeConnectionsClient,
        LifeConnectionsServer = LifeConnectionsServer,
        LifeConnectionsKernel = LifeConnectionsKernel,
        LifeFailedClient = LifeFailedClient,
        AcceptedMaxOverMean = AcceptedMaxOverMean,
        AcceptedMinOverMean = AcceptedMinOverMean,
        AcceptedCv = AcceptedCv,
        AcceptedJain = AcceptedJain,
        DistinctTuples = DistinctTuples,
        MovedTuples = MovedTuples,
        RxCpuMatchShare = RxCpuMatchShare,
        GapP50Ms = GapP50Ms,
        GapMaxMs = GapMaxMs,
        Failure = Failure,
        Cell = ToCell(),
        Isolation = Isolation == "netns" ? Core.Cells.Isolation.Netns : Core.Cells.Isolation.None,
        CountsAgree = CountsAgree is null ? null : CountsAgree == "yes",
        Grade = Names.Parse<Grade>(Verdict.Length == 0 ? "ok" : Verdict, "verdict"),
        Verdict = Core.Verdicts.Verdict.Parse(VerdictReasons),
    };

    public IEnumerable<ChanceRow> ToChance()
    {
        ChanceRow key = new()
        {
            RunId = RunId,
            CellId = CellId,
            Repeat = Repeat,
            Choices = Choices,
            Over = ChanceOver is { Length: > 0 } over ? Names.Parse<ChanceOver>(over, "over") : null,
        };
        yield return key with
        {
            Statistic = ChanceStatistic.MaxOverMean,
            Value = ChoicesMaxOverMean,
            Expected = ChoicesMaxOverMeanExpected,
            Low = ChoicesMaxOverMeanLow,
            High = ChoicesMaxOverMeanHigh
        };
        yield return key with { Statistic = ChanceStatistic.ChiSquare, Value = Chi2, DegreesOfFreedom = Chi2Df, PValue = Chi2P, Reason = Chi2Reason };
        yield return key with
        {
            Statistic = ChanceStatistic.ShareDeviation,
            Value = ShareDeviation,
            Low = ShareDeviationLow,
            High = ShareDeviationHigh
        };
    }

    private Cell ToCell()
    {
        (string Key, string? Value)[] settings =
        [
            ("server", Server), ("server_mode", ServerMode), ("server_reload", ServerReload),
            ("experiment", Experiment), ("variant", Variant), ("workers", Text(Workers)), ("processes", Text(Processes)), ("accept", Accept),
                ("selector", Selector),
            ("accept_batch", Text(AcceptBatch)), ("rx_cpu_match", RxCpuMatch), ("bind", Bind), ("backlog", Text(Backlog)),
                ("server_close", ServerClose),
            ("service_time", $"{Text(ServiceTimeUs)}us{(ServiceTimeDistribution == "exp" ? ":exp" : "")}"), ("response_bytes", Text(ResponseBytes)),
            ("restart_every", Ms(RestartEveryMs)), ("restart_count", Text(RestartCount)),
                ("restart_method", RestartMethod), ("restart_stop", RestartStop), ("restart_scope", RestartScope),
            ("restart_load", RestartLoad), ("migrate_req", Text(MigrateReq)), ("restart_timeout", Ms(RestartTimeoutMs)),
            ("start_delay", Ms(StartDelayMs)), ("accept_delay", Ms(AcceptDelayMs)),
            ("workload", Workload), ("connections", Text(Connections)), ("connections_per_worker", Text(ConnectionsPerWorker)),
                ("rate", Text(RateRpsRequested)), ("rate_percent", Text(RatePercent)), ("arrivals", Arrivals),
                ("source_plan", SourcePlan),
            ("sources", Sources), ("source_ports", SourcePorts), ("close", Close), ("request_bytes", Text(RequestBytes)),
            ("client_threads", ClientThreads == 0 ? "" : Text(ClientThreads)), ("driver", Driver), ("timeout", Ms(TimeoutMs)),
                ("connect_timeout", Ms(ConnectTimeoutMs)),
            ("retry_delay", Ms(RetryDelayMs)), ("share_cpus", ShareCpus), ("ramp", Ms(RampMs)), ("interval", Ms(IntervalMs)),
            ("server_cpus", ServerCpuList), ("client_cpus", ClientCpuList),
        ];
        Cell cell = settings.Where(s => !string.IsNullOrEmpty(s.Value))
            .Aggregate(Cell.Blank, (cell, s) => CellSettings.Find(s.Key)!.Set(cell, s.Value!));
        bool isOn = Reuseaddr == "on";
        return Reuseaddr.Length == 0 || isOn == cell.Server.EffectiveReuseAddr ? cell : cell with { Server = cell.Server with { ReuseAddr = isOn } };
    }

    private static string Text(IFormattable? value) => value?.ToString(null, CultureInfo.InvariantCulture) ?? "";

    private static string Ms(double? value) => value is null ? "" : Text(value) + "ms";
}
