using ReuseBench.Bench.Yaml;
using ReuseBench.Core;
using YamlDotNet.RepresentationModel;

namespace ReuseBench.Bench.Matrices;

/// <summary>The YAML of a matrix, from a file or from standard input.</summary>
internal sealed class MatrixYaml : YamlFile
{
    private readonly string _source;

    public MatrixYaml(string source)
        : base(source == MatrixLocator.StandardInput ? "standard input" : source, "a matrix", "variant: single") => _source = source;

    /// <exception cref="UsageException">It cannot be read, is not one mapping, or has other keys than these.</exception>
    public YamlMappingNode Load(string[] keys)
    {
        if (_source == MatrixLocator.StandardInput)
        {
            return Parse(ReadAll(Console.In), keys);
        }

        using TextReader? builtIn = MatrixLocator.OpenBuiltIn(_source);
        return Parse(builtIn is null ? ReadFile(_source) : ReadAll(builtIn), keys);
    }
}
