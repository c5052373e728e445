using ReuseBench.Core;
using ReuseBench.Core.Units;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace ReuseBench.Bench.Yaml;

/// <summary>The YAML of a file that a user writes: read whole and bounded; every problem names file and line.</summary>
/// <param name="name">As problems name the file.</param>
/// <param name="kind">What such a file is, such as <c>a matrix</c>.</param>
/// <param name="example">A key with a value, for whoever wrote something else.</param>
internal class YamlFile(string name, string kind, string example)
{
    private const int MaxBytes = 1 << 20;

    /// <summary>Our files need four levels. The library's reader descends by recursion: a deeper file could end the program.</summary>
    private const int MaxDepth = 16;

    /// <summary>The last line that the parser came to.</summary>
    private long _line = 1;

    /// <summary>Without its article.</summary>
    private string Noun => kind[(kind.IndexOf(' ', StringComparison.Ordinal) + 1)..];

    /// <param name="text">Of the file.</param>
    /// <param name="keys">That it may have at its top.</param>
    /// <exception cref="UsageException">It is not one mapping, or has other keys than these.</exception>
    public YamlMappingNode Parse(string text, string[] keys)
    {
        try
        {
            RequireShallow(text);
            YamlStream yaml = [];
            yaml.Load(new StringReader(text));
            if (yaml.Documents.Count != 1 || yaml.Documents[0].RootNode is not YamlMappingNode root)
            {
                throw new UsageException($"{name}: not {kind}; {kind} is one YAML mapping with the keys {string.Join(", ", keys)}");
            }

            RequireKeys(root, keys);
            return root;
        }
        catch (YamlException e)
        {
            throw new UsageException($"{name}, line {e.Start.Line}: not readable as YAML ({e.Message.Split('\n', 2)[0]})");
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            // What the library throws for a few texts in place of its own exception; it does not say where.
            throw new UsageException($"{name}, line {_line}: not readable as YAML; look for a bracket or quote that is not closed");
        }
    }

    /// <exception cref="UsageException">The mapping has another key than these; the nearest is named.</exception>
    public void RequireKeys(YamlMappingNode mapping, string[] keys)
    {
        foreach (YamlNode key in mapping.Children.Keys.Where(key => !keys.Contains(Scalar(key, "a key"))))
        {
            throw Problem(key, $"key '{key}' is unknown; "
                + (Nearest.Of($"{key}", keys) is { } near ? $"did you mean '{near}'? Use" : "use") + $" one of {string.Join(", ", keys)}");
        }
    }

    /// <summary>What a reading throws becomes a problem at its place.</summary>
    public T Checked<T>(YamlNode node, Func<T> read)
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

    /// <inheritdoc cref="Checked{T}(YamlNode, Func{T})"/>
    public void Checked(YamlNode node, Action check) => Checked(node, () =>
    {
        check();
        return 0;
    });

    public static YamlNode? Child(YamlMappingNode mapping, string key) =>
        mapping.Children.TryGetValue(new YamlScalarNode(key), out YamlNode? node) ? node : null;

    public string? Text(YamlMappingNode mapping, string key) => Child(mapping, key) is { } node ? Scalar(node, key) : null;

    public YamlMappingNode Mapping(YamlNode node, string what) =>
        node as YamlMappingNode ?? throw Problem(node, $"{what}: expected keys with values, such as {example}");

    public string Scalar(YamlNode node, string what) =>
        node is YamlScalarNode { Value: { } text } ? text : throw Problem(node, $"{what}: expected a single value");

    public UsageException Problem(YamlNode node, string problem) => new($"{name}, line {node.Start.Line}: {problem}");

    /// <exception cref="UsageException">There is no such file, it is too large, or cannot be read.</exception>
    protected string ReadFile(string path) => Read(() =>
    {
        FileInfo file = new(path);
        if (file.Exists && (file.Attributes & FileAttributes.Device) == 0 && file.Length <= MaxBytes)
        {
            using StreamReader text = new(path);
            return Bounded(text);
        }

        throw new UsageException(file.Exists ? $"{name}: not a file of at most {MaxBytes} bytes; name {kind} file" : $"{name}: no such file");
    });

    /// <exception cref="UsageException">It is too long, or cannot be read.</exception>
    protected string ReadAll(TextReader text) => Read(() => Bounded(text));

    private string Read(Func<string> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UsageException($"{name}: cannot be read ({e.Message})");
        }
    }

    private string Bounded(TextReader text)
    {
        char[] buffer = new char[MaxBytes + 1];
        int read = text.ReadBlock(buffer);
        return read <= MaxBytes ? new string(buffer, 0, read) : throw new UsageException($"{name}: too large; {kind} has at most {MaxBytes} bytes");
    }

    private void RequireShallow(string text)
    {
        Parser parser = new(new StringReader(text));
        int depth = 0;
        while (parser.MoveNext())
        {
            depth += parser.Current!.NestingIncrease;
            _line = parser.Current.Start.Line;
            if (depth > MaxDepth)
            {
                throw new UsageException($"{name}, line {parser.Current.Start.Line}: nested deeper than any {Noun} is; close a bracket");
            }
        }
    }
}
