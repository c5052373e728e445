using ReuseBench.Core;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Runs;

/// <summary>Whether a run folder can be written, asked before anything is measured or changed.</summary>
internal static class FolderChecks
{
    /// <summary>That nothing is in the way of a new folder, and that it can be made.</summary>
    /// <exception cref="UsageException">It holds something already, or cannot be written.</exception>
    public static void RequireNew(string path)
    {
        try
        {
            if (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any())
            {
                throw new UsageException($"out: {path} is not empty; name a new folder, or continue that run with --resume {path}");
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

    private static string NearestThere(string path)
    {
        string? there = path;
        while (there is not null && !Directory.Exists(there))
        {
            there = File.Exists(there) ? throw new IOException($"{there} is a file") : Path.GetDirectoryName(there);
        }

        return there ?? path;
    }

    /// <summary>Rights, a read-only mount and a full disk all show when a file is made; it is gone at once.</summary>
    private static void TryWriting(string folder)
    {
        string probe = Path.Combine(folder, $".reusebench-{Environment.ProcessId}");
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
