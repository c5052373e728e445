using CsvHelper;
using ReuseBench.Core.Wire;

namespace ReuseBench.Core.Results;

/// <summary>One row of <c>results.csv</c>: a cell and repeat, every setting of the cell, the figures, the verdict.</summary>
[CsvRecord]
public sealed partial record ResultRow : LoadFigures, IRepeatRow
{
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

    /// <summary><c>on</c> or <c>off</c>, as set.</summary>
    public string Reuseaddr { get; init; } = "";

    public string Reuseport { get; init; } = "";

    public int Backlog { get; init; }

    public double ServiceTimeUs { get; init; }

    /// <summary><c>constant</c> or <c>exp</c>.</summary>
    public string ServiceTimeDistribution { get; init; } = "";

    public int ResponseBytes { get; init; }

    public string ServerClose { get; init; } = "";

    public double? RestartEveryMs { get; init; }

    public string? RestartWay { get; init; }

    public string? RestartStop { get; init; }

    public string? RestartScope { get; init; }

    public string? RestartUnder { get; init; }

    public int? MigrateReq { get; init; }

    public double? GiveUpMs { get; init; }

    public int? Restarts { get; init; }

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

    /// <summary>CPU time of all server processes within the window.</summary>
    public double? ServerCpuS { get; init; }

    /// <summary>CPU time of the server over what its CPUs had, 0 to 1.</summary>
    public double? ServerBusyShare { get; init; }

    /// <summary>CPU time of the server for each answer within the window.</summary>
    public double? ServerCpuUsPerRequest { get; init; }

    public double? ClientCpuUsPerRequest { get; init; }

    public long? ServerVoluntarySwitches { get; init; }

    public long? ServerInvoluntarySwitches { get; init; }

    /// <summary>TcpExt ListenOverflows of the repeat, whole life.</summary>
    public long? ListenOverflows { get; init; }

    public long? ListenDrops { get; init; }

    public double? StealShare { get; init; }

    public double? ForeignShare { get; init; }

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

    /// <summary>Longest time without an answer around a restart, median over the repeat's restarts.</summary>
    public double? GapP50Ms { get; init; }

    public double? GapMaxMs { get; init; }

    /// <summary><c>ok</c>, <c>limited</c> or <c>invalid</c>.</summary>
    public string Verdict { get; init; } = "";

    public string VerdictReasons { get; init; } = "";

    /// <summary>What went wrong, for a failed repeat; otherwise null.</summary>
    public string? Failure { get; init; }
}
