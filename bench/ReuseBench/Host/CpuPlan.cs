using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Host;

/// <summary>Which CPUs the server and which the swarm runs on.</summary>
/// <param name="Server">The server's.</param>
/// <param name="Client">The swarm's.</param>
/// <param name="Disjoint">Whether no physical core belongs to both: hardware threads of one core are not CPUs of one's own.</param>
internal sealed record CpuPlan(CpuList Server, CpuList Client, bool Disjoint)
{
    /// <summary>
    /// CPUs of the measurement's own threads, and of interrupts that nobody moved from CPU 0; empty where there are too few to leave some out.
    /// </summary>
    public CpuList Measurement { get; init; } = CpuList.None;

    /// <summary>Physical cores that the server's CPUs belong to; null where that is not known.</summary>
    public int? ServerCores { get; init; }

    /// <summary>Memory nodes of the server's CPUs and of the swarm's, ascending; empty where they are not known.</summary>
    public IReadOnlyList<int> ServerNodes { get; init; } = [];

    public IReadOnlyList<int> ClientNodes { get; init; } = [];

    /// <summary>Memory nodes of all CPUs that this process may use.</summary>
    public int HostNodes { get; init; } = 1;

    /// <summary>Where the two sides are; null where there is one node, or they share some of several.</summary>
    public NumaPlacement? Numa => HostNodes < 2 ? null
        : !ServerNodes.Intersect(ClientNodes).Any() ? NumaPlacement.Apart
        : ServerNodes.Count == 1 && ClientNodes.Count == 1 ? NumaPlacement.Same
        : null;

    /// <summary>As <c>run.json</c> has it.</summary>
    public string? NumaName => HostNodes < 2 ? null : Numa is NumaPlacement numa ? Names.Of(numa) : "mixed";

    /// <summary>The same where the server has a CPU for each worker; otherwise the swarm's are the server's too, which the verdict says.</summary>
    public CpuPlan WithRoomFor(int workers) => workers <= Server.Count ? this : this with { Server = All, Disjoint = false, ServerCores = null };

    /// <summary>A cell with the CPUs that it is run on. What is counted without a swarm is pinned to none.</summary>
    public Cell AsRun(Cell cell) => cell.Driver == Driver.AcceptOnly
        ? cell
        : cell with { Server = cell.Server with { Cpus = Server }, Load = cell.Load with { Cpus = Client } };

    public CpuList All => new(Server.Cpus.Concat(Client.Cpus));
}

/// <summary>The CPUs that a cell's threads really run on: with fewer threads than CPUs, what happens on the others touches no figure.</summary>
/// <param name="Workers">Of the workers.</param>
/// <param name="Clients">Of the client threads; all of the swarm's where the driver does not pin them.</param>
internal sealed record OccupiedCpus(CpuList Workers, CpuList Clients)
{
    public CpuList All => new(Workers.Cpus.Concat(Clients.Cpus));

    /// <summary>The same with the CPUs of every server that follows in a restart, whose workers are numbered on from those of the one before.</summary>
    /// <param name="cell">As it is run: with its CPUs.</param>
    public static OccupiedCpus OfAllServers(Cell cell) => Of(cell with { Server = cell.Server with { Workers = RestartRules.WorkersOfAll(cell) } });

    /// <param name="cell">As it is run: with its CPUs.</param>
    public static OccupiedCpus Of(Cell cell) => new(
        new CpuList(PinningOrder.Of(cell.Server.Cpus.Cpus).Take(cell.Server.Workers)),
        cell.Driver == Driver.Native ? new CpuList(PinningOrder.Of(cell.Load.Cpus.Cpus).Take(cell.Load.Threads)) : cell.Load.Cpus);
}

/// <summary>
/// The CPUs of a cell whose swarm may run on the server's: a load so light that a host with few CPUs can show what many workers do.
/// </summary>
internal static class SharedCpus
{
    /// <exception cref="RepeatSkippedException">The swarm could not hold its schedule there; the message says why.</exception>
    public static CpuPlan For(Cell cell, CpuPlan cpus)
    {
        if (!cell.Load.ShareCpus)
        {
            return cpus;
        }

        // On a thread of its own, which keeps what it was given to its end.
        int result = 0;
        Thread asking = new(() => result = RealTimePriority.TrySetCurrentThread());
        asking.Start();
        asking.Join();
        return result == 0
            ? cpus.WithRoomFor(cell.Server.Workers)
            : throw new RepeatSkippedException(
                $"the swarm shares the server's CPUs in this cell, and only real-time priority lets it hold its schedule there "
                + $"({Errno.FromResult(result).Name}); run as root");
    }
}

/// <summary>
/// Sees to it that the server's CPUs receive the packets of cells in which that matters: on loopback it would be the client's CPU. To be
/// called on the thread that is in the repeat's namespace.
/// </summary>
internal static class ReceivingCpus
{
    private const string Loopback = "lo";

    /// <summary>Steers, where the cell needs it.</summary>
    /// <returns>The CPUs as they are to be used: with fewer server CPUs than listeners the swarm's are shared, which the verdict says.</returns>
    /// <exception cref="RepeatSkippedException">It cannot be had here; the message says why.</exception>
    public static CpuPlan Steer(ServerSettings server, CpuPlan cpus, bool isolated)
    {
        if (!server.RxCpuMatch && !SelectorShares.GoesByCpu(server.Selector))
        {
            return cpus;
        }

        if (!isolated)
        {
            throw new RepeatSkippedException("the receiving CPU can only be set in a network namespace of its own; run as root");
        }

        CpuPlan plan = cpus.WithRoomFor(server.Workers);
        if (SelectorShares.GoesByCpu(server.Selector) && server.Workers > plan.Server.Count)
        {
            throw new RepeatSkippedException(
                $"{Names.Of(server.Selector)} needs a CPU for each listener, and {server.Workers} listeners have {plan.Server.Count} "
                + $"({plan.Server})");
        }

        try
        {
            ReceiveSteering.Set(Loopback, [.. PinningOrder.Of(plan.Server.Cpus).Take(server.Workers)]);
        }
        catch (LinuxException e) when (e.Errno.Code is ErrnoCode.EPERM or ErrnoCode.EACCES or ErrnoCode.ENOENT or ErrnoCode.ENOSYS)
        {
            throw new RepeatSkippedException($"the receiving CPU cannot be set here: {e.Message}");
        }

        return plan;
    }
}
