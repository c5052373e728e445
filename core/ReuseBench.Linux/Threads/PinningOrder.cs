using System.Collections.Immutable;

namespace ReuseBench.Linux;

/// <summary>
/// In which order threads are given the CPUs of a set: the first hardware thread of each core, then the second ones. Boards number
/// siblings (0,4),(1,5) or (0,1),(2,3); in the ascending order of the second two threads would share a core while others idle.
/// </summary>
public static class PinningOrder
{
    /// <summary>As this host's topology has it.</summary>
    /// <param name="cpus">The set, in any order.</param>
    public static ImmutableArray<int> Of(IEnumerable<int> cpus) => Of(cpus.Select(CpuTopology.ReadPlace));

    /// <param name="places">Where the CPUs of the set sit.</param>
    public static ImmutableArray<int> Of(IEnumerable<CpuTopology.Place> places) =>
    [
        .. places.GroupBy(place => place.Siblings.Min())
            .SelectMany(core => core.Select(place => place.Cpu).Order().Select((cpu, thread) => (thread, cpu)))
            .Order()
            .Select(placed => placed.cpu),
    ];
}
