namespace ReuseBench.Linux;

/// <summary>The "Name:  value" lines of several files under /proc.</summary>
internal static class ProcLines
{
    /// <summary>The value after the first "<paramref name="name"/>:", trimmed; null where there is no such line.</summary>
    internal static string? Value(string text, string name)
    {
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
        {
            int colon = line.IndexOf(':');
            if (colon > 0 && line[..colon].Trim().SequenceEqual(name))
            {
                return line[(colon + 1)..].Trim().ToString();
            }
        }

        return null;
    }
}

/// <summary>One-line files of /sys and /proc.</summary>
internal static class SysText
{
    /// <summary>The content, trimmed; null where there is no such file or it cannot be read.</summary>
    internal static string? TryRead(string path)
    {
        try
        {
            return File.ReadAllText(path).Trim();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The names in a directory; empty where there is none.</summary>
    internal static IEnumerable<string> NamesIn(string directory) =>
        Directory.Exists(directory) ? Directory.EnumerateFileSystemEntries(directory).Select(entry => Path.GetFileName(entry)) : [];
}
