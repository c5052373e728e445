using ReuseBench.Linux;

namespace ReuseBench.Micro.Kernel;

/// <summary>A network namespace for each case: no ports, no TIME_WAITs, no counters of anyone else.</summary>
internal static class OwnNetwork
{
    /// <summary>
    /// Moves the calling thread, which is the one that is timed, into a new namespace with loopback up, and gives the process the
    /// descriptors that it may have. Without the rights for a namespace it stays in the host's.
    /// </summary>
    /// <exception cref="LinuxException">The new namespace's loopback cannot be set up.</exception>
    public static void Enter()
    {
        FileLimit.RaiseToHard();
        if (NetworkNamespace.TryUnshareCurrentThread() == 0)
        {
            NetworkNamespace.BringUpLoopback();
        }
    }

    /// <summary>Whether <see cref="Enter"/> makes a namespace, found out by a thread that makes one and ends.</summary>
    public static bool CanBeMade()
    {
        int result = 0;
        Thread thread = new(() => result = NetworkNamespace.TryUnshareCurrentThread());
        thread.Start();
        thread.Join();
        return result == 0;
    }
}
