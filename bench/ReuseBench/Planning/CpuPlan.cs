using ReuseBench.Core.Units;

namespace ReuseBench.Bench.Planning;

/// <summary>Which CPUs the server and which the swarm runs on.</summary>
/// <param name="Server">The server's.</param>
/// <param name="Client">The swarm's.</param>
/// <param name="Disjoint">Whether no physical core belongs to both: hardware threads of one core are not CPUs of one's own.</param>
internal sealed record CpuPlan(CpuList Server, CpuList Client, bool Disjoint)
{
    public CpuList All => new(Server.Cpus.Concat(Client.Cpus));
}
