using ReuseBench.Core;

namespace ReuseBench.Bench.Matrices;

/// <summary>Finds the file of a matrix: a path as it is, a bare name among the matrices that come with the program.</summary>
internal static class MatrixLocator
{
    private const string Extension = ".yaml";

    private static string BuiltInFolder => Path.Combine(AppContext.BaseDirectory, "matrices");

    /// <exception cref="UsageException">There is no such file or name.</exception>
    public static string Find(string nameOrPath)
    {
        if (File.Exists(nameOrPath))
        {
            return nameOrPath;
        }

        string builtIn = Path.Combine(BuiltInFolder, nameOrPath + Extension);
        if (!nameOrPath.Contains('/', StringComparison.Ordinal) && File.Exists(builtIn))
        {
            return builtIn;
        }

        throw new UsageException($"matrix: '{nameOrPath}' is neither a file nor one of {string.Join(", ", BuiltIn())}");
    }

    public static IEnumerable<string> BuiltIn() =>
        Directory.Exists(BuiltInFolder)
            ? Directory.EnumerateFiles(BuiltInFolder, "*" + Extension).Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal)
            : [];
}
