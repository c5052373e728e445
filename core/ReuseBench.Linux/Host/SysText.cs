namespace ReuseBench.Linux;

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
}
