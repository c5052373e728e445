using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using ReuseBench.Bench.Host;
using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Adapters;

/// <summary>
/// A server of somebody else, as its adapter file describes it: where its program is, how it listens, what it is told, how it reloads and ends. No logic,
/// only words that are replaced.
/// </summary>
internal sealed record ServerAdapter
{
    /// <summary>Begins a path in the tree that this program was built from.</summary>
    private const string OfSources = "{sources}/";

    /// <summary>Stands for <c>release</c> or <c>debug</c> in such a path, and in what is said of how to build it.</summary>
    private const string Configuration = "{configuration}";

    /// <summary>The file, as messages name it.</summary>
    public required string Source { get; init; }

    public required string Name { get; init; }

    /// <summary>What it consists of, in a few words; empty where nobody said.</summary>
    public string About { get; init; } = "";

    /// <summary>Names to look for on PATH, full paths, and paths in our own sources, in this order.</summary>
    public required IReadOnlyList<string> Find { get; init; }

    /// <summary>What to install, by distribution.</summary>
    public required IReadOnlyDictionary<string, string> Packages { get; init; }

    public required VersionQuestion Version { get; init; }

    /// <summary>At least one; the first is the default.</summary>
    public required IReadOnlyList<AdapterMode> Modes { get; init; }

    /// <summary>Configuration by file name, with words to replace.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> Files { get; init; }

    /// <summary>The command that starts it in the foreground.</summary>
    public required IReadOnlyList<string> Start { get; init; }

    public required WorkerProcesses Workers { get; init; }

    /// <summary>The response header that names the worker; null where none does.</summary>
    public required string? WorkerHeader { get; init; }

    /// <summary>Kinds of service time that its program spends on a request; none where the program has no such thing.</summary>
    public required IReadOnlyList<ServiceKind> Service { get; init; }

    /// <summary>The first is the default; none where it has no way to reload.</summary>
    public required IReadOnlyList<AdapterReload> Reloads { get; init; }

    public required Signal StopSignal { get; init; }

    /// <summary>After this long it is killed.</summary>
    public required Duration StopLimit { get; init; }

    /// <exception cref="UsageException">It has no such mode.</exception>
    /// <param name="name">Null for the first.</param>
    public AdapterMode RequireMode(string? name) => name is null ? Modes[0]
        : Modes.FirstOrDefault(m => m.Name == name) ?? throw Names.Unknown($"server_mode of {Name}", name, [.. Modes.Select(m => m.Name)]);

    /// <summary>Those that go with a mode.</summary>
    public IEnumerable<AdapterReload> ReloadsOf(AdapterMode mode) => Reloads.Where(r => r.Modes.Count == 0 || r.Modes.Contains(mode.Name));

    /// <exception cref="UsageException">It has no such reload, or none in that mode.</exception>
    /// <param name="name">Null for the first.</param>
    /// <param name="mode">In which it listens.</param>
    public AdapterReload RequireReload(string? name, AdapterMode mode)
    {
        AdapterReload[] there = [.. ReloadsOf(mode)];
        return there.Length == 0 ? throw new UsageException($"server_reload: {Name} has no reload in the mode {mode.Name}; use another server_mode")
            : name is null ? there[0]
            : there.FirstOrDefault(r => r.Name == name)
                ?? throw Names.Unknown($"server_reload of {Name} in the mode {mode.Name}", name, [.. there.Select(r => r.Name)]);
    }

    /// <summary>Full path of the program; null where it is not installed.</summary>
    public string? FindProgram() => Find.SelectMany(Candidates).FirstOrDefault(File.Exists);

    /// <summary>Such as <c>nginx is not installed (apt-get install nginx-light)</c>.</summary>
    public string NotInstalled => $"{Name} is not installed ({Remedy})";

    /// <summary>What to do where it is not installed.</summary>
    public string Remedy => Packages.TryGetValue("debian", out string? package) ? $"apt-get install {package}"
        : Packages.Count > 0 ? string.Join(", ", Packages.Select(p => $"{p.Key}: {OfThisBuild(p.Value)}"))
        : $"put {Find[0]} on PATH";

    /// <summary>A program of ours in the configuration of this one: what is measured is Release, what is tested is what was just built.</summary>
    private static string OfThisBuild(string text) => text.Replace(
        Configuration,
        typeof(ServerAdapter).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()?.Configuration.ToLowerInvariant() ?? "release",
        StringComparison.Ordinal);

    private static IEnumerable<string> Candidates(string name) => name.StartsWith(OfSources, StringComparison.Ordinal)
        ? SourceTree.TryFind(OfThisBuild(name[OfSources.Length..])) is { } built ? [built] : []
        : name.Contains('/', StringComparison.Ordinal)
        ? [name]
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries).Select(folder => Path.Combine(folder, name));
}

/// <summary>How the program is asked for its version.</summary>
/// <param name="Arguments">Behind the program.</param>
/// <param name="Pattern">Its first group is the version, in what it prints on either stream.</param>
internal sealed record VersionQuestion(IReadOnlyList<string> Arguments, Regex Pattern);

/// <summary>A way of listening.</summary>
/// <param name="Name">As in <c>server_mode</c>.</param>
/// <param name="Listeners">How many sockets it has; a number, or a word that is replaced by one.</param>
/// <param name="LeastVersion">Older ones do not have it; null for any.</param>
/// <param name="Words">Its own words.</param>
internal sealed record AdapterMode(string Name, string Listeners, Version? LeastVersion, IReadOnlyDictionary<string, string> Words);

/// <summary>Which processes of a server are its workers: those that are stopped where they shall stand still.</summary>
internal enum WorkerProcesses
{
    /// <summary>All processes below the one that was started; that one where there are none.</summary>
    Children,

    /// <summary>The one that was started.</summary>
    Main,
}

/// <summary>How a server is told to reload.</summary>
internal enum ReloadAct
{
    /// <summary>A signal to the main process.</summary>
    Signal,

    /// <summary>A command that ends when the server has been told.</summary>
    Run,

    /// <summary>Its program is started again beside it, and makes it end.</summary>
    Again,

    /// <summary>It is stopped, and started anew.</summary>
    StopFirst,

    /// <summary>
    /// Signals to the main process one after another: the first has it start another main process beside itself, the others end what was there before. The
    /// new one takes its place.
    /// </summary>
    Signals,
}

/// <summary>What goes at a reload.</summary>
internal enum ReplacedProcesses
{
    Workers,
    All,
    Nothing,
}

/// <summary>One way to reload.</summary>
internal sealed record AdapterReload
{
    /// <summary>As in <c>server_reload</c>.</summary>
    public required string Name { get; init; }

    public required ReloadAct Act { get; init; }

    /// <summary>Of <see cref="ReloadAct.Signal"/>.</summary>
    public Signal Signal { get; init; }

    /// <summary>Of <see cref="ReloadAct.Signals"/>; at least two.</summary>
    public IReadOnlyList<Signal> Signals { get; init; } = [];

    /// <summary>Why it waits, so that its workers must not stand still, as the end of a sentence; null where the server is told and goes its way.</summary>
    public string? WhyWaits => Act switch
    {
        ReloadAct.StopFirst => "stops it first",
        ReloadAct.Signals => "ends the old workers before it is done",
        _ => null,
    };

    /// <summary>Of <see cref="ReloadAct.Run"/> and <see cref="ReloadAct.Again"/>.</summary>
    public IReadOnlyList<string> Command { get; init; } = [];

    /// <summary>The reload is over when these are gone.</summary>
    public required ReplacedProcesses Replaces { get; init; }

    /// <summary>Modes that have it; empty for all.</summary>
    public IReadOnlyList<string> Modes { get; init; } = [];

    /// <summary>Words that are another from this reload on; the files are written anew.</summary>
    public IReadOnlyDictionary<string, string> Words { get; init; } = new Dictionary<string, string>();
}

/// <summary>The service time of a server of somebody else: which it takes, and how it is told.</summary>
internal static class AdapterService
{
    private const string None = "none";

    /// <exception cref="UsageException">Its program cannot spend such a time exactly.</exception>
    public static void Require(ServerAdapter adapter, ServiceTime time)
    {
        if (time.Mean > Duration.Zero && !adapter.Service.Contains(time.Kind))
        {
            throw new UsageException(adapter.Service.Count == 0
                ? $"service_time: {adapter.Name} runs no program of ours that could spend '{time}' on a request; leave it out, or use one of {Takers()}"
                : $"service_time: '{time}' is {Names.Of(time.Kind)}, and {adapter.Name} takes {List(adapter)}; write "
                    + string.Join(" or ", adapter.Service.Select(kind => (time with { Kind = kind }).ToString())));
        }
    }

    /// <summary>Whether a file, or an argument of the start, has one of the words that tell it.</summary>
    public static bool IsTold(ServerAdapter adapter) =>
        adapter.Files.Select(f => f.Value).Concat(adapter.Start).SelectMany(AdapterWords.In).Intersect(AdapterWords.OfService).Any();

    /// <summary>The kind as a word; <c>none</c> where there is no service time.</summary>
    public static string KindOf(ServiceTime time) => time.Mean > Duration.Zero ? Names.Of(time.Kind) : None;

    /// <summary>Nanoseconds of one request, by <see cref="ServiceSpreads.Formula"/>.</summary>
    public static string FormulaOf(ServiceTime time) =>
        string.Create(CultureInfo.InvariantCulture, $"{time.Mean.Nanoseconds} * ({ServiceSpreads.Formula(time.Spread)})");

    private static string Takers() => string.Join(
        ", ", AdapterCatalogue.BuiltIn().Select(AdapterCatalogue.Require).Where(a => a.Service.Count > 0).Select(a => $"{a.Name} ({List(a)})"));

    private static string List(ServerAdapter adapter) => string.Join(", ", adapter.Service.Select(kind => Names.Of(kind)));
}

/// <summary>Words in braces, and what they stand for.</summary>
internal static partial class AdapterWords
{
    public const string Workers = "workers";

    /// <summary>The process that was started; only in commands of a reload.</summary>
    public const string Main = "main";

    /// <summary>How many starts it is after the first, each of which made the one before end; only in commands.</summary>
    public const string Generation = "generation";

    /// <summary>What tells a program the time that it has to spend on each request.</summary>
    public static readonly string[] OfService = ["service_time", "service_kind", "service_ns", "rounds_per_us"];

    /// <summary>What every adapter may use.</summary>
    public static readonly string[] Known =
    [
        "program", "dir", "bind", "port", "address", Workers, "slots", "backlog", "response_bytes", "body", "cpus", "spare_port", .. OfService, Generation,
        Main,
    ];

    /// <summary>Every word that a text uses.</summary>
    public static IEnumerable<string> In(string text) => Word().Matches(text).Select(m => m.Groups[1].Value);

    /// <summary>The text with every word replaced; one that stands for nothing stays.</summary>
    public static string Replace(string text, IReadOnlyDictionary<string, string> words) =>
        Word().Replace(text, m => words.GetValueOrDefault(m.Groups[1].Value, m.Value));

    [GeneratedRegex(@"\{([a-z][a-z_]*)\}")]
    private static partial Regex Word();
}
