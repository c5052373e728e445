using ReuseBench.Bench.Experiments;
using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Core.Units;
using YamlDotNet.RepresentationModel;

namespace ReuseBench.Bench.Matrices;

/// <summary>
/// Reads a matrix file: <c>name</c>, <c>description</c>, <c>seed</c>, <c>repeats</c>, <c>budget</c>, <c>semantics</c>, <c>expect</c>, <c>defaults</c>
/// and <c>groups</c>. A group is the product of its keys, each with one value or a list; the lists under <c>zip</c> are walked together. A group's keys
/// override the defaults.
/// </summary>
internal sealed class MatrixReader
{
    /// <summary>Repeats of a cell; more would outgrow any patience.</summary>
    public const int MaxRepeats = RunLimits.Repeats;

    /// <summary>
    /// A value that the host decides: for workers 1, 2, 4 … 2 × CPUs and one for each core and each CPU of the server; for client_threads the number of
    /// client CPUs.
    /// </summary>
    public const string Auto = "auto";

    /// <summary>A key of a group under which lists are walked together.</summary>
    public const string Zip = "zip";

    public const int MaxCells = RunLimits.Cells;

    /// <summary>The keys at the top of a file.</summary>
    public static readonly string[] TopKeys = ["name", "description", "seed", "repeats", "budget", "semantics", "expect", "defaults", "groups"];

    private const int MaxName = 60;

    private static readonly string[] AutoKeys = ["workers", "client_threads"];

    private readonly MatrixYaml _yaml;
    private readonly string _path;
    private readonly HostSize _host;
    private readonly SortedSet<string> _leftOut = new(StringComparer.Ordinal);
    private readonly IReadOnlyList<SettingOverride> _overrides;
    private readonly Axis[] _set;

    private MatrixReader(string path, HostSize host, IReadOnlyList<SettingOverride> overrides)
    {
        _path = path;
        _yaml = new MatrixYaml(path);
        _host = host;
        _overrides = overrides;
        _set = [.. overrides.Select(SetAxis)];
    }

    /// <param name="path">As <see cref="MatrixLocator.Find"/> gave it.</param>
    /// <param name="host">What <c>auto</c> means.</param>
    /// <param name="overrides">Settings that stand for those of the file.</param>
    /// <exception cref="UsageException">The file cannot be read or asks for what cannot be; file and line are named.</exception>
    public static Matrix Read(string path, HostSize host, params IReadOnlyList<SettingOverride> overrides) =>
        new MatrixReader(path, host, overrides).Read();

    /// <summary>Whether a matrix may give a setting that value.</summary>
    /// <exception cref="UsageException">It may not.</exception>
    public static void RequireValue(Setting setting, string value)
    {
        if (value == Auto && !AutoKeys.Contains(setting.Key))
        {
            throw new UsageException($"{setting.Key}: 'auto' goes with {string.Join(" and ", AutoKeys)} only; name the values");
        }

        if (value != Auto)
        {
            _ = IsRelative(setting, value)
                ? MatrixKeys.Require(setting.Relative!.Key).Set(Cell.Blank, Proportion(setting.Relative, value))
                : setting.Set(Cell.Blank, value);
        }
    }

    private Matrix Read()
    {
        YamlMappingNode root = _yaml.Load(TopKeys);
        int repeats = Repeats(root, 1);
        List<Axis> defaults = MatrixYaml.Child(root, "defaults") is { } node ? [.. Axes(_yaml.Mapping(node, "defaults")).Select(Left).OfType<Axis>()] : [];
        if (MatrixYaml.Child(root, "groups") is { } other and not YamlSequenceNode)
        {
            throw _yaml.Problem(other, "groups: expected a list of groups, each of them settings such as - {variant: shared, workers: 2}");
        }

        if (MatrixYaml.Child(root, "groups") is not YamlSequenceNode groups || !groups.Children.Any())
        {
            throw _yaml.Problem(root, "groups: nothing to measure; list at least one group of settings under groups");
        }

        Dictionary<string, MatrixCell> cells = [];
        foreach (YamlNode group in groups.Children)
        {
            foreach (MatrixCell cell in Expand(_yaml.Mapping(group, "a group"), defaults, repeats))
            {
                Add(cells, cell, group);
            }
        }

        foreach ((SettingOverride given, _) in _overrides.Zip(_set).Where(pair => !pair.Second.HasEffect))
        {
            throw cells.Count > 0 ? given.HasNoEffect(cells.Values.First().Cell) : new UsageException($"set: {given.Text}: leaves no cell that exists");
        }

        foreach (Axis idle in defaults.Where(d => !d.HasEffect && _set.Length == 0))
        {
            throw _yaml.Problem(idle.Node, $"{idle.Settings[0].Key}: has no effect in any group; leave it out");
        }

        return new Matrix(Name(root), _yaml.Text(root, "description") ?? "", Seed(root), [.. cells.Values], IsOn(root, "semantics"))
        {
            Budget = MatrixYaml.Child(root, "budget") is { } budget
                ? _yaml.Checked(budget, () => Duration.Parse(_yaml.Scalar(budget, "budget"), "budget"))
                : null,
            LeftOut = [.. _leftOut],
            Expect = [.. Expectations(root)],
        };
    }

    /// <summary>A cell that two groups name is measured once, as the first of them says.</summary>
    private void Add(Dictionary<string, MatrixCell> cells, MatrixCell cell, YamlNode group)
    {
        if (!cells.TryAdd(cell.Cell.Id, cell) && cells[cell.Cell.Id].Cell != cell.Cell)
        {
            throw _yaml.Problem(group, $"two different cells have the id {cell.Cell.Id}; change a setting of one of them, and please report it");
        }

        if (cells.Count > MaxCells)
        {
            throw _yaml.Problem(group, $"more than {MaxCells} cells; name fewer values");
        }
    }

    /// <summary>The name goes into the name of the run folder.</summary>
    private string Name(YamlMappingNode root)
    {
        string name = _yaml.Text(root, "name") ?? (_path == MatrixLocator.StandardInput ? "stdin" : Path.GetFileNameWithoutExtension(_path));
        return name.Length is > 0 and <= MaxName && name.All(c => char.IsLetterOrDigit(c) || c is '-' or '_' or '.') && name.Any(char.IsLetterOrDigit)
            ? name
            : throw _yaml.Problem(
                MatrixYaml.Child(root, "name") ?? root,
                $"name: use up to {MaxName} letters, digits, '-', '_' and '.'; it becomes part of the name of the run folder");
    }

    private ulong? Seed(YamlMappingNode root) =>
        MatrixYaml.Child(root, "seed") is not { } seed ? null
        : ulong.TryParse(_yaml.Scalar(seed, "seed"), System.Globalization.NumberStyles.None, null, out ulong value) ? value
        : throw _yaml.Problem(seed, $"seed: use a whole number from 0 to {ulong.MaxValue}");

    private List<MatrixCell> Expand(YamlMappingNode group, List<Axis> defaults, int repeats)
    {
        repeats = Repeats(group, repeats);
        List<Axis> own = Axes(group);
        foreach (Axis axis in own.Where(a => own.Any(o => o != a && o.Settings.Intersect(a.Settings).Any())))
        {
            throw _yaml.Problem(axis.Node, $"{axis.Settings[0].Key}: is named twice in one group, in zip and beside it; name it once");
        }

        List<Axis> axes = [.. defaults.Where(d => own.All(o => !o.Settings.Intersect(d.Settings).Any())), .. own.Select(Left).OfType<Axis>(), .. _set];
        double product = axes.Aggregate(1.0, (count, axis) => count * axis.Steps.Count);
        if (product > MaxCells)
        {
            throw _yaml.Problem(group, $"the product of the lists is {product:0} cells, more than {MaxCells}; name fewer values");
        }

        List<(Axis Axis, IReadOnlyList<string> Step)[]> walks = [[]];
        foreach (Axis axis in axes)
        {
            walks = [.. walks.SelectMany(walk => axis.Steps.Select(step => ((Axis, IReadOnlyList<string>)[])[.. walk, (axis, step)]))];
        }

        List<Cell> given = [.. walks.Select(Given)];

        if (axes.Any(a => a.IsAuto && a.Settings[0].Key == "client_threads"))
        {
            // No more threads than there are connections for, nor than CPUs where the cell says which.
            given =
            [
                .. given.Select(c => c with
                {
                    Load = c.Load with { Threads = Math.Min(Math.Min(c.Load.Threads, _host.ClientCpusOf(c.Numa)), c.Connections) },
                }),
            ];
        }

        (Cell Given, Cell Settled)[] cells = [.. given.Select(cell => (cell, CellRules.Settle(cell)))];
        foreach (Axis axis in axes)
        {
            MarkEffects(axis, cells);
        }

        // What the file says may have lost its effect by what stands for a part of it.
        foreach (Axis axis in _set.Length == 0 ? own : [])
        {
            RequireEffects(axis, cells);
        }

        return [.. cells.Where(c => Exists(c.Settled)).Select(c => new MatrixCell(_yaml.Checked(group, () => Required(c.Settled)), repeats))];
    }

    /// <summary>What is named, in the cell that its experiment begins with: which that is, the names say.</summary>
    private static Cell Given((Axis Axis, IReadOnlyList<string> Step)[] walk)
    {
        Cell named = On(Cell.Blank);
        Cell blank = ExperimentRegistry.Find(named)?.BlankOf(named) ?? Cell.Blank;
        return blank == Cell.Blank ? named : On(blank);

        Cell On(Cell cell) => walk.Aggregate(cell, (c, step) => step.Axis.Apply(c, step.Step));
    }

    /// <summary>A product of methods, stops and scopes holds combinations that do not exist: they are left out, and said to be.</summary>
    private bool Exists(Cell cell)
    {
        if (ExperimentRegistry.Find(cell)?.WhyLeftOut(cell) is not { } why)
        {
            return true;
        }

        _leftOut.Add(why);
        return false;
    }

    private Cell Required(Cell cell)
    {
        try
        {
            CellRules.Require(cell);
            return cell;
        }
        catch (UsageException e) when (_overrides.Count > 0)
        {
            throw new UsageException($"{e.Message} (with --set {string.Join(" --set ", _overrides.Select(o => o.Text))})");
        }
    }

    /// <summary>What is left of an axis beside the settings that stand for a part of it; null for nothing.</summary>
    private Axis? Left(Axis axis)
    {
        int[] kept = [.. Enumerable.Range(0, axis.Settings.Count).Where(i => !_overrides.Any(o => o.Replaces(axis.Settings[i])))];
        return kept.Length == axis.Settings.Count ? axis : kept.Length == 0 ? null : axis with
        {
            Settings = [.. kept.Select(i => axis.Settings[i])],
            Steps = [.. axis.Steps.Select(step => (IReadOnlyList<string>)[.. kept.Select(i => step[i])])],
        };
    }

    /// <summary>Its values are known to be some: no place in the file is to be named for them.</summary>
    private Axis SetAxis(SettingOverride given)
    {
        YamlSequenceNode values = new(given.Values.Select(v => new YamlScalarNode(v)));
        return Walked(values, [.. ByTaker(given.Setting, values)], given.Values.Contains(Auto));
    }

    private static void MarkEffects(Axis axis, (Cell Given, Cell Settled)[] cells) =>
        axis.HasEffect |= axis.Settings.Any(setting => cells.Any(c => IsTaken(setting, c)));

    /// <summary>A value that has no effect in any cell of its group is refused, not dropped.</summary>
    private void RequireEffects(Axis axis, (Cell Given, Cell Settled)[] cells)
    {
        foreach (Setting setting in axis.Settings)
        {
            foreach (IGrouping<string?, (Cell Given, Cell Settled)> value in cells.GroupBy(c => setting.Get(c.Given)))
            {
                if (!value.Any(c => IsTaken(setting, c)))
                {
                    string why = CellRules.WhyNoEffect(setting, value.First().Given) ?? $"the cell has {setting.Get(value.First().Settled) ?? "none"}";
                    throw _yaml.Problem(axis.Node, $"{setting.Key}: {value.Key} has no effect here, since {why}; leave it out");
                }
            }
        }
    }

    private static bool IsTaken(Setting setting, (Cell Given, Cell Settled) cell) =>
        CellRules.WhyNoEffect(setting, cell.Given) is null || setting.Get(cell.Given) == setting.Get(cell.Settled);

    private List<Axis> Axes(YamlMappingNode mapping)
    {
        List<Axis> axes = [];
        foreach ((YamlNode keyNode, YamlNode valueNode) in mapping.Children)
        {
            string key = _yaml.Scalar(keyNode, "a key");
            if (key == Zip)
            {
                axes.Add(Zipped(keyNode, _yaml.Mapping(valueNode, Zip)));
            }
            else if (key != "repeats")
            {
                (Setting Setting, string[] Values)[] walked = [.. ByTaker(SettingOf(keyNode), valueNode)];
                axes.Add(Walked(keyNode, walked, valueNode is YamlScalarNode { Value: Auto }));
            }
        }

        return axes;
    }

    internal static bool IsRelative(Setting setting, string value) =>
        setting.Relative is { } relative && value.EndsWith(relative.Suffix, StringComparison.Ordinal);

    /// <summary>Lists of one length, walked together.</summary>
    private Axis Zipped(YamlNode node, YamlMappingNode lists)
    {
        (Setting Setting, string[] Values)[] walked = [.. lists.Children.SelectMany(list => ByTaker(SettingOf(list.Key), list.Value))];
        if (walked.Length == 0 || walked.Any(w => w.Values.Length != walked[0].Values.Length))
        {
            string counts = string.Join(", ", walked.Select(w => $"{w.Setting.Key} {w.Values.Length}"));
            throw _yaml.Problem(node, $"{Zip}: expected lists of one length that are walked together ({counts}), such as zip: {{workers: [2, 4], "
                + "processes: [2, 4]}");
        }

        return Walked(node, walked, isAuto: false);
    }

    private static Axis Walked(YamlNode node, (Setting Setting, string[] Values)[] walked, bool isAuto) => new(
        node,
        [.. walked.Select(w => w.Setting)],
        [.. Enumerable.Range(0, walked[0].Values.Length).Select(i => (IReadOnlyList<string>)[.. walked.Select(w => w.Values[i])])],
        isAuto);

    /// <summary>The values of a key by the setting that takes them: one in proportion to something leaves the setting itself unset.</summary>
    private IEnumerable<(Setting Setting, string[] Values)> ByTaker(Setting setting, YamlNode node)
    {
        List<string> values = Values(setting, node);
        if (setting.Relative is not { } relative || !values.Exists(v => IsRelative(setting, v)))
        {
            yield return (setting, [.. values]);
            yield break;
        }

        yield return (setting, [.. values.Select(v => IsRelative(setting, v) ? "" : v)]);
        yield return (MatrixKeys.Require(relative.Key), [.. values.Select(v => IsRelative(setting, v) ? Proportion(relative, v) : "")]);
    }

    private static string Proportion(RelativeValue relative, string value) => value[..^relative.Suffix.Length].TrimEnd();

    private Setting SettingOf(YamlNode keyNode)
    {
        string key = _yaml.Scalar(keyNode, "a key");
        return _yaml.Checked(keyNode, () => MatrixKeys.Require(key));
    }

    private List<string> Values(Setting setting, YamlNode node)
    {
        IList<YamlNode> nodes = node is YamlSequenceNode list ? list.Children : [node];
        if (nodes.Count == 0)
        {
            throw _yaml.Problem(node, $"{setting.Key}: an empty list expands to no cell; name at least one value");
        }

        List<string> values = [];
        foreach (YamlNode valueNode in nodes)
        {
            string text = _yaml.Scalar(valueNode, setting.Key);
            foreach (string value in text == Auto ? AutoValues(setting, valueNode) : [text])
            {
                _yaml.Checked(valueNode, () => RequireValue(setting, value));
                values.Add(value);
            }
        }

        return values;
    }

    private IEnumerable<string> AutoValues(Setting setting, YamlNode node) => setting.Key switch
    {
        "workers" => _host.WorkerCounts().Select(n => $"{n}"),
        "client_threads" => [$"{_host.ClientCpus}"],
        _ => _yaml.Checked<string[]>(node, () =>
        {
            RequireValue(setting, Auto);
            return [];
        }),
    };

    /// <summary>One for each key, or for each of its values where it has a list.</summary>
    private IEnumerable<Expectation> Expectations(YamlMappingNode root)
    {
        if (MatrixYaml.Child(root, "expect") is not { } node)
        {
            return [];
        }

        YamlMappingNode mapping = node as YamlMappingNode
            ?? throw _yaml.Problem(node, "expect: expected metrics with what must hold, such as {gap_ms: < 50, errors: 0}");
        return mapping.Children.SelectMany(pair =>
            (pair.Value is YamlSequenceNode list ? list.Children : Enumerable.Repeat(pair.Value, 1)).Select(value => Expected(pair.Key, value)));
    }

    private Expectation Expected(YamlNode key, YamlNode value)
    {
        string metric = _yaml.Scalar(key, "a metric of expect");
        string text = _yaml.Scalar(value, $"expect: {metric}");
        return _yaml.Checked(value, () => Expectation.Parse(metric, text));
    }

    private bool IsOn(YamlMappingNode mapping, string key) => MatrixYaml.Child(mapping, key) switch
    {
        null or YamlScalarNode { Value: "off" } => false,
        YamlScalarNode { Value: "on" } => true,
        { } other => throw _yaml.Problem(other, $"{key}: use on or off"),
    };

    private int Repeats(YamlMappingNode mapping, int fallback)
    {
        if (MatrixYaml.Child(mapping, "repeats") is not { } node)
        {
            return fallback;
        }

        return int.TryParse(_yaml.Scalar(node, "repeats"), out int repeats) && repeats is >= 1 and <= MaxRepeats
            ? repeats
            : throw _yaml.Problem(node, $"repeats: use a whole number from 1 to {MaxRepeats}");
    }

    /// <summary>What a product runs over: values of one setting, or of several that change together.</summary>
    /// <param name="Node">Where it stands.</param>
    /// <param name="Settings">At least one.</param>
    /// <param name="Steps">For each step a value for each setting.</param>
    /// <param name="IsAuto">Whether the host gave the values.</param>
    private sealed record Axis(YamlNode Node, IReadOnlyList<Setting> Settings, IReadOnlyList<IReadOnlyList<string>> Steps, bool IsAuto)
    {
        /// <summary>Whether any cell so far has the effect of any value.</summary>
        public bool HasEffect { get; set; }

        public Cell Apply(Cell cell, IReadOnlyList<string> step) =>
            Settings.Zip(step).Aggregate(cell, (c, pair) => pair.First.Set(c, pair.Second));
    }
}
