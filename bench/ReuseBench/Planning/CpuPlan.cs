using ReuseBench.Core.Units;

namespace ReuseBench.Bench.Planning;

/// <summary>Which CPUs the server and which the swarm runs on.</summary>
internal sealed record CpuPlan(CpuList Server, CpuList Client)
{
    public bool Disjoint => !Server.Overlaps(Client);

    public CpuList All => new(Server.Cpus.Concat(Client.Cpus));
}
