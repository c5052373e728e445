using ReuseBench.Core;
using ReuseBench.Core.Csv;
using ReuseBench.Core.Files;
using ReuseBench.Core.Results;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Runs;

/// <summary>Whether a run folder can be written, asked before anything is measured or changed.</summary>
internal static class FolderChecks
{
    private const string Probe = ".reusebench-";

    /// <summary>More than the header of any table.</summary>
    private const int MaxHeader = 64 * 1024;

    /// <summary>That nothing is in the way of a new folder, and that it can be made.</summary>
    /// <exception cref="UsageException">It holds something already, or cannot be written.</exception>
    public static void RequireNew(string path)
    {
        try
        {
            if (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any(entry => !IsOfBegin(entry)))
            {
                throw new UsageException(File.Exists(Path.Combine(path, RunFiles.Manifest))
                    ? $"out: {path} is not empty; name a new folder, or continue that run with --resume {path}"
                    : $"out: {path} is not empty and holds no run; name a new folder");
            }

            TryWriting(NearestThere(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"out: {path} cannot be written ({Reason(e)}); name a folder that you may write to");
        }
    }

    /// <summary>That the folder of an earlier run, and each of its files, can be written.</summary>
    /// <exception cref="UsageException">One cannot.</exception>
    public static void RequireWritable(string path)
    {
        try
        {
            TryWriting(path);
            foreach (string file in Directory.EnumerateFiles(path))
            {
                using FileStream opened = new(file, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"resume: {path} cannot be written ({Reason(e)}); make it writable or start a new run");
        }
    }

    /// <summary>That a folder which the user names is one, and may be looked into.</summary>
    /// <param name="option">What the user named it with, for the message.</param>
    /// <param name="path">As it was given.</param>
    /// <exception cref="UsageException">It is none, or this process may not look into it; the message says which.</exception>
    public static void RequireReadable(string option, string path)
    {
        string named = path.Length == 0 ? "''" : TextFromOutside.Clip(path, 200);
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal))
        {
            throw new UsageException($"{option}: {named}: is no name of a folder; name one that `run` has written");
        }

        if (!Directory.Exists(path))
        {
            throw new UsageException($"{option}: {named}: {WhyNone(path)}");
        }

        try
        {
            using IEnumerator<string> entries = Directory.EnumerateFileSystemEntries(path).GetEnumerator();
            _ = entries.MoveNext();
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new UsageException($"{option}: {named}: may not be read; change its rights, or run as its owner");
        }
    }

    /// <summary>Why a path is no folder to read a run from, as the middle of a message.</summary>
    public static string WhyNone(string path)
    {
        if (File.Exists(path))
        {
            return "is a file; name the folder of a run";
        }

        // What lies in a folder that may not be searched is not there for whoever asks.
        string? parent = NearestFolder(path);
        return parent is not null && !MayList(parent)
            ? $"may not be read; you have no right to {parent}"
            : "no such folder; name one that `run` has written";
    }

    private static bool MayList(string folder)
    {
        try
        {
            _ = Directory.EnumerateFileSystemEntries(folder).Any();
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static string? NearestFolder(string path)
    {
        string? there = path.Length == 0 ? null : Path.GetDirectoryName(Path.GetFullPath(path));
        while (there is not null && !Directory.Exists(there))
        {
            there = Path.GetDirectoryName(there);
        }

        return there;
    }

    /// <summary>Without the name of the file that was tried: it is none of the user's.</summary>
    private static string Reason(Exception e) => e switch
    {
        UnauthorizedAccessException => "you have no right to it",
        FileNotFoundException or DirectoryNotFoundException => "no file can be made there",
        _ => e.Message.Split(" : ", 2)[0],
    };

    /// <summary>
    /// That what a run has written can be read to an end: a pipe would be waited for, a device read for ever. Asked before the folder is read,
    /// which somebody else may have sent.
    /// </summary>
    /// <exception cref="UsageException">One is no regular file.</exception>
    public static void RequireRegularFiles(string folder)
    {
        foreach (string name in Tables.All.Select(t => t.FileName).Prepend(RunFiles.Manifest))
        {
            string path = Path.Combine(folder, name);
            if (!FileKind.IsRegularOrNone(path))
            {
                throw new UsageException($"{path}: not a regular file, and so none that a run has written; restore it, or remove it");
            }
        }
    }

    private static string NearestThere(string path)
    {
        string? there = path;
        while (there is not null && !Directory.Exists(there))
        {
            there = File.Exists(there) ? throw new IOException($"{there} is a file") : Path.GetDirectoryName(there);
        }

        return there ?? path;
    }

    /// <summary>Removes what killed programs have left in a folder that the caller has claimed.</summary>
    public static void RemoveLeftovers(string path)
    {
        string[] folders = [path, Path.Combine(path, RunFiles.Charts)];
        foreach (string folder in folders.Where(f => Directory.Exists(f) && new DirectoryInfo(f).LinkTarget is null))
        {
            WholeFile.RemoveDrafts(folder);
        }

        foreach (string probe in Directory.EnumerateFiles(path, Probe + "*"))
        {
            File.Delete(probe);
        }
    }

    /// <summary>
    /// Whether a run that was killed before it had written its manifest has left this: tables without a row, an empty folder of logs, drafts. Nothing
    /// was measured in such a folder, and a run may begin in it again.
    /// </summary>
    private static bool IsOfBegin(string entry)
    {
        string name = Path.GetFileName(entry);
        return name == RunFiles.Logs ? Directory.Exists(entry) && !Directory.EnumerateFileSystemEntries(entry).Any()
            : name.StartsWith(Probe, StringComparison.Ordinal) || WholeFile.IsDraft(entry)
            || (Tables.All.Any(t => t.FileName == name) && FileKind.IsRegularOrNone(entry) && new FileInfo(entry).Length <= MaxHeader
                && File.ReadLines(entry).Take(2).Count() < 2);
    }

    /// <summary>Rights, a read-only mount and a full disk all show when a file is made; it is gone at once.</summary>
    internal static void TryWriting(string folder)
    {
        string probe = Path.Combine(folder, $"{Probe}{Environment.ProcessId}");
        using FileStream file = new(probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
    }
}

/// <summary>Who writes to a run folder has it alone: two writers would tear each other's tables.</summary>
internal static class FolderClaim
{
    /// <param name="option">What the user named the folder with, for the message.</param>
    /// <param name="folder">An existing folder.</param>
    /// <returns>Held until it is disposed, or until this process ends.</returns>
    /// <exception cref="UsageException">Another process has it.</exception>
    public static FolderLock Take(string option, string folder)
    {
        if (FolderLock.TryTake(folder, out FolderLock? taken, out int? holder))
        {
            return taken!;
        }

        string who = holder is int pid ? $"process {pid}" : "another process";
        throw UsageException.OfHost($"{option}: {who} is writing to {folder}; wait until it has ended, or end it");
    }
}
