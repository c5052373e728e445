using ReuseBench.Core;
using ReuseBench.Core.Units;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace ReuseBench.Bench.Matrices;

/// <summary>The YAML of a matrix file: read whole and bounded; every problem names file and line.</summary>
internal sealed class MatrixYaml(string source)
{
    /// <summary>As problems name it.</summary>
    private string Name => source == MatrixLocator.StandardInput ? "standard input" : source;

    private const int MaxBytes = 1 << 20;

    /// <summary>A matrix needs four levels. The library's reader descends by recursion: a deeper file could end the program.</summary>
    private const int MaxDepth = 16;

    /// <summary>The last line that the parser came to.</summary>
    private long _line = 1;

    /// <exception cref="UsageException">It cannot be read, is not one mapping, or has other keys than these.</exception>
    public YamlMappingNode Load(string[] keys)
    {
        string text = Text();
        try
        {
            RequireShallow(text);
            YamlStream yaml = [];
            yaml.Load(new StringReader(text));
            if (yaml.Documents.Count != 1 || yaml.Documents[0].RootNode is not YamlMappingNode root)
            {
                throw new UsageException($"{Name}: not a matrix; a matrix is one YAML mapping with the keys {string.Join(", ", keys)}");
            }

            foreach (YamlNode key in root.Children.Keys.Where(key => !keys.Contains(Scalar(key, "a key"))))
            {
                throw Problem(key, $"key '{key}' is unknown; "
                    + (Nearest.Of($"{key}", keys) is { } near ? $"did you mean '{near}'? Use" : "use") + $" one of {string.Join(", ", keys)}");
            }

            return root;
        }
        catch (YamlException e)
        {
            throw new UsageException($"{Name}, line {e.Start.Line}: not readable as YAML ({e.Message.Split('\n', 2)[0]})");
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            // What the library throws for a few texts in place of its own exception; it does not say where.
            throw new UsageException($"{Name}, line {_line}: not readable as YAML; look for a bracket or quote that is not closed");
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
        node as YamlMappingNode ?? throw Problem(node, $"{what}: expected keys with values, such as variant: single");

    public string Scalar(YamlNode node, string what) =>
        node is YamlScalarNode { Value: { } text } ? text : throw Problem(node, $"{what}: expected a single value");

    public UsageException Problem(YamlNode node, string problem) => new($"{Name}, line {node.Start.Line}: {problem}");

    private string Text()
    {
        try
        {
            if (source == MatrixLocator.StandardInput)
            {
                return Bounded(Console.In);
            }

            using TextReader? builtIn = MatrixLocator.OpenBuiltIn(source);
            if (builtIn is not null)
            {
                return Bounded(builtIn);
            }

            FileInfo file = new(source);
            if (file.Exists && (file.Attributes & FileAttributes.Device) == 0 && file.Length <= MaxBytes)
            {
                using StreamReader text = new(source);
                return Bounded(text);
            }

            throw new UsageException(file.Exists ? $"{Name}: not a file of at most {MaxBytes} bytes; name a matrix file" : $"{Name}: no such file");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UsageException($"{Name}: cannot be read ({e.Message})");
        }
    }

    private string Bounded(TextReader text)
    {
        char[] buffer = new char[MaxBytes + 1];
        int read = text.ReadBlock(buffer);
        return read <= MaxBytes ? new string(buffer, 0, read) : throw new UsageException($"{Name}: too large; a matrix has at most {MaxBytes} bytes");
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
                throw new UsageException($"{Name}, line {parser.Current.Start.Line}: nested deeper than any matrix is; close a bracket");
            }
        }
    }
}
