using System.Text.RegularExpressions;
using ReuseBench.Bench.Yaml;
using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;
using ReuseBench.Linux;
using YamlDotNet.RepresentationModel;

namespace ReuseBench.Bench.Adapters;

/// <summary>Reads an adapter file; every problem names file, line and key, and what is allowed.</summary>
internal sealed class AdapterReader : YamlFile
{
    private const int LongestName = 40;

    private static readonly string[] TopKeys =
        ["name", "about", "find", "packages", "version", "modes", "files", "start", "workers", "service", "reloads", "stop"];

    private static readonly string[] VersionKeys = ["arguments", "pattern"];
    private static readonly string[] ModeKeys = ["listeners", "words", "needs"];
    private static readonly string[] WorkersKeys = ["are", "header"];
    /// <summary>In the order of <see cref="ReloadAct"/>.</summary>
    private static readonly string[] ReloadActs = ["signal", "run", "again", "stop_first", "signals"];

    private static readonly string[] ReloadKeys = [.. ReloadActs, "replaces", "words", "modes"];
    private static readonly string[] StopKeys = ["signal", "limit"];

    /// <summary>By the name that an administrator types.</summary>
    private static readonly Dictionary<string, Signal> Signals = new()
    {
        ["HUP"] = Signal.HangUp,
        ["INT"] = Signal.Interrupt,
        ["QUIT"] = Signal.Quit,
        ["TERM"] = Signal.Terminate,
        ["USR1"] = Signal.User1,
        ["USR2"] = Signal.User2,
        ["WINCH"] = Signal.WindowChange,
    };

    private static readonly TimeSpan PatternLimit = TimeSpan.FromSeconds(1);

    private readonly string _source;

    private AdapterReader(string path)
        : base(path, "an adapter", "name: nginx") => _source = path;

    /// <exception cref="UsageException">The file cannot be read, or says what cannot be.</exception>
    public static ServerAdapter Read(string path)
    {
        AdapterReader reader = new(path);
        return reader.Of(reader.ReadFile(path));
    }

    /// <param name="name">As problems name it.</param>
    /// <param name="text">Of the file.</param>
    /// <exception cref="UsageException">It says what cannot be.</exception>
    public static ServerAdapter Read(string name, TextReader text)
    {
        AdapterReader reader = new(name);
        return reader.Of(reader.ReadAll(text));
    }

    private ServerAdapter Of(string text)
    {
        YamlMappingNode root = Parse(text, TopKeys);
        AdapterMode[] modes = [.. Entries(Required(root, "modes"), "modes").Select(ModeOf)];
        YamlMappingNode workers = Mapping(Required(root, "workers"), "workers", WorkersKeys);
        WorkerProcesses processes = Chosen<WorkerProcesses>(Required(workers, "are"), "workers: are");
        YamlMappingNode stop = Mapping(Required(root, "stop"), "stop", StopKeys);
        ServerAdapter adapter = new()
        {
            Source = _source,
            Name = NameOf(Required(root, "name"), "name"),
            About = Text(root, "about") ?? "",
            Find = List(Required(root, "find"), "find"),
            Packages = Child(root, "packages") is { } packages
                ? Entries(packages, "packages").ToDictionary(p => Scalar(p.Key, "packages"), p => Scalar(p.Value, "packages"))
                : new Dictionary<string, string>(),
            Version = VersionOf(Mapping(Required(root, "version"), "version", VersionKeys)),
            Modes = modes,
            Files = Child(root, "files") is { } files ? [.. Entries(files, "files").Select(f => FileOf(f, modes))] : [],
            Start = Command(Required(root, "start"), "start", modes),
            Workers = processes,
            WorkerHeader = Text(workers, "header"),
            Service = Child(root, "service") is { } service
                ? [.. List(service, "service").Select(kind => Checked(service, () => Names.Parse<ServiceKind>(kind, "service")))]
                : [],
            Reloads = Child(root, "reloads") is { } reloads ? [.. Entries(reloads, "reloads").Select(r => ReloadOf(r, modes, processes))] : [],
            StopSignal = SignalOf(Required(stop, "signal"), "stop: signal"),
            StopLimit = Child(stop, "limit") is { } limit
                ? Checked(limit, () => Duration.Parse(Scalar(limit, "stop: limit"), "stop: limit"))
                : Duration.FromSeconds(10),
        };
        return adapter.Service.Count == 0 || AdapterService.IsTold(adapter)
            ? adapter
            : throw Problem(
                Child(root, "service")!,
                $"service: no file and no argument has one of {string.Join(", ", AdapterWords.OfService.Select(w => $"{{{w}}}"))}: "
                + "the server would not be told");
    }

    private AdapterMode ModeOf(KeyValuePair<YamlNode, YamlNode> entry)
    {
        string name = NameOf(entry.Key, "modes");
        YamlMappingNode mode = Mapping(entry.Value, $"mode {name}", ModeKeys);
        Dictionary<string, string> words = Words(mode);
        YamlNode listeners = Required(mode, "listeners");
        string count = Scalar(listeners, "listeners");
        if (!(int.TryParse(count, out int number) && number >= 1))
        {
            RequireWords(listeners, "listeners", count, words);
            if (AdapterWords.In(count).Count() != 1)
            {
                throw Problem(listeners, $"listeners: '{count}' is no count of sockets; use a number from 1, or a word such as '{{workers}}' or '{{cpus}}'");
            }
        }

        return new AdapterMode(name, count, Child(mode, "needs") is { } needs ? LeastVersion(needs) : null, words);
    }

    private Version LeastVersion(YamlNode node)
    {
        string text = Scalar(node, "needs");
        return text.StartsWith(">= ", StringComparison.Ordinal) && System.Version.TryParse(text[3..], out Version? least)
            ? least
            : throw Problem(node, $"needs: '{text}' is no least version; write it as '>= 2.5'");
    }

    private VersionQuestion VersionOf(YamlMappingNode node)
    {
        YamlNode pattern = Required(node, "pattern");
        string text = Scalar(pattern, "pattern");
        try
        {
            Regex regex = new(text, RegexOptions.None, PatternLimit);
            return regex.GetGroupNumbers().Length > 1
                ? new VersionQuestion(List(Required(node, "arguments"), "arguments"), regex)
                : throw Problem(pattern, $"pattern: '{text}' has no group in parentheses that is the version; write it as 'nginx/(\\S+)'");
        }
        catch (ArgumentException e)
        {
            throw Problem(pattern, $"pattern: '{text}' is no regular expression ({e.Message})");
        }
    }

    private KeyValuePair<string, string> FileOf(KeyValuePair<YamlNode, YamlNode> entry, AdapterMode[] modes)
    {
        string name = Scalar(entry.Key, "files");
        if (name.Length is 0 or > LongestName || name is "." or ".." || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_'))
        {
            throw Problem(entry.Key, $"files: '{name}' is no name of a file; use up to {LongestName} letters, digits, '.', '-' and '_'");
        }

        string text = Scalar(entry.Value, $"file {name}");
        RequireWords(entry.Value, $"file {name}", text, modes);
        return KeyValuePair.Create(name, text);
    }

    private AdapterReload ReloadOf(KeyValuePair<YamlNode, YamlNode> entry, AdapterMode[] modes, WorkerProcesses workers)
    {
        string name = NameOf(entry.Key, "reloads");
        YamlMappingNode reload = Mapping(entry.Value, $"reload {name}", ReloadKeys);
        string[] acts = [.. ReloadActs.Where(act => Child(reload, act) is not null)];
        if (acts.Length != 1)
        {
            string instead = acts.Length > 1 ? $", not {string.Join(" and ", acts)}" : "";
            throw Problem(entry.Value, $"reload {name}: name one of {string.Join(", ", ReloadActs)}{instead}");
        }

        YamlNode how = Child(reload, acts[0])!;
        ReloadAct act = (ReloadAct)Array.IndexOf(ReloadActs, acts[0]);
        if (act == ReloadAct.StopFirst && Scalar(how, "stop_first") != "true")
        {
            throw Problem(how, $"stop_first: '{Scalar(how, "stop_first")}' is unknown; use true, or another of {string.Join(", ", ReloadActs)}");
        }

        Dictionary<string, string> words = Words(reload);
        foreach (string word in words.Keys.Where(w => w != AdapterWords.Workers && !modes.Any(m => m.Words.ContainsKey(w))))
        {
            throw Problem(Child(reload, "words")!, $"words: '{word}' is no word of a mode and not {AdapterWords.Workers}: nothing would change");
        }

        return new AdapterReload
        {
            Name = name,
            Act = act,
            Signal = act == ReloadAct.Signal ? SignalOf(how, $"reload {name}: signal") : Signal.None,
            Signals = act == ReloadAct.Signals ? SignalsOf(how, name) : [],
            Command = act is ReloadAct.Run or ReloadAct.Again ? Command(how, $"reload {name}", modes) : [],
            Replaces = Child(reload, "replaces") is { } replaces
                ? Chosen<ReplacedProcesses>(replaces, "replaces")
                : act switch
                {
                    ReloadAct.Signal => workers == WorkerProcesses.Main ? ReplacedProcesses.Nothing : ReplacedProcesses.Workers,
                    ReloadAct.Run => ReplacedProcesses.Nothing,
                    _ => ReplacedProcesses.All,
                },
            Words = words,
            Modes = Child(reload, "modes") is { } only
                ? [.. List(only, "modes").Select(m => Checked(only, () => Known(m, "modes", [.. modes.Select(mode => mode.Name)])))]
                : [],
        };
    }

    private static string Known(string name, string what, string[] names) => names.Contains(name) ? name : throw Names.Unknown(what, name, names);

    private string[] Command(YamlNode node, string what, AdapterMode[] modes)
    {
        string[] words = List(node, what);
        foreach (string word in words)
        {
            RequireWords(node, what, word, modes);
        }

        return words;
    }

    private void RequireWords(YamlNode node, string what, string text, AdapterMode[] modes)
    {
        foreach (AdapterMode mode in modes)
        {
            RequireWords(node, $"{what}, mode {mode.Name}", text, mode.Words);
        }
    }

    /// <summary>A word that stands for nothing would go to the server as it is.</summary>
    private void RequireWords(YamlNode node, string what, string text, IReadOnlyDictionary<string, string> own)
    {
        string[] known = [.. AdapterWords.Known, .. own.Keys];
        foreach (string word in AdapterWords.In(text).Except(known))
        {
            throw Problem(node, $"{what}: the word '{{{word}}}' is unknown; "
                + (Nearest.Of(word, known) is { } near ? $"did you mean '{{{near}}}'? Use" : "use") + $" one of {string.Join(", ", known)}");
        }
    }

    private Dictionary<string, string> Words(YamlMappingNode node) => Child(node, "words") is { } words
        ? Entries(words, "words").ToDictionary(w => NameOf(w.Key, "words"), w => Scalar(w.Value, "words"))
        : [];

    private T Chosen<T>(YamlNode node, string what)
        where T : struct, Enum => Checked(node, () => Names.Parse<T>(Scalar(node, what), what));

    private Signal[] SignalsOf(YamlNode node, string reload)
    {
        string[] names = List(node, $"reload {reload}: signals");
        return names.Length > 1
            ? [.. names.Select(name => SignalOf(node, $"reload {reload}: signals", name))]
            : throw Problem(
                node,
                $"reload {reload}: signals: one alone is a signal; name the one that starts a new process first, then those that end the old one");
    }

    private Signal SignalOf(YamlNode node, string what) => SignalOf(node, what, Scalar(node, what));

    private Signal SignalOf(YamlNode node, string what, string text)
    {
        return Signals.TryGetValue(text, out Signal signal)
            ? signal
            : Checked<Signal>(node, () => throw Names.Unknown(what, text, [.. Signals.Keys]));
    }

    private string NameOf(YamlNode node, string what)
    {
        string text = Scalar(node, what);
        return text.Length is > 0 and <= LongestName && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_')
            ? text
            : throw Problem(node, $"{what}: '{text}' is no name; use up to {LongestName} lower-case letters, digits, '-' and '_'");
    }

    private string[] List(YamlNode node, string what) => node is YamlSequenceNode list && list.Children.Any()
        ? [.. list.Children.Select(c => Scalar(c, what))]
        : throw Problem(node, $"{what}: expected a list, such as [-c, '{{dir}}/server.conf']");

    private YamlMappingNode Mapping(YamlNode node, string what, string[] keys)
    {
        YamlMappingNode mapping = Mapping(node, what);
        RequireKeys(mapping, keys);
        return mapping;
    }

    private IEnumerable<KeyValuePair<YamlNode, YamlNode>> Entries(YamlNode node, string what)
    {
        YamlMappingNode mapping = Mapping(node, what);
        return mapping.Children.Any() ? mapping.Children : throw Problem(node, $"{what}: is empty; name at least one, or leave it out");
    }

    private YamlNode Required(YamlMappingNode mapping, string key) =>
        Child(mapping, key) ?? throw Problem(mapping, $"{key}: is missing; copy it from nginx.yaml");
}
