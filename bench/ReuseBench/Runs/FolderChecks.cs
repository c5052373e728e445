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
            throw new UsageException($"out: {path} cannot be written ({e.Message}); name a folder that you may write to");
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
            throw new UsageException($"resume: {path} cannot be written ({e.Message}); make it writable or start a new run");
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
