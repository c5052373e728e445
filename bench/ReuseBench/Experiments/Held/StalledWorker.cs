using ReuseBench.Bench.Host;
using ReuseBench.Core.Wire;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Experiments.Held;

/// <summary>Stops one worker of a running server, in whichever of its processes it is.</summary>
internal static class StalledWorker
{
    private const int Attempts = 2000;

    /// <summary>
    /// Tries until the thread is caught where a worker is that has nothing to do at the moment: it waits for events, and holds nothing that others could need.
    /// To be called, and what is returned to be disposed of, on the thread that started the server.
    /// </summary>
    /// <param name="server">That serves.</param>
    /// <param name="worker">Its number.</param>
    /// <param name="cancel">Ends the attempts.</param>
    /// <exception cref="RepeatFailedException">There is no such thread, or it was never caught so.</exception>
    /// <exception cref="RepeatSkippedException">A thread of the server cannot be stopped here.</exception>
    public static FrozenThread Stop(ServerReady server, int worker, CancellationToken cancel)
    {
        int thread = server.Pids.Select(pid => FrozenThread.Find(pid, $"worker-{worker}")).FirstOrDefault(found => found is not null)
            ?? throw new RepeatFailedException($"the server has no thread of its worker {worker}");
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            FrozenThread frozen = Stop(thread);
            if (frozen.WaitedForEvents)
            {
                return frozen;
            }

            frozen.Dispose();
            cancel.WaitHandle.WaitOne(1);
            cancel.ThrowIfCancellationRequested();
        }

        throw new RepeatFailedException(
            $"worker {worker} was never caught waiting for events in {Attempts} attempts: it is always at work, or /proc/PID/syscall cannot be read; use a "
            + "lower rate, or a shorter service_time");
    }

    private static FrozenThread Stop(int thread)
    {
        try
        {
            return FrozenThread.Stop(thread);
        }
        catch (LinuxException e) when (e.Errno.Code == ErrnoCode.EPERM)
        {
            throw new RepeatSkippedException($"a thread of the server cannot be stopped here: {e.Message}");
        }
    }
}
