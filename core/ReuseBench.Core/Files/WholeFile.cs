namespace ReuseBench.Core.Files;

/// <summary>Text files that a reader sees old or new, never half written.</summary>
public static class WholeFile
{
    private const string DraftEnd = ".new";

    /// <summary>
    /// Writes a new file beside the old one and takes its place. A link at <paramref name="path"/> is replaced, not followed: a folder that
    /// somebody else sent must not decide where this process writes.
    /// </summary>
    /// <exception cref="IOException">It cannot be written there; the old file is as it was.</exception>
    /// <exception cref="UnauthorizedAccessException">Not allowed; the old file is as it was.</exception>
    public static void Replace(string path, string text)
    {
        string draft = DraftOf(path);
        File.Delete(draft);
        try
        {
            using (FileStream file = new(draft, FileMode.CreateNew, FileAccess.Write))
            using (StreamWriter writer = new(file))
            {
                writer.Write(text);
            }

            File.Move(draft, path, overwrite: true);
        }
        catch (IOException)
        {
            File.Delete(draft);
            throw;
        }
    }

    /// <summary>Where a file is written before it takes its place; another process has another name for it.</summary>
    public static string DraftOf(string path) => $"{path}.{Environment.ProcessId}{DraftEnd}";

    /// <summary>Removes what a program that was killed while it wrote has left beside the files of a folder, which the caller has for itself.</summary>
    public static void RemoveDrafts(string folder)
    {
        foreach (string draft in Directory.EnumerateFiles(folder).Where(IsDraft))
        {
            File.Delete(draft);
        }
    }

    /// <summary>Whether a name is one that <see cref="Replace"/> gives to what is not yet whole.</summary>
    public static bool IsDraft(string path) =>
        path.EndsWith(DraftEnd, StringComparison.Ordinal)
        && Path.GetExtension(path[..^DraftEnd.Length]) is { Length: > 1 } pid && pid.AsSpan(1).ContainsAnyExceptInRange('0', '9') is false;

    /// <exception cref="IOException">The folder is a link, which would lead what is written elsewhere.</exception>
    public static void RequireNoLink(string folder)
    {
        if (new DirectoryInfo(folder).LinkTarget is { } elsewhere)
        {
            throw new IOException($"{folder} is a link to {elsewhere}, and links are not followed; remove it");
        }
    }
}

/// <summary>Files that somebody else may have put where they are read.</summary>
public static class RegularFile
{
    /// <summary>
    /// Bytes of a file, links followed; 0 where there is none. A device or a pipe has none either, so that who reads only what has a length is never
    /// caught by one that does not end.
    /// </summary>
    public static long LengthOf(string path)
    {
        FileInfo file = new(path);
        FileSystemInfo target = file.LinkTarget is null ? file : file.ResolveLinkTarget(returnFinalTarget: true) ?? file;
        return target is FileInfo { Exists: true } regular ? regular.Length : 0;
    }
}
