using ReuseBench.Core;

namespace ReuseBench.Bench.Matrices;

/// <summary>
/// Finds the file of a matrix. A bare name is one of the matrices that come with the program, whatever lies in the current folder; a path is known
/// by a slash or its extension.
/// </summary>
internal static class MatrixLocator
{
    private const string Extension = ".yaml";

    private static readonly string[] FileExtensions = [Extension, ".yml"];

    private static string BuiltInFolder => Path.Combine(AppContext.BaseDirectory, "matrices");

    /// <exception cref="UsageException">There is no such file or name.</exception>
    public static string Find(string nameOrPath)
    {
        bool isPath = nameOrPath.Contains('/', StringComparison.Ordinal) || FileExtensions.Contains(Path.GetExtension(nameOrPath));
        if (isPath)
        {
            return File.Exists(nameOrPath)
                ? nameOrPath
                : throw new UsageException($"matrix: there is no file '{nameOrPath}'; name a matrix file, or one of {string.Join(", ", BuiltIn())}");
        }

        string builtIn = Path.Combine(BuiltInFolder, nameOrPath + Extension);
        if (File.Exists(builtIn))
        {
            return builtIn;
        }

        string hint = File.Exists(nameOrPath) ? $"; for the file of that name write ./{nameOrPath}" : "; a file is named with a slash or .yaml";
        throw new UsageException($"matrix: '{nameOrPath}' is not one of {string.Join(", ", BuiltIn())}{hint}");
    }

    public static IEnumerable<string> BuiltIn() =>
        Directory.Exists(BuiltInFolder)
            ? Directory.EnumerateFiles(BuiltInFolder, "*" + Extension).Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal)
            : [];
}
