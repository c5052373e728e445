using System.Globalization;
using System.Text;
using System.Text.Json;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;

namespace ReuseBench.Core.Wire;

/// <summary>What <c>serve</c> prints after <c>READY </c> on standard output once every listener listens.</summary>
public sealed record ServerReady
{
    public const string Prefix = "READY ";

    public required string Address { get; init; }

    public required int Port { get; init; }

    public required int Pid { get; init; }

    /// <summary>Every process that serves, <see cref="Pid"/> included.</summary>
    public required int[] Pids { get; init; }

    public required string Variant { get; init; }

    public required int Workers { get; init; }

    public required int Threads { get; init; }

    /// <summary>Listening sockets of all its processes: counted by their inodes where <see cref="ListenersMeant"/> is not null, otherwise as they are
    /// meant.</summary>
    public required int Listeners { get; init; }

    /// <summary>Connections that the kernel queues for one listener, as it gives it back: the backlog cut to net.core.somaxconn.</summary>
    public int? BacklogEffective { get; init; }

    /// <summary>Socket options of the first listener as getsockopt(2) gives them back, by name.</summary>
    public required Dictionary<string, int> Options { get; init; }

    /// <summary>A server of somebody else: what it calls itself, with its version; null for ours.</summary>
    public string? Program { get; init; }

    /// <summary>Listening sockets that it should have in its mode, or by its variant; null where they were not counted.</summary>
    public int? ListenersMeant { get; init; }

    /// <summary>
    /// The line, without its prefix, as <see cref="WireJson"/> reads it. By hand, since the serializer looks at types and compiles code for them, which
    /// is an eighth of a server's start, for this one line.
    /// </summary>
    public string ToJson()
    {
        using MemoryStream text = new();
        using (Utf8JsonWriter json = new(text))
        {
            json.WriteStartObject();
            json.WriteString("address", Address);
            json.WriteNumber("port", Port);
            json.WriteNumber("pid", Pid);
            json.WriteStartArray("pids");
            foreach (int pid in Pids)
            {
                json.WriteNumberValue(pid);
            }

            json.WriteEndArray();
            json.WriteString("variant", Variant);
            json.WriteNumber("workers", Workers);
            json.WriteNumber("threads", Threads);
            json.WriteNumber("listeners", Listeners);
            if (BacklogEffective is int backlog)
            {
                json.WriteNumber("backlog_effective", backlog);
            }
            else
            {
                json.WriteNull("backlog_effective");
            }

            json.WriteStartObject("options");
            foreach ((string name, int value) in Options)
            {
                json.WriteNumber(name, value);
            }

            json.WriteEndObject();
            json.WriteString("program", Program);
            if (ListenersMeant is int meant)
            {
                json.WriteNumber("listeners_meant", meant);
            }
            else
            {
                json.WriteNull("listeners_meant");
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length);
    }
}

/// <summary>What <c>serve</c> is asked on standard input for a server of somebody else: <c>reload NAME [frozen MS] [times N MS]</c>.</summary>
/// <param name="Name">Of the adapter's reloads; null for the first.</param>
public sealed record ReloadOrder(string? Name)
{
    private const string Verb = "reload";
    private const string FrozenKey = "frozen";
    private const string TimesKey = "times";
    private const string WithinKey = "within";
    private const double MostMs = 10_000;
    private const double LongestWaitMs = 3_600_000;

    /// <summary>For how long the workers stand still before the server is told, and again after that; null for not at all.</summary>
    public Duration? Frozen { get; init; }

    /// <summary>How often it is told; 1 to <see cref="RestartSettings.MostRestarts"/>.</summary>
    public int Times { get; init; } = 1;

    /// <summary>From one time to the next, whether or not the reload before is over.</summary>
    public Duration Every { get; init; }

    /// <summary>After which what the reload replaces is waited for no longer; null leaves that to the server's keeper.</summary>
    public Duration? Limit { get; init; }

    /// <summary>The line, for <see cref="Parse"/>.</summary>
    public string ToText() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Verb} {Name}{(Frozen is { } time ? $" {FrozenKey} {time.Milliseconds}" : "")}{(Times > 1 ? $" {TimesKey} {Times} {Every.Milliseconds}" : "")}")
        + (Limit is { } limit ? string.Create(CultureInfo.InvariantCulture, $" {WithinKey} {limit.Milliseconds}") : "");

    /// <exception cref="UsageException">The line is no order, or a value of it is out of its range.</exception>
    public static ReloadOrder Parse(string line)
    {
        string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words is not [Verb, ..])
        {
            throw new UsageException($"'{line.Trim()}' is no order; write '{Verb} NAME', '{Verb} NAME {FrozenKey} MS' or '{Verb} NAME {TimesKey} N MS'");
        }

        bool isNamed = words.Length > 1 && words[1] is not (FrozenKey or TimesKey or WithinKey);
        ReloadOrder order = new(isNamed ? words[1] : null);
        string[] rest = words[(isNamed ? 2 : 1)..];
        if (rest is [.., WithinKey, var limit])
        {
            order = order with { Limit = Time(line, limit, LongestWaitMs) };
            rest = rest[..^2];
        }

        return rest switch
        {
            [] => order,
            [FrozenKey, var ms] => order with { Frozen = Time(line, ms, MostMs) },
            [TimesKey, var times, var ms] => order with { Times = Count(line, times), Every = Time(line, ms, MostMs) },
            _ => throw new UsageException(
                $"'{line.Trim()}': after the name comes '{FrozenKey} MS', '{TimesKey} N MS' or neither, and then '{WithinKey} MS' or nothing"),
        };
    }

    private static Duration Time(string line, string text, double mostMs) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double ms) && ms > 0 && ms <= mostMs
            ? Duration.FromMilliseconds(ms)
            : throw new UsageException($"'{line.Trim()}': '{text}' is no time; write milliseconds above 0 up to {mostMs:0}");

    private static int Count(string line, string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count is >= 1 and <= RestartSettings.MostRestarts
            ? count
            : throw new UsageException($"'{line.Trim()}': '{text}' is no count; write 1 to {RestartSettings.MostRestarts}");
}

/// <summary>What <c>serve</c> prints after <c>RELOADED </c> when a server of somebody else was told to reload and has done so.</summary>
public sealed record ServerReloaded
{
    public const string Prefix = "RELOADED ";

    /// <summary>Which reload.</summary>
    public required string Reload { get; init; }

    /// <summary>CLOCK_MONOTONIC just before the server was told, in nanoseconds; of several times the first.</summary>
    public required long ToldNs { get; init; }

    /// <summary>When none of the processes was left that it replaced, likewise; of several times the last. Null where the limit passed first.</summary>
    public long? OverNs { get; init; }

    /// <summary>Processes that it replaced.</summary>
    public required int Replaced { get; init; }

    /// <summary>Processes that serve now.</summary>
    public required int[] Pids { get; init; }

    /// <summary>Listening sockets on the port now.</summary>
    public required int Listeners { get; init; }
}

/// <summary>What <c>serve</c> prints after <c>STATS </c> on standard output when it was told to stop; whole-life counts.</summary>
public sealed record ServerStats
{
    public const string Prefix = "STATS ";

    public required long Accepted { get; init; }

    public required long Requests { get; init; }

    public required long BadRequests { get; init; }

    /// <summary>Restarts completed; 0 for every variant but <c>restart</c>.</summary>
    public required int Restarts { get; init; }

    public required double CpuS { get; init; }

    public required WorkerStats[] Workers { get; init; }

    /// <summary>Of a server of somebody else: what it accepted, where that was counted from outside.</summary>
    public AcceptedOutside? Outside { get; init; }
}

/// <summary>What a server of somebody else accepted over its whole life, by the kernel's tracepoints.</summary>
public sealed record AcceptedOutside
{
    /// <summary>Connections of clients; null where nobody counted.</summary>
    public long? Accepted { get; init; }

    /// <summary>
    /// The same of each process, or of each thread where the processes are not its workers, from when it was ready; null where nobody counted, and after a
    /// reload.
    /// </summary>
    public long[]? ByWorker { get; init; }

    /// <summary>
    /// Connections that were made by whoever looks after the server, to know whether it answers; null where others than clients may have made some.
    /// </summary>
    public int? OwnConnections { get; init; }

    /// <summary>Why something is not known; null where all is.</summary>
    public string? Untold { get; init; }
}

public sealed record WorkerStats
{
    public required int Worker { get; init; }

    public required int Pid { get; init; }

    public required long Accepted { get; init; }

    public required long AcceptedReset { get; init; }

    public required long AcceptedLocal { get; init; }

    /// <summary>Of <see cref="Accepted"/>, those over IPv6; 0 but for a listener that takes both families.</summary>
    public long AcceptedIpv6 { get; init; }

    public required long Requests { get; init; }

    public required long BadRequests { get; init; }

    public required double CpuS { get; init; }

    public required long VoluntarySwitches { get; init; }

    public required long InvoluntarySwitches { get; init; }
}

/// <summary>Where a server that takes part in a restart gets its listening socket from.</summary>
public enum ListenerOrigin
{
    /// <summary>bind(2), tried again while the port is taken.</summary>
    Bind,

    /// <summary>Passed by whoever holds it (SCM_RIGHTS).</summary>
    Received,

    /// <summary>Left by the supervisor at descriptor 3 (LISTEN_FDS).</summary>
    Inherited,
}

/// <summary>How a server lets go of its listening socket when it is told to stop.</summary>
public enum ListenerRelease
{
    /// <summary>It stops accepting and closes its descriptor.</summary>
    Close,

    /// <summary>It directs new connections to its successor in the SO_REUSEPORT group, empties its queue, and closes.</summary>
    Drain,
}

/// <summary>What a server that takes part in a restart is told beside its settings: <c>serve --succession TEXT</c>.</summary>
/// <remarks>As text and not as JSON: reading that took a server more of its start than all the rest.</remarks>
public sealed record Succession
{
    public ListenerOrigin Origin { get; init; } = ListenerOrigin.Bind;

    public ListenerRelease Release { get; init; } = ListenerRelease.Close;

    /// <summary>Abstract Unix name at which the listener is to be had; for <see cref="ListenerOrigin.Received"/>.</summary>
    public string? TakeFrom { get; init; }

    /// <summary>Abstract Unix name at which the listener is given to whoever of this user asks; null gives it to nobody.</summary>
    public string? GiveAt { get; init; }

    /// <summary>How long bind(2) is tried again, in milliseconds.</summary>
    public double RestartTimeoutMs { get; init; }

    /// <summary>Which generation of the server this is, from 0; its events carry it.</summary>
    public int Generation { get; init; }

    /// <summary>The next generation within the same process, begun at SIGHUP; null for a process with one generation.</summary>
    public Succession? Next { get; init; }

    /// <summary>The successor listens before this server stops; else after. For <see cref="Next"/> only.</summary>
    public bool NextStartsFirst { get; init; }

    /// <summary>
    /// It gets ready, prints <see cref="WaitingLine"/>, and takes its listener when standard input has a line, which names the port: the start of a
    /// .NET process is no part of the gap that a restart method leaves.
    /// </summary>
    public bool Waits { get; init; }

    /// <summary>From that line to the first bind(2), in milliseconds: what the start of a user's own server takes.</summary>
    public double StartDelayMs { get; init; }

    /// <summary>From when it has its listeners to its first accept, in milliseconds.</summary>
    public double AcceptDelayMs { get; init; }

    /// <summary>Workers of this generation, where it is the next one of a process; 0 for as many as the settings say.</summary>
    public int Workers { get; init; }

    /// <summary>Listeners that it takes over (<see cref="ListenerOrigin.Received"/>) before it binds those that are missing; 0 for one.</summary>
    public int Kept { get; init; }

    /// <summary>Listeners of the successor in the group, for <see cref="ListenerRelease.Drain"/>; 0 for one.</summary>
    public int Successors { get; init; }

    /// <summary>A transient member accepts nothing, and ends so long after it began to listen, in milliseconds; 0 for a server that stays.</summary>
    public double StayMs { get; init; }

    /// <summary>What a server says that <see cref="Waits"/>.</summary>
    public const string WaitingLine = "WAITING";

    private const char BetweenGenerations = '|';
    private const char BetweenParts = ';';

    /// <summary>One line, for <see cref="Parse"/>.</summary>
    public string ToText()
    {
        string[] parts =
        [
            Names.Of(Origin), Names.Of(Release), TakeFrom ?? "", GiveAt ?? "", Text(RestartTimeoutMs), Text(Generation), Text(NextStartsFirst),
            Text(Waits), Text(StartDelayMs), Text(AcceptDelayMs), Text(Workers), Text(Kept), Text(Successors), Text(StayMs),
        ];
        string self = string.Join(BetweenParts, parts);
        return Next is null ? self : $"{self}{BetweenGenerations}{Next.ToText()}";
    }

    /// <exception cref="UsageException">The text is none of <see cref="ToText"/>.</exception>
    public static Succession Parse(string text)
    {
        string[] generations = text.Split(BetweenGenerations, 2);
        return generations[0].Split(BetweenParts) is [var origin, var release, var from, var at, var timeout, var generation, var first, var waits,
            var delay, var acceptDelay, var workers, var kept, var successors, var stay]
            ? new Succession
            {
                Origin = Names.Parse<ListenerOrigin>(origin, What),
                Release = Names.Parse<ListenerRelease>(release, What),
                TakeFrom = from.Length == 0 ? null : from,
                GiveAt = at.Length == 0 ? null : at,
                RestartTimeoutMs = Number(timeout),
                Generation = (int)Number(generation),
                NextStartsFirst = Number(first) != 0,
                Waits = Number(waits) != 0,
                StartDelayMs = Number(delay),
                AcceptDelayMs = Number(acceptDelay),
                Workers = (int)Number(workers),
                Kept = (int)Number(kept),
                Successors = (int)Number(successors),
                StayMs = Number(stay),
                Next = generations.Length > 1 ? Parse(generations[1]) : null,
            }
            : throw new UsageException($"{What}: '{text}' is none; the restart experiment writes it, and nobody else need");
    }

    private const string What = "succession";

    private static string Text(bool value) => value ? "1" : "0";

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);

    private static double Number(string text) => double.TryParse(text, CultureInfo.InvariantCulture, out double value)
        ? value
        : throw new UsageException($"{What}: '{text}' is not a number");
}
