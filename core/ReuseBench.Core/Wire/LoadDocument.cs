using System.Text.Json.Serialization;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Statistics;
using ReuseBench.Core.Units;

namespace ReuseBench.Core.Wire;

/// <summary>The one JSON document that <c>load --json</c> prints: the figures, and what they were made of.</summary>
public sealed record LoadDocument : LoadFigures
{
    public string Target { get; init; } = "";

    public string Workload { get; init; } = "";

    /// <summary><c>closed</c> or <c>open</c>.</summary>
    public string Load { get; init; } = "";

    public int Connections { get; init; }

    public string? Arrivals { get; init; }

    public string SourcePlan { get; init; } = "";

    public string Sources { get; init; } = "";

    public string Close { get; init; } = "";

    public int RequestBytes { get; init; }

    public int ClientThreads { get; init; }

    public string Driver { get; init; } = "native";

    public double WarmupS { get; init; }

    public ulong Seed { get; init; }

    [JsonPropertyName("client_cpus")]
    public string ClientCpuList { get; init; } = "";

    /// <summary>CLOCK_MONOTONIC at which the warm-up was to begin, nanoseconds: as the swarm was told, or as it chose.</summary>
    public long EpochNs { get; init; }

    /// <summary>
    /// When it began in truth: the last client thread's first look at its work at or behind the epoch; null where that is not known.
    /// </summary>
    public long? StartedNs { get; init; }

    /// <summary>CLOCK_MONOTONIC at which the measured window began and ended, nanoseconds.</summary>
    public long WindowBeginNs { get; init; }

    public long WindowEndNs { get; init; }

    /// <summary>What the user should know about these figures: one sentence each.</summary>
    public string[] Warnings { get; init; } = [];

    /// <summary>
    /// <c>ok</c>, <c>limited</c> or <c>invalid</c>, and the codes of its reasons separated by semicolons, as far as the client can tell; null for
    /// a runner, which judges by more.
    /// </summary>
    public string? Verdict { get; init; }

    public string? VerdictReasons { get; init; }

    /// <summary>Whole life, warm-up and drain included.</summary>
    public LifeCounts Life { get; init; } = new();

    /// <summary>Answers of any status by worker, whole life; the key is the worker header's value.</summary>
    public SortedDictionary<string, long> AnswersByWorker { get; init; } = [];

    /// <summary>Connections whose first answer named that worker, whole life.</summary>
    public SortedDictionary<string, long> ConnectionsByWorker { get; init; } = [];

    /// <summary>Errors of the whole life by phase and errno name (or <c>timeout</c>, <c>http-404</c>, <c>not HTTP/1.1: looks like TLS</c>).</summary>
    public ErrorCount[] Errors { get; init; } = [];

    /// <summary>By phase (<see cref="Phases"/>): base64 of the HdrHistogram V2 encoding, values in nanoseconds.</summary>
    public SortedDictionary<string, string> Histograms { get; init; } = [];

    /// <summary>
    /// By phase, of those whose percentiles are published: the longest value of each 10 ms of the window (<see cref="Statistics.SlotPeaks"/>).
    /// </summary>
    public SortedDictionary<string, string> SlotPeaks { get; init; } = [];

    public TimelinePoint[] Timeline { get; init; } = [];

    /// <summary>Open loop, where asked for (<see cref="Cells.LoadSettings.RecordAttempts"/>); otherwise null.</summary>
    public AttemptColumns? Attempts { get; init; }

    public ClientThread[] ClientThreadDetails { get; init; } = [];

    /// <summary>
    /// Whether the window was steady. In a closed loop by the responses of its intervals; in an open loop, whose rate is given, by their median
    /// latencies.
    /// </summary>
    /// <returns>Null where the window has too few intervals, or one without responses.</returns>
    public SteadyState? ToSteadyState()
    {
        if (Timeline.Length < SteadyState.FewestParts)
        {
            return null;
        }

        // The last interval may be cut short by the end of the window.
        double lengthMs = Timeline[1].StartMs - Timeline[0].StartMs;
        IEnumerable<TimelinePoint> whole = Timeline.Where(p => p.StartMs + lengthMs <= (DurationS * 1000) + (lengthMs / 1000));
        double?[] values = Load == Names.Of(LoadShape.Open)
            ? [.. whole.Select(p => p.LatencyP50Us)]
            : [.. whole.Select(p => p.Requests == 0 ? null : (double?)p.Requests)];
        return values.All(v => v is not null) ? SteadyState.Of([.. values.Select(v => v!.Value)]) : null;
    }
}

/// <summary>
/// What a swarm did in its whole life. After the drain nothing is in progress, so
/// <c>requests_sent = answers + failed_requests</c> and <c>connects_started = connections_opened + failed_connects</c>.
/// </summary>
public sealed record LifeCounts
{
    public long ConnectsStarted { get; init; }

    public long ConnectionsOpened { get; init; }

    /// <summary>Of <see cref="ConnectionsOpened"/>, those over IPv6, where the clients are of both families; null elsewhere.</summary>
    public long? ConnectionsOpenedIpv6 { get; init; }

    public long FailedConnects { get; init; }

    public long RequestsSent { get; init; }

    /// <summary>Complete answers of any status.</summary>
    public long Answers { get; init; }

    /// <summary>Bytes of answers, heads included, whole or in part; null from a driver that does not count them.</summary>
    public long? BytesReceived { get; init; }

    /// <summary>Requests that were sent, in whole or in part, and got no complete answer.</summary>
    public long FailedRequests { get; init; }

    /// <summary>
    /// As <see cref="LoadFigures.ReusedClosed"/>, of the whole life; in <see cref="RequestsSent"/> such a request is counted once.
    /// </summary>
    public long ReusedClosed { get; init; }

    /// <summary>Open loop: requests that the schedule asked for.</summary>
    public long? Scheduled { get; init; }

    /// <summary>Open loop: of these, never started, since no connection came free for them within the timeout.</summary>
    public long? NeverStarted { get; init; }

    /// <summary>Distinct source tuples used; null where that was not tracked.</summary>
    public long? DistinctTuples { get; init; }
}

public sealed record ErrorCount(string Phase, string Error, long Count);

/// <summary>One interval of the timeline; times are relative to the beginning of the measured window.</summary>
public sealed record TimelinePoint
{
    public double StartMs { get; init; }

    /// <summary>Answers completed.</summary>
    public long Requests { get; init; }

    public long ConnectionsOpened { get; init; }

    public long Errors { get; init; }

    /// <summary>Of answers completed in the interval; null without any, or where the interval is shorter than 10 ms.</summary>
    public double? LatencyP50Us { get; init; }

    public double? LatencyP99Us { get; init; }

    public double? LatencyMaxUs { get; init; }
}

public sealed record ClientThread
{
    public int Thread { get; init; }

    public int? Cpu { get; init; }

    public double CpuS { get; init; }

    public double BusyShare { get; init; }

    public double NeverIdleShare { get; init; }

    public long VoluntarySwitches { get; init; }

    public long InvoluntarySwitches { get; init; }

    /// <summary>As of the document, of this thread.</summary>
    public int Stalls { get; init; }

    public double StalledMs { get; init; }

    public double StalledTotalMs { get; init; }
}

/// <summary>Names of the recorded phases of a request.</summary>
public static class Phases
{
    /// <summary>connect(2) to established.</summary>
    public const string Connect = "connect";

    /// <summary>Send of the request to the first byte of its answer.</summary>
    public const string FirstByte = "first_byte";

    /// <summary>The latency: start of the request (intended in an open loop; the connect, where it opens one) to its last byte.</summary>
    public const string Request = "request";

    /// <summary>Actual start to the last byte, as the swarm read it.</summary>
    public const string FromSend = "from_send";

    /// <summary>The earliest possible start to the actual one: the start lag.</summary>
    public const string Lag = "lag";

    /// <summary>From when the kernel had the last byte to when the swarm had read it.</summary>
    public const string ReadLag = "read_lag";

    /// <summary>The latency less both lags: what is left of it for the server and the kernel.</summary>
    public const string NetOfLag = "net_of_lag";

    /// <summary>The latency less both lags but for the wake-ups of an idle client thread: as a swarm without a queue would see it.</summary>
    public const string NetOfQueue = "net_of_queue";
}

/// <summary>
/// One line of JSON that <c>load</c> prints on standard error while it runs: <c>progress</c> once a second, <c>begin</c> and
/// <c>end</c> when the measured window begins and ends, <c>warning</c> before the load begins.
/// </summary>
public sealed record LoadSignal
{
    public const string Progress = "progress";
    public const string Begin = "begin";
    public const string End = "end";

    /// <summary>
    /// Nothing is in progress any more and every connection is closed; what follows is the document alone, and the server may stop meanwhile. A driver
    /// of another kind need not say so.
    /// </summary>
    public const string Drained = "drained";

    public const string Warning = "warning";

    public required string Signal { get; init; }

    /// <summary>CLOCK_MONOTONIC, nanoseconds.</summary>
    public required long TimeNs { get; init; }

    /// <summary>Answers so far, whole life.</summary>
    public long Requests { get; init; }

    /// <summary>Errors so far, whole life.</summary>
    public long Errors { get; init; }

    /// <summary>Answers per second since the last progress line.</summary>
    public double RateNowRps { get; init; }

    /// <summary>Of a warning: one sentence for the user.</summary>
    public string? Text { get; init; }
}

/// <summary>How one attempt of an open loop ended; the classes are those of the error columns.</summary>
public enum AttemptOutcome
{
    Served,
    Refused,
    Reset,
    Timeout,

    /// <summary>No local address and port was free.</summary>
    Address,

    /// <summary>An answer, but none with status 2xx, or none that is HTTP.</summary>
    BadAnswer,
    Other,
}

/// <summary>On which connection an attempt went.</summary>
public enum AttemptPath
{
    /// <summary>On one that was opened for it.</summary>
    New,

    /// <summary>On one that had carried a response before.</summary>
    Kept,

    /// <summary>On one that was opened since the server had closed the kept one before the request came there.</summary>
    Reopened,
}

/// <summary>
/// Every attempt of an open loop, whole life, as columns of equal length; in the order in which they ended, thread after thread. Times are
/// CLOCK_MONOTONIC in nanoseconds.
/// </summary>
public sealed record AttemptColumns
{
    /// <summary>When the schedule wanted it to start.</summary>
    public long[] IntendedNs { get; init; } = [];

    /// <summary>When connect(2) was called; 0 where it never was.</summary>
    public long[] ConnectNs { get; init; } = [];

    /// <summary>When the connection stood and the request was sent; 0 where it never did.</summary>
    public long[] SendNs { get; init; } = [];

    public long[] EndNs { get; init; } = [];

    /// <summary><see cref="AttemptOutcome"/>.</summary>
    public int[] Outcome { get; init; } = [];

    /// <summary><see cref="AttemptPath"/>.</summary>
    public int[] Path { get; init; } = [];

    /// <summary>Attempts that no longer fitted; they are in no column.</summary>
    public long Dropped { get; init; }
}
