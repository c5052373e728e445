using System.Net;
using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Linux;

namespace ReuseBench.LoadGen.Sources;

/// <summary>What this host can give, asked before the start by trying it.</summary>
internal static class HostCheck
{
    /// <summary>Descriptors of the process beside the connections: runtime, standard streams, epoll and event descriptors.</summary>
    private const int DescriptorReserve = 128;

    private const int DescriptorsPerThread = 2;

    private static readonly PortRange DefaultEphemeralPorts = new(32_768, 60_999);

    /// <summary>The kernel's own range for ports that nobody chose, in this namespace.</summary>
    public static PortRange EphemeralPorts() =>
        Sysctl.TryRead("net.ipv4.ip_local_port_range") is string range
            ? PortRange.Parse(range, "net.ipv4.ip_local_port_range")
            : DefaultEphemeralPorts;

    /// <summary>Whether a connect may take over a TIME_WAIT of its own tuple: tcp_tw_reuse 1 always, 2 on loopback.</summary>
    public static bool TimeWaitIsReused(IPAddress target) => Sysctl.TryRead("net.ipv4.tcp_tw_reuse") switch
    {
        "1" => true,
        "2" => IPAddress.IsLoopback(target),
        _ => false,
    };

    /// <summary>Raises the limit of descriptors and holds the asked connections against it.</summary>
    /// <exception cref="UsageException">The hard limit is too low.</exception>
    public static void RequireDescriptors(LoadSettings settings)
    {
        long hard = FileLimit.RaiseToHard().Hard;
        long reserve = DescriptorReserve + ((long)DescriptorsPerThread * settings.Threads);
        if (settings.Connections + reserve > hard)
        {
            throw new UsageException(
                $"connections: {settings.Connections} need {settings.Connections + reserve} descriptors and this process may have {hard}; "
                + (hard > reserve ? $"use at most {hard - reserve}, or raise" : "raise")
                + $" the limit with `ulimit -n {settings.Connections + reserve}` as root");
        }
    }

    /// <exception cref="UsageException">A CPU is not one that this process may use.</exception>
    public static void RequireCpus(LoadSettings settings)
    {
        // Tried and put back: the CPUs that a thread is on may be fewer than it may use.
        int[] before = CpuAffinity.OfCurrentThread();
        foreach (int cpu in settings.Cpus.Cpus)
        {
            try
            {
                CpuAffinity.SetCurrentThread([cpu]);
            }
            catch (LinuxException e)
            {
                throw new UsageException(
                    $"cpus: {cpu} is not a CPU that this process may use ({e.Errno.Name}); use some of those that `nproc --all` and the cpuset allow");
            }
            finally
            {
                CpuAffinity.SetCurrentThread(before);
            }
        }
    }

    /// <exception cref="UsageException">An address is not one of this host, or not of the target's family.</exception>
    public static void RequireAddresses(LoadSettings settings, SockAddr target)
    {
        foreach (IPAddress address in settings.Sources.Addresses)
        {
            SockAddr local = SockAddr.From(address, 0);
            if (local.Family != target.Family)
            {
                throw new UsageException($"sources: {address} is not of the family of the target {target}; name addresses of that family");
            }

            int result = TryBind(local);
            if (result < 0)
            {
                throw new UsageException(
                    $"sources: {address} cannot be bound here ({Errno.FromResult(result).Name}); use addresses that `ip address` shows, "
                    + $"or add it with `ip address add {address}/{(local.Family == SocketCalls.Inet6 ? 128 : 32)} dev lo`");
            }
        }
    }

    /// <exception cref="UsageException">Not one of the plan's tuples can be bound.</exception>
    public static void RequireAFreePort(SourceCatalogue sources)
    {
        const int mostTried = 65_536;
        int tried = 0;
        foreach (SockAddr tuple in sources.BoundTuples().Take(mostTried))
        {
            if (TryBind(tuple) >= 0)
            {
                return;
            }

            tried++;
        }

        if (tried > 0)
        {
            throw new UsageException($"source-ports: none of the ports {sources.Ports} is free; name a range that `ss -tan` does not show in use");
        }
    }

    private static int TryBind(in SockAddr local)
    {
        int fd = LinuxException.ThrowIfError(SocketCalls.StreamNonBlocking(local.Family), "socket", local);
        SocketCalls.SetOption(fd, SocketOption.ReuseAddr, 1);
        int result = SocketCalls.Bind(fd, local);
        SocketCalls.Close(fd);
        return result;
    }
}
