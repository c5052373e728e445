using ReuseBench.Bench.Experiments;
using ReuseBench.Core;
using ReuseBench.Core.Cells;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace ReuseBench.Bench.Matrices;

/// <summary>
/// Reads a matrix file: <c>name</c>, <c>description</c>, <c>seed</c>, <c>repeats</c>, <c>semantics</c>, <c>defaults</c> and <c>groups</c>. A group is the
/// product of its keys, each with one value or a list; a group's keys override the defaults.
/// </summary>
internal sealed class MatrixReader
{
    /// <summary>Repeats of a cell; more would outgrow any patience.</summary>
    public const int MaxRepeats = 1000;

    private const int MaxCells = 100_000;

    /// <summary>A value that the host decides: for workers 1, 2, 4 … 2 × CPUs; for client_threads the number of client CPUs.</summary>
    private const string Auto = "auto";

    private static readonly string[] TopKeys = ["name", "description", "seed", "repeats", "semantics", "defaults", "groups"];

    private readonly string _path;
    private readonly HostSize _host;
    private readonly SortedSet<string> _leftOut = new(StringComparer.Ordinal);

    private MatrixReader(string path, HostSize host)
    {
        _path = path;
        _host = host;
    }

    /// <exception cref="UsageException">The file cannot be read or asks for what cannot be; file and line are named.</exception>
    public static Matrix Read(string path, HostSize host) => new MatrixReader(path, host).Read();

    private Matrix Read()
    {
        YamlMappingNode root = Load();
        CheckKeys(root, TopKeys);
        int repeats = Repeats(root, 1);
        List<Axis> defaults = Child(root, "defaults") is { } node ? Axes(Mapping(node, "defaults")) : [];
        if (Child(root, "groups") is { } other and not YamlSequenceNode)
        {
            throw Problem(other, "groups: expected a list of groups, each of them settings such as - {variant: shared, workers: 2}");
        }

        if (Child(root, "groups") is not YamlSequenceNode groups || !groups.Children.Any())
        {
            throw Problem(root, "groups: nothing to measure; list at least one group of settings under groups");
        }

        Dictionary<string, MatrixCell> cells = [];
        foreach (YamlNode group in groups.Children)
        {
            foreach (MatrixCell cell in Expand(Mapping(group, "a group"), defaults, repeats))
            {
                cells.TryAdd(cell.Cell.Id, cell);
                if (cells.Count > MaxCells)
                {
                    throw Problem(group, $"more than {MaxCells} cells; name fewer values");
                }
            }
        }

        return new Matrix(
            Text(root, "name") ?? Path.GetFileNameWithoutExtension(_path),
            Text(root, "description") ?? "",
            Child(root, "seed") is { } seed ? ulong.TryParse(Scalar(seed, "seed"), System.Globalization.NumberStyles.None, null, out ulong value) ? value : throw Problem(seed, "seed: use a whole number from 0") : 1,
            [.. cells.Values],
            IsOn(root, "semantics"))
        {
            LeftOut = [.. _leftOut],
        };
    }

    private YamlMappingNode Load()
    {
        try
        {
            using StreamReader text = new(_path);
            YamlStream yaml = [];
            yaml.Load(text);
            return yaml.Documents.Count == 1 && yaml.Documents[0].RootNode is YamlMappingNode root
                ? root
                : throw new UsageException($"{_path}: not a matrix; a matrix is one YAML mapping with the keys {string.Join(", ", TopKeys)}");
        }
        catch (YamlException e)
        {
            throw new UsageException($"{_path}, line {e.Start.Line}: not readable as YAML ({e.Message.Split('\n', 2)[0]})");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{_path}: cannot be read ({e.Message})");
        }
    }

    private IEnumerable<MatrixCell> Expand(YamlMappingNode group, List<Axis> defaults, int repeats)
    {
        repeats = Repeats(group, repeats);
        List<Axis> own = Axes(group);
        List<Axis> axes = [.. defaults.Where(d => own.All(o => o.Setting.Key != d.Setting.Key)), .. own];

        double product = axes.Aggregate(1.0, (count, axis) => count * axis.Values.Count);
        if (product > MaxCells)
        {
            throw Problem(group, $"the product of the lists is {product:0} cells, more than {MaxCells}; name fewer values");
        }

        IEnumerable<Cell> cells = [CellSettingsTable.Blank];
        foreach (Axis axis in axes)
        {
            cells = [.. cells.SelectMany(cell => axis.Values.Select(value => axis.Setting.Set(cell, value)))];
        }

        if (axes.Any(a => a is { Setting.Key: "client_threads", IsAuto: true }))
        {
            // No more threads than there are connections for.
            cells = cells.Select(c => c with { Load = c.Load with { Threads = Math.Min(c.Load.Threads, c.Load.Connections) } });
        }

        return cells.Select(CellNormalizer.Normalize).Where(Exists).Select(cell => new MatrixCell(Checked(group, () => Validated(cell)), repeats));
    }

    /// <summary>A product of settings holds combinations that do not exist: they are left out, and said to be.</summary>
    private bool Exists(Cell cell)
    {
        if (ExperimentRegistry.Of(cell).WhyLeftOut(cell) is not { } why)
        {
            return true;
        }

        _leftOut.Add(why);
        return false;
    }

    private static Cell Validated(Cell cell)
    {
        ExperimentRegistry.Check(cell);
        return cell;
    }

    private List<Axis> Axes(YamlMappingNode mapping)
    {
        List<Axis> axes = [];
        foreach ((YamlNode keyNode, YamlNode valueNode) in mapping.Children)
        {
            string key = Scalar(keyNode, "a key");
            if (key == "repeats")
            {
                continue;
            }

            if (!CellSettingsTable.TryFind(key, out Setting<Cell> setting))
            {
                throw Problem(keyNode, $"key '{key}' is unknown; use one of {string.Join(", ", CellSettingsTable.Keys)}");
            }

            axes.Add(new Axis(setting, Values(setting, valueNode), valueNode is YamlScalarNode { Value: Auto }));
        }

        return axes;
    }

    private List<string> Values(Setting<Cell> setting, YamlNode node)
    {
        IList<YamlNode> nodes = node is YamlSequenceNode list ? list.Children : [node];
        if (nodes.Count == 0)
        {
            throw Problem(node, $"{setting.Key}: an empty list expands to no cell; name at least one value");
        }

        List<string> values = [];
        foreach (YamlNode valueNode in nodes)
        {
            string text = Scalar(valueNode, setting.Key);
            foreach (string value in text == Auto ? AutoValues(setting, valueNode) : [text])
            {
                Checked(valueNode, () => setting.Set(CellSettingsTable.Blank, value));
                values.Add(value);
            }
        }

        return values;
    }

    private IEnumerable<string> AutoValues(Setting<Cell> setting, YamlNode node) => setting.Key switch
    {
        "workers" => _host.WorkerCounts().Select(n => $"{n}"),
        "client_threads" => [$"{_host.ClientCpus}"],
        _ => throw Problem(node, $"{setting.Key}: 'auto' goes with workers and client_threads only; name the values"),
    };

    private bool IsOn(YamlMappingNode mapping, string key) => Child(mapping, key) switch
    {
        null or YamlScalarNode { Value: "off" } => false,
        YamlScalarNode { Value: "on" } => true,
        { } other => throw Problem(other, $"{key}: use on or off"),
    };

    private int Repeats(YamlMappingNode mapping, int fallback)
    {
        if (Child(mapping, "repeats") is not { } node)
        {
            return fallback;
        }

        return int.TryParse(Scalar(node, "repeats"), out int repeats) && repeats is >= 1 and <= MaxRepeats
            ? repeats
            : throw Problem(node, $"repeats: use a whole number from 1 to {MaxRepeats}");
    }

    private void CheckKeys(YamlMappingNode mapping, string[] allowed)
    {
        foreach (YamlNode key in mapping.Children.Keys)
        {
            if (!allowed.Contains(Scalar(key, "a key")))
            {
                throw Problem(key, $"key '{key}' is unknown; use one of {string.Join(", ", allowed)}");
            }
        }
    }

    private T Checked<T>(YamlNode node, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is UsageException or FormatException or OverflowException)
        {
            throw Problem(node, e.Message);
        }
    }

    private static YamlNode? Child(YamlMappingNode mapping, string key) =>
        mapping.Children.TryGetValue(new YamlScalarNode(key), out YamlNode? node) ? node : null;

    private string? Text(YamlMappingNode mapping, string key) => Child(mapping, key) is { } node ? Scalar(node, key) : null;

    private YamlMappingNode Mapping(YamlNode node, string what) =>
        node as YamlMappingNode ?? throw Problem(node, $"{what}: expected keys with values, such as variant: single");

    private string Scalar(YamlNode node, string what) =>
        node is YamlScalarNode { Value: { } text } ? text : throw Problem(node, $"{what}: expected a single value");

    private UsageException Problem(YamlNode node, string problem) => new($"{_path}, line {node.Start.Line}: {problem}");

    private sealed record Axis(Setting<Cell> Setting, List<string> Values, bool IsAuto);
}
