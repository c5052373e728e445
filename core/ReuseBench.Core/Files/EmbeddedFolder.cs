using System.Reflection;

namespace ReuseBench.Core.Files;

/// <summary>
/// Text files that are part of the program: beside a program that is published as one file there is no folder to look for them in, and what lies in a
/// folder may be anybody's.
/// </summary>
/// <param name="assembly">Has them as resources with the logical name <c>FOLDER/FILE</c>.</param>
/// <param name="folder">Name of the folder, without a slash.</param>
/// <param name="extension">Of the files that count, with its dot.</param>
/// <param name="otherExtensions">That such a file of somebody's own may have as well, each with its dot.</param>
public sealed class EmbeddedFolder(Assembly assembly, string folder, string extension, params string[] otherExtensions)
{
    private readonly string[] _fileExtensions = [extension, .. otherExtensions];

    /// <summary>Without the extension, in order.</summary>
    public IReadOnlyList<string> Names { get; } =
    [
        .. assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(folder + "/", StringComparison.Ordinal) && name.EndsWith(extension, StringComparison.Ordinal))
            .Select(name => name[(folder.Length + 1)..^extension.Length]).Order(StringComparer.Ordinal),
    ];

    /// <summary>Whether somebody means a file of theirs and none of these, whatever lies in the current folder: by a slash, or by its extension.</summary>
    public bool IsPath(string nameOrPath) => nameOrPath.Contains('/', StringComparison.Ordinal) || _fileExtensions.Contains(Path.GetExtension(nameOrPath));

    /// <param name="name">Without the extension.</param>
    /// <returns>The text; null where there is no such file.</returns>
    public TextReader? Open(string name) => assembly.GetManifestResourceStream($"{folder}/{name}{extension}") is { } stream ? new StreamReader(stream) : null;
}
