using ReuseBench.Bench.Host;
using ReuseBench.Bench.Hosted;
using ReuseBench.Bench.Matrices;
using ReuseBench.Core.Units;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Runs;

/// <summary>The CPUs that this process may use and how they are split: what worker counts and client threads follow from.</summary>
/// <param name="Places">Of each CPU.</param>
/// <param name="Traits">Of the kernel; the CPU quota is one.</param>
/// <param name="Plans">By NUMA placement.</param>
/// <param name="Size">What a matrix is expanded by.</param>
internal sealed record HostCpus(IReadOnlyList<CpuTopology.Place> Places, KernelTraits Traits, CpuPlans Plans, HostSize Size)
{
    /// <summary>
    /// The server's host for a matrix over several: all of its CPUs are the server's, and a swarm has as many threads as the smallest client host has CPUs.
    /// </summary>
    public static HostCpus Of(Lab lab)
    {
        CpuPlan plan = new(lab.Server.Cpus, CpuList.None, Disjoint: true) { ServerCores = lab.Server.CoresOfCpus };
        int clientCpus = lab.Clients.Min(c => c.Cpus.Count);
        return new HostCpus(
            [],
            KernelTraits.Read(),
            new CpuPlans(_ => plan),
            new HostSize(lab.Server.Cpus.Count, clientCpus)
            {
                ServerCpus = lab.Server.Cpus.Count,
                ServerCores = plan.ServerCores,
                ClientCpusOn = _ => clientCpus,
            });
    }

    /// <param name="serverCpus">As the user gave it; null for none.</param>
    /// <param name="clientCpus">Likewise.</param>
    /// <exception cref="Core.UsageException">A list cannot be read, or names a CPU that this process may not use.</exception>
    public static HostCpus Read(string? serverCpus, string? clientCpus)
    {
        IReadOnlyList<CpuTopology.Place> places = CpuTopology.Read().Cpus;
        KernelTraits traits = KernelTraits.Read();
        CpuPlans cpus = new(numa => CpuPlanner.Plan(places, serverCpus, clientCpus, traits.CpuQuota, numa));
        return new HostCpus(
            places,
            traits,
            cpus,
            new HostSize(Math.Min(places.Count, CpuPlanner.FedBy(traits.CpuQuota ?? places.Count)), cpus.Usual.Client.Count)
            {
                ServerCpus = cpus.Usual.Server.Count,
                ServerCores = cpus.Usual.ServerCores,
                ClientCpusOn = numa => cpus.Of(numa).Client.Count,
            });
    }
}
