using ReuseBench.Bench.Experiments.Measuring;
using ReuseBench.Bench.Hosted;
using ReuseBench.Bench.Matrices;
using ReuseBench.Bench.Yaml;
using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Hosts;
using ReuseBench.Core.Units;

namespace ReuseBench.Bench.Runs;

/// <summary>What a run over several machines takes, and what it does not: said before anything is measured.</summary>
internal static class LabRules
{
    private const string Remedy = "measure them without --hosts";

    /// <summary>Connects to the hosts that a request names.</summary>
    /// <param name="request">Of the run.</param>
    /// <param name="session">By which engine and agents know it already; null for a run that begins.</param>
    /// <returns>Null where all runs on this machine.</returns>
    /// <exception cref="UsageException">An option does not go with hosts, or they are not to be had.</exception>
    public static Lab? Open(RunRequest request, string? session)
    {
        if (request.Hosts is not { } path)
        {
            return null;
        }

        string? given = request switch
        {
            { ServerCpus: not null } => "server-cpus: the CPUs of each host stand in the hosts file (cpus:)",
            { ClientCpus: not null } => "client-cpus: the CPUs of each host stand in the hosts file (cpus:)",
            { Numa: not null } => "numa: is about one machine",
            { Driver: not null and not Driver.Native } => "driver: only our own swarm runs on other hosts",
            { Isolation: Isolation.Netns } => "isolate: repeats over several hosts share each host's network namespace",
            { Micro: not null } => "micro: the micro-benchmarks are about one machine; run them there",
            _ => null,
        };
        if (given is not null)
        {
            throw new UsageException($"{given}; leave the option out with --hosts");
        }

        HostsFile file = HostsFileReader.Read(path);
        return Lab.Open(
            file, session ?? $"{DateTime.UtcNow:yyyyMMdd-HHmmss}-{Environment.ProcessId}", request.Output.Log, waits: request.Resume is not null);
    }

    /// <summary>Why a cell cannot be measured over these hosts, or without any.</summary>
    public static HostLack? LackOf(Cell cell, Lab? lab)
    {
        if (lab is null)
        {
            return cell.ClientHosts is null ? null : new HostLack("client_hosts", "other hosts") { Remedy = "name them with --hosts" };
        }

        string? setting = cell switch
        {
            { WhyNotOnHosts: not null } => "experiment",
            { Server.Program: not null } when !lab.IsOnServerHost => "server",
            { Server.RxCpuMatch: true } => "rx_cpu_match",
            { Load.ShareCpus: true } => "share_cpus",
            { Load.DualStack: true } => "dual_stack",
            _ when cell.Load.OpenSpacing > Duration.Zero => "open_spacing",
            _ when !cell.Load.Sources.IsAny => "sources",
            { Numa: not null } => "numa",
            _ when SelectorShares.GoesByCpu(cell.Server.Selector) => "selector",
            _ when !cell.Server.Bind.Equals(Cell.Blank.Server.Bind) => "bind",
            { Restart.MigrateReq: not null } => "migrate_req",
            { Restart: not null } when !lab.IsOnServerHost => "restart",
            _ => null,
        };
        return setting switch
        {
            null => null,
            "experiment" => new HostLack("hosts", $"one machine ({cell.WhyNotOnHosts})") { Remedy = Remedy },
            "server" or "restart" => new HostLack("hosts", $"this program on the server's host ({setting})") { Remedy = "start the run there" },
            "bind" => new HostLack("hosts", "an address of their own, and with --hosts the server's stands in the hosts file") { Remedy = "leave out bind" },
            "sources" => new HostLack("hosts", "source addresses of one machine, and with --hosts those of each client stand in the hosts file")
            {
                Remedy = "leave out sources",
            },
            _ => new HostLack("hosts", $"one machine ({setting})") { Remedy = Remedy },
        };
    }

    /// <summary>Holds what is left of a matrix against the hosts.</summary>
    /// <returns>What is measured, and what is left out of it in a sentence; null for nothing.</returns>
    /// <exception cref="UsageException">A load cannot be shared by so many hosts.</exception>
    public static (Matrix Matrix, string? LeftOut) Fit(Matrix matrix, Lab? lab)
    {
        if (lab is null)
        {
            return (matrix, null);
        }

        foreach (Cell cell in matrix.Cells.Select(c => c.Cell))
        {
            int hosts = lab.ClientsWantedBy(cell);
            if (HostShare.Problem(cell.Load with { Connections = cell.Connections, ConnectionsPerWorker = null }, hosts) is { } problem)
            {
                throw new UsageException($"{problem} ({cell.Id})");
            }
        }

        return matrix.Semantics
            ? (matrix with { Semantics = false }, "What the kernel does with the two options is left out: run `reusebench semantics` on the server's host.")
            : (matrix, null);
    }

    /// <summary>Where server and swarms run, for the terminal.</summary>
    public static string Describe(Lab lab) =>
        $"server on {Of(lab.Server)}, swarm on {string.Join(", ", lab.Clients.Select(Of))}; engine {lab.Engine}";

    private static string Of(LabMember member) => $"{member.Entry.Name} ({member.Entry.Address}, CPUs {member.Cpus})";
}
