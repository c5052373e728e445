using System.Net;
using ReuseBench.Bench.Experiments;
using ReuseBench.Bench.Experiments.Measuring;
using ReuseBench.Bench.Host;
using ReuseBench.Bench.Matrices;
using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Runs;

/// <summary>What the cells of a matrix ask of the host, tried before anything is measured.</summary>
internal static class HostLimits
{
    /// <summary>Descriptors that a process needs besides its connections.</summary>
    private const int SpareDescriptors = 256;

    /// <summary>Threads of a .NET process besides its own work.</summary>
    private const int TasksOfProcess = 9;

    /// <summary>Those of server and swarm, and what this process still starts; measured: with four fewer one of the three aborts.</summary>
    private const int TasksOfRuntimes = 18;

    /// <exception cref="UsageException">The hard limit of descriptors is too low.</exception>
    public static void RequireDescriptors(Matrix matrix)
    {
        (long _, long limit) = FileLimit.RaiseToHard();
        int most = matrix.Cells.Max(c => ExperimentRegistry.Of(c.Cell).ConnectionsOf(c.Cell));
        if (most + SpareDescriptors > limit)
        {
            throw new UsageException(
                $"connections: {most} need {most + SpareDescriptors} file descriptors in a process, and the hard limit is {limit}; raise "
                + "it (ulimit -Hn, or nofile in limits.conf) or use fewer");
        }
    }

    /// <param name="repeats">What will be run.</param>
    /// <param name="isolated">Whether some of it runs side by side.</param>
    /// <param name="limit">What may still be started; null for any number.</param>
    /// <exception cref="UsageException">The threads of a repeat could not all be started: a process would abort in the middle of it.</exception>
    public static void RequireTasks(IReadOnlyList<PlannedRepeat> repeats, bool isolated, TaskLimit? limit)
    {
        if (limit is null)
        {
            return;
        }

        int most = SideBySide.Groups(repeats, isolated).Select(group => group.Sum(r => TasksOf(r.Cell))).DefaultIfEmpty().Max();
        if (most > limit.Left)
        {
            throw UsageException.OfHost(
                $"threads: what is measured at once starts up to {most} processes and threads, and {limit.Left} more may be started here "
                + $"({limit.Name}: {limit.Limit}); raise that limit, or end other programs");
        }
    }

    /// <summary>Processes and threads that one repeat starts; a restart to a new process has two servers at a time.</summary>
    private static int TasksOf(Cell cell)
    {
        bool hasNewProcess = cell.Experiment == Experiment.Restart
            && cell.Restart is { Scope: RestartScope.Process } and not { Method: RestartMethod.Loop };
        int servers = hasNewProcess ? 2 : 1;
        int newThreads = hasNewProcess ? (cell.Server with { Workers = RestartRules.WorkersAfter(cell) }).Threads : 0;
        return TasksOfRuntimes + cell.Load.Threads + cell.Server.Threads + newThreads + (TasksOfProcess * ((servers * cell.Server.Processes) - 1));
    }

    /// <param name="matrix">Names the addresses to listen on.</param>
    /// <param name="isolate">Tries them where the servers will run: a fresh namespace has loopback addresses only.</param>
    /// <exception cref="UsageException">A server could not be bound.</exception>
    public static void RequireAddresses(Matrix matrix, bool isolate)
    {
        IPAddress[] addresses = [.. matrix.Cells.Where(c => c.Cell.Driver != Driver.AcceptOnly).Select(c => c.Cell.Server.Bind).Distinct()];
        string? problem = MeasurementThread.Run(isolate, HostSysctls.Read(), () => addresses.Select(Problem).FirstOrDefault(p => p is not null));
        if (problem is not null)
        {
            throw new UsageException(
                isolate
                    ? $"bind: {problem} in a network namespace of its own, which has loopback addresses only; use one, or --isolate none"
                    : $"bind: {problem}; use an address of this host");
        }
    }

    private static string? Problem(IPAddress address)
    {
        SockAddr any = SockAddr.From(address, 0);
        int fd = SocketCalls.StreamNonBlocking(any.Family);
        if (fd < 0)
        {
            return $"{address} cannot be bound ({Errno.FromResult(fd).Name})";
        }

        int result = SocketCalls.Bind(fd, any);
        SocketCalls.Close(fd);
        return result < 0 ? $"{address} cannot be bound ({Errno.FromResult(result).Name})" : null;
    }
}
