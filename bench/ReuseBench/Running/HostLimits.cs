using System.Net;
using ReuseBench.Bench.Matrices;
using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Running;

/// <summary>What the cells of a matrix ask of the host, tried before anything is measured.</summary>
internal static class HostLimits
{
    /// <summary>Descriptors that a process needs besides its connections.</summary>
    private const int SpareDescriptors = 256;

    /// <exception cref="UsageException">The hard limit of descriptors is too low.</exception>
    public static void RequireDescriptors(Matrix matrix)
    {
        (long _, long limit) = FileLimit.RaiseToHard();
        int most = matrix.Cells.Max(c => c.Cell.Load.Connections);
        if (most + SpareDescriptors > limit)
        {
            throw new UsageException(
                $"connections: {most} need {most + SpareDescriptors} file descriptors in a process, and the hard limit is {limit}; raise it (ulimit -Hn, or nofile in limits.conf) or use fewer");
        }
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
                $"bind: {problem}{(isolate ? " in a network namespace of its own, which has loopback addresses only; use one, or --isolate none" : "; use an address of this host")}");
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
