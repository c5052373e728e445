using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Planning;

/// <summary>The CPUs that a cell's threads really run on: with fewer threads than CPUs, what happens on the others touches no figure.</summary>
/// <param name="Workers">Of the workers.</param>
/// <param name="Clients">Of the client threads; all of the swarm's where the driver does not pin them.</param>
internal sealed record OccupiedCpus(CpuList Workers, CpuList Clients)
{
    public CpuList All => new(Workers.Cpus.Concat(Clients.Cpus));

    /// <param name="cell">As it is run: with its CPUs.</param>
    public static OccupiedCpus Of(Cell cell) => new(
        new CpuList(PinningOrder.Of(cell.Server.Cpus.Cpus).Take(cell.Server.Workers)),
        cell.Driver == Driver.Native ? new CpuList(PinningOrder.Of(cell.Load.Cpus.Cpus).Take(cell.Load.Threads)) : cell.Load.Cpus);
}
