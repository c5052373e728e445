using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Serialization;
using ReuseBench.Core;
using ReuseBench.Core.Cells;

namespace ReuseBench.Cluster;

/// <summary>What a coordinator asks an agent for; the last token of the subject.</summary>
public static class Verbs
{
    /// <summary>Takes the host for one run; the answer is a <see cref="HostHello"/>.</summary>
    public const string Claim = "claim";

    /// <summary>Starts the process of a role; the answer is its ready line, or nothing of a swarm.</summary>
    public const string Prepare = "prepare";

    /// <summary>Looks for a way to an address; the answer is nothing, or why there is none.</summary>
    public const string Reach = "reach";

    /// <summary>Nothing; the answer is when it came and went, by the agent's clock.</summary>
    public const string Ping = "ping";

    /// <summary>Arms what was prepared: it begins at a given instant of the agent's own clock.</summary>
    public const string Start = "start";

    /// <summary>Ends a server or the window of a swarm in order; its half comes as a result.</summary>
    public const string Finish = "finish";

    /// <summary>Ends whatever runs.</summary>
    public const string Stop = "stop";

    /// <summary>Ends whatever runs, and gives the host free.</summary>
    public const string Release = "release";

    /// <summary>The coordinator lives; the answer is what the agent is at.</summary>
    public const string Beat = "beat";
}

/// <summary>Subjects of the engine. Both ends and the engine's permissions are made from these.</summary>
public static class Subjects
{
    /// <summary>The stream that keeps results until they are in a row, and then forgets them.</summary>
    public const string ResultStream = "rb-halves";

    public const string AllResults = "rb.*.up.*.half";

    public static string Down(string run, string host, string verb) => $"rb.{Token(run)}.down.{host}.{verb}";

    public static string EveryDown(string host) => $"rb.*.down.{host}.*";

    public static string Result(string run, string host) => $"rb.{Token(run)}.up.{host}.half";

    public static string ResultsOf(string run) => $"rb.{Token(run)}.up.*.half";

    /// <summary>A text as one token of a subject.</summary>
    public static string Token(string text) => string.Concat(text.Select(c => char.IsAsciiLetterOrDigit(c) || c == '-' ? c : '_'));
}

/// <summary>Whose word it is. An agent hears the newest coordinator of the run that has claimed it.</summary>
public record Order
{
    public required string Run { get; init; }

    /// <summary>Greater with every claim: what an earlier coordinator of the same run still says is not heard.</summary>
    public required long Fence { get; init; }
}

/// <summary>One repeat of one cell, tried once.</summary>
public sealed record RepeatKey(string Cell, int Repeat, int Attempt)
{
    /// <summary>The same over all attempts.</summary>
    public string Text => $"{Cell}/{Repeat}";
}

/// <summary>What a host is to do, as typed settings: never a command line.</summary>
public sealed record WorkOrder : Order
{
    public const string Serve = "serve";
    public const string Load = "load";

    public required RepeatKey Key { get; init; }

    /// <summary>One of the two.</summary>
    public required string Role { get; init; }

    /// <summary>Settings of that role by their keys; those that are missing have their defaults.</summary>
    public required SortedDictionary<string, string> Settings { get; init; }

    /// <summary>Of a swarm: whether each attempt is recorded.</summary>
    public bool Attempts { get; init; }

    /// <param name="settings">Those of one role.</param>
    /// <param name="cell">That has them.</param>
    public static SortedDictionary<string, string> Describe(IReadOnlyList<Setting> settings, Cell cell)
    {
        SortedDictionary<string, string> described = new(StringComparer.Ordinal);
        foreach (Setting setting in settings)
        {
            if (setting.Get(cell) is { } value)
            {
                described.Add(setting.Key, value);
            }
        }

        return described;
    }

    /// <exception cref="UsageException">A setting is unknown, has no such value, or does not go with another.</exception>
    public ServerSettings ReadServer()
    {
        ServerSettings server = Read(CellSettings.OfServer).Server;
        server.Validate();
        return server;
    }

    /// <inheritdoc cref="ReadServer"/>
    public LoadSettings ReadLoad()
    {
        LoadSettings load = Read(CellSettings.OfLoad).Load with { RecordAttempts = Attempts };
        load.Validate();
        return load;
    }

    private Cell Read(IReadOnlyList<Setting> known)
    {
        Cell cell = Cell.Blank;
        foreach ((string key, string value) in Settings)
        {
            Setting setting = known.FirstOrDefault(s => s.Key == key) ?? throw new UsageException($"{key}: is no setting of {Role}");
            cell = setting.Set(cell, value);
        }

        return cell;
    }
}

/// <summary>Where a host is to have a way to.</summary>
public sealed record ReachOrder : Order
{
    /// <summary>An address, without a port.</summary>
    public required string Address { get; init; }
}

/// <summary>When to begin, all in the agent's own CLOCK_MONOTONIC.</summary>
public sealed record StartOrder : Order
{
    /// <summary>Where the server listens: <c>ADDRESS:PORT</c>.</summary>
    public required string Target { get; init; }

    public required long EpochNs { get; init; }

    /// <summary>So much later the arrivals of this host begin: what several send at equal gaps is to come at equal gaps.</summary>
    public required long LaterNs { get; init; }

    public required long BeginNs { get; init; }

    public required long EndNs { get; init; }

    /// <summary>Until then nothing is said to the agent, or nothing has to be: it misses nobody.</summary>
    public required long SilentUntilNs { get; init; }
}

/// <summary>What an agent answers.</summary>
public sealed record Answer
{
    /// <summary>Why not, in one line; null where it was done.</summary>
    public string? Refusal { get; init; }

    public string? Body { get; init; }
}

/// <summary>A host as its agent describes it.</summary>
public sealed record HostHello
{
    public required string Name { get; init; }

    /// <summary>Of reusebench.</summary>
    public required string Version { get; init; }

    /// <summary>Roles that it takes.</summary>
    public required string[] Allowed { get; init; }

    /// <summary>JSON that only the programs at both ends read.</summary>
    public required string Facts { get; init; }
}

/// <summary>What a host brought.</summary>
public sealed record HostOutcome
{
    /// <summary>Why it brought nothing; null where it did.</summary>
    public string? Error { get; init; }

    /// <summary>JSON that only the programs at both ends read.</summary>
    public string? Half { get; init; }
}

/// <summary>Messages and what is made of them.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(Order))]
[JsonSerializable(typeof(WorkOrder))]
[JsonSerializable(typeof(ReachOrder))]
[JsonSerializable(typeof(StartOrder))]
[JsonSerializable(typeof(Answer))]
[JsonSerializable(typeof(HostHello))]
[JsonSerializable(typeof(HostOutcome))]
[JsonSerializable(typeof(StoredAck))]
[JsonSerializable(typeof(CredentialText))]
internal sealed partial class ClusterJson : JsonSerializerContext;

/// <summary>The engine's word that it keeps a message.</summary>
internal sealed record StoredAck
{
    public string? Stream { get; init; }

    public ulong Seq { get; init; }

    /// <summary>It has it already.</summary>
    public bool Duplicate { get; init; }
}

/// <summary>A result on its way: compressed, and cut into pieces that the engine takes.</summary>
internal static class ResultPieces
{
    /// <summary>The engine takes 1 MB.</summary>
    public const int LargestPiece = 512 * 1024;

    /// <summary>Beyond what any swarm brings; what unpacks to more is no result.</summary>
    private const int LargestResult = 256 * 1024 * 1024;

    public static IReadOnlyList<byte[]> Cut(HostOutcome outcome)
    {
        using MemoryStream packed = new();
        using (DeflateStream deflate = new(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            JsonSerializer.Serialize(deflate, outcome, ClusterJson.Default.HostOutcome);
        }

        return [.. packed.ToArray().Chunk(LargestPiece)];
    }

    /// <exception cref="InvalidDataException">The pieces are no result.</exception>
    public static HostOutcome Join(IEnumerable<byte[]> pieces)
    {
        using MemoryStream packed = new([.. pieces.SelectMany(p => p)]);
        using DeflateStream inflate = new(packed, CompressionMode.Decompress);
        using MemoryStream text = new();
        byte[] buffer = new byte[81_920];
        while (inflate.Read(buffer) is > 0 and int count)
        {
            text.Write(buffer, 0, count);
            if (text.Length > LargestResult)
            {
                throw new InvalidDataException("a result is too large");
            }
        }

        text.Position = 0;
        try
        {
            return JsonSerializer.Deserialize(text, ClusterJson.Default.HostOutcome) ?? throw new InvalidDataException("a result is empty");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"a result is not readable ({e.Message.Split('\n', 2)[0]})");
        }
    }
}
