using System.Diagnostics;
using ReuseBench.Bench.Rows;
using ReuseBench.Bench.Running;
using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Linux;
using ReuseBench.LoadGen;
using ReuseBench.Servers.Listening;

namespace ReuseBench.Bench.Fairness;

/// <summary>
/// <c>stall</c>: the first worker does not accept, the others are idle and do. How many of the connections, all opened before and held,
/// wait behind it? In a group those that the hash gave it; on one shared listener none, since any worker may take any.
/// </summary>
internal static class StallExperiment
{
    private const int Stalled = 0;
    private const int QuietRounds = 3;

    public static MeasuredRows Measure(CensusRun run)
    {
        Cell cell = run.Cell;
        RefuseTooMany(cell);
        bool shared = cell.Server.Variant == Variant.Shared;
        KernelCounts before = KernelCounts.Read();

        // One listener that all workers share is a group of one; SO_REUSEPORT changes nothing about its single queue.
        using ReuseportListeners listeners = ReuseportListeners.Open(shared ? cell.Server with { Variant = Variant.Reuseport, Workers = 1 } : cell.Server);
        CensusClient client = new(SourceWalk.Start(cell.Load with { Seed = run.Seed }, listeners.Address), listeners.Address);
        List<int> open = [];
        Stopwatch measuring = Stopwatch.StartNew();
        try
        {
            for (int i = 0; i < cell.Load.Connections; i++)
            {
                int fd = client.Open();
                if (fd >= 0)
                {
                    open.Add(fd);
                }
            }

            int clients = open.Count;
            long[] accepted = Accept(worker => shared ? 0 : worker, cell.Server.Workers, listeners, open);
            long waiting = clients - accepted.Sum();

            // Only now does the stalled one wake up, so that every connection is accounted for.
            long[] all = [.. accepted];
            all[Stalled] += Take(listeners.Fd(Stalled), open, int.MaxValue);
            measuring.Stop();
            KernelCounts kernel = KernelCounts.Read() - before;
            ListenerChoices choices = shared
                ? ListenerChoices.None("any worker takes any connection of a shared listener, and one of them takes none")
                : ListenerChoices.Of(cell.Server.Selector, all, all);
            ResultRow result = CensusRows.Result(run, clients, all, seconds: null, kernel, client.AddressErrors) with
            {
                MeasuringS = measuring.Elapsed.TotalSeconds,
                DistinctTuples = clients,
            };
            IEnumerable<FairnessRow> rows = Enumerable.Range(0, cell.Server.Workers).Select(worker =>
                ChanceColumns.On(CensusRows.Listener(run, worker, accepted) with { Waiting = worker == Stalled ? waiting : 0 }, choices));
            return MeasuredRows.OfCensus(ChanceColumns.On(result, choices), [.. rows], []);
        }
        finally
        {
            open.ForEach(CensusClient.Reset);
        }
    }

    /// <summary>All are opened before any is accepted, and one queue may have to hold them all.</summary>
    private static void RefuseTooMany(Cell cell)
    {
        int most = AcceptQueue.Length(cell.Server.Backlog);
        if (cell.Load.Connections > most)
        {
            throw new UsageException(
                $"connections: {cell.Load.Connections} may overflow one accept queue of a stall cell, which holds {most} (the lesser of backlog {cell.Server.Backlog} "
                + $"and net.core.somaxconn); use 1 to {most}, or raise both");
        }
    }

    /// <summary>Workers take one at a time, in turn, but for the stalled one, until none finds any.</summary>
    private static long[] Accept(Func<int, int> listenerOf, int workers, ReuseportListeners listeners, List<int> open)
    {
        long[] accepted = new long[workers];
        for (int quiet = 0; quiet < QuietRounds;)
        {
            long taken = 0;
            for (int worker = Stalled + 1; worker < workers; worker++)
            {
                int one = Take(listeners.Fd(listenerOf(worker)), open, 1);
                accepted[worker] += one;
                taken += one;
            }

            quiet = taken == 0 ? quiet + 1 : 0;
        }

        return accepted;
    }

    private static int Take(int listenerFd, List<int> open, int most)
    {
        int taken = 0;
        int fd;
        while (taken < most && (fd = SocketCalls.Accept4(listenerFd)) >= 0)
        {
            open.Add(fd);
            taken++;
        }

        return taken;
    }
}
