using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;

namespace ReuseBench.Bench.Planning;

/// <summary>Which CPUs the server and which the swarm runs on.</summary>
/// <param name="Server">The server's.</param>
/// <param name="Client">The swarm's.</param>
/// <param name="Disjoint">Whether no physical core belongs to both: hardware threads of one core are not CPUs of one's own.</param>
internal sealed record CpuPlan(CpuList Server, CpuList Client, bool Disjoint)
{
    /// <summary>Physical cores that the server's CPUs belong to; null where that is not known.</summary>
    public int? ServerCores { get; init; }

    /// <summary>The same where the server has a CPU for each worker; otherwise the swarm's are the server's too, which the verdict says.</summary>
    public CpuPlan WithRoomFor(int workers) => workers <= Server.Count ? this : this with { Server = All, Disjoint = false, ServerCores = null };

    /// <summary>A cell with the CPUs that it is run on. What is counted without a swarm is pinned to none.</summary>
    public Cell AsRun(Cell cell) => cell.Driver == Driver.AcceptOnly
        ? cell
        : cell with { Server = cell.Server with { Cpus = Server }, Load = cell.Load with { Cpus = Client } };

    public CpuList All => new(Server.Cpus.Concat(Client.Cpus));
}
