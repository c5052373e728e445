using ReuseBench.Core;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Results;

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
        throw new UsageException($"{option}: {who} is writing to {folder}; wait until it has ended, or end it");
    }
}
