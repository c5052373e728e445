using ReuseBench.Core.Cells;
using ReuseBench.Core.Statistics;
using ReuseBench.Core.Units;

namespace ReuseBench.Core.Hosts;

/// <summary>
/// The part of a load that each of several hosts takes. Connections are divided, the rest goes to the first hosts; an open loop's rate is divided evenly.
/// Poisson processes of a part each, with seeds of their own, are one process of the whole rate; of an even train of arrivals each host takes every n-th.
/// Threads, CPUs and source addresses are each host's own.
/// </summary>
public static class HostShare
{
    /// <summary>A double, and so any tool that reads the tables, holds so many bits of a seed exactly.</summary>
    private const int SeedBits = 53;

    /// <param name="whole">The load of all hosts together.</param>
    /// <param name="host">0 to <paramref name="hosts"/> − 1.</param>
    /// <param name="hosts">How many share it.</param>
    /// <param name="entry">The host.</param>
    /// <exception cref="UsageException">It cannot be shared so (<see cref="Problem"/>).</exception>
    public static LoadSettings Of(LoadSettings whole, int host, int hosts, HostEntry entry)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(host);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(host, hosts);
        if (Problem(whole, hosts) is { } problem)
        {
            throw new UsageException(problem);
        }

        int connections = Part(whole.Connections, host, hosts);
        return whole with
        {
            Connections = connections,
            Rate = whole.Rate / hosts,
            Threads = Math.Min(whole.Threads, connections),
            Seed = SeedOf(whole.Seed, host),
            SourcePlan = whole.SourcePlan is { Kind: SourcePlanKind.Fixed, Parameter: > 0 and int tuples }
                ? whole.SourcePlan with { Parameter = Part(tuples, host, hosts) }
                : whole.SourcePlan,
            Sources = entry.Sources ?? AddressSet.Parse($"{entry.Address}", "address"),
            Cpus = entry.Cpus,
        };
    }

    /// <summary>
    /// How much later than the common start the arrivals of that host begin, in nanoseconds: a host number of gaps, where arrivals come at equal gaps.
    /// </summary>
    /// <param name="whole">As in <see cref="Of"/>.</param>
    /// <param name="host">As there.</param>
    /// <param name="hosts">As there.</param>
    public static long StartsAfterNs(LoadSettings whole, int host, int hosts)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(host, hosts);
        return whole is { Rate: double rate, Arrivals: Arrivals.Constant } ? (long)(host * 1e9 / rate) : 0;
    }

    /// <summary>Why a load cannot be shared by so many hosts, in one line; null where it can.</summary>
    /// <param name="whole">As in <see cref="Of"/>.</param>
    /// <param name="hosts">At least 1.</param>
    public static string? Problem(LoadSettings whole, int hosts)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(hosts, 1);
        return whole.Connections < hosts
                ? $"connections: {whole.Connections} cannot be shared by {hosts} client hosts; use {hosts} or more connections, or fewer client_hosts"
            : whole.SourcePlan is { Kind: SourcePlanKind.Fixed, Parameter: > 0 and int tuples } && tuples < hosts
                ? $"source_plan: {whole.SourcePlan} cannot be shared by {hosts} client hosts; use fixed:{hosts} or more, or fewer client_hosts"
            : null;
    }

    /// <summary>The first host keeps the seed, so that one host alone does what it does without others.</summary>
    private static ulong SeedOf(ulong seed, int host) => host == 0 ? seed : new SplitMix64(seed, (ulong)host).Next() >> (64 - SeedBits);

    private static int Part(int whole, int host, int hosts) => (whole / hosts) + (host < whole % hosts ? 1 : 0);
}
