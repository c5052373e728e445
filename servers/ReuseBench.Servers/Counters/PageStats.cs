using ReuseBench.Core.Wire;

namespace ReuseBench.Servers.Counters;

/// <summary>The STATS line, read off the page: what a worker published last, also of a process that is gone.</summary>
internal static class PageStats
{
    private const double NsPerSecond = 1e9;

    /// <param name="page">Whose workers have ended.</param>
    /// <param name="firstWorker">The first worker of interest.</param>
    /// <param name="workers">How many, from there on.</param>
    /// <param name="restarts">Restarts completed.</param>
    public static ServerStats Collect(ServerPageWriter page, int firstWorker, int workers, int restarts = 0)
    {
        WorkerStats[] all = [.. Enumerable.Range(firstWorker, workers).Select(worker => Of(page, worker))];
        return new ServerStats
        {
            Accepted = all.Sum(worker => worker.Accepted),
            Requests = all.Sum(worker => worker.Requests),
            BadRequests = all.Sum(worker => worker.BadRequests),
            Restarts = restarts,
            CpuS = all.Sum(worker => worker.CpuS) + (page.BesideCpuNs / NsPerSecond),
            Workers = all,
        };
    }

    private static WorkerStats Of(ServerPageWriter page, int worker)
    {
        WorkerCounters counters = page.Worker(worker);
        return new WorkerStats
        {
            Worker = worker,
            Pid = (int)counters.Pid,
            Accepted = counters.Accepted,
            AcceptedReset = counters.AcceptedReset,
            AcceptedLocal = counters.AcceptedLocal,
            Requests = counters.Requests,
            BadRequests = counters.BadRequests,
            CpuS = counters.CpuNs / NsPerSecond,
            VoluntarySwitches = counters.VoluntarySwitches,
            InvoluntarySwitches = counters.InvoluntarySwitches,
        };
    }
}
