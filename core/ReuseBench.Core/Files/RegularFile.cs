namespace ReuseBench.Core.Files;

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
