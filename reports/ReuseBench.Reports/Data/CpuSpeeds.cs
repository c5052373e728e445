using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Core.Statistics;
using ReuseBench.Core.Units;

namespace ReuseBench.Reports.Data;

/// <summary>
/// The speed of the CPUs in each repeat, relative to what is usual in the run on the same CPUs. Only a whole run can tell: rows are written while it
/// goes on. So the reasons that follow are found here, when a run is read, and stand in no CSV. Repeats on other CPUs are not compared with: one core
/// has a higher clock than another, and two busy cores than twenty.
/// <para>
/// Not relative to the best: on a host with neighbours the best is rare, the more so the more CPUs must have it at once. Of 120 repeats on 16 CPUs 103
/// were more than 15 % below it, while their throughput hardly followed their speed (correlation 0.3).
/// </para>
/// </summary>
internal sealed class CpuSpeeds
{
    private readonly Dictionary<string, WorkSpeed> _usual;

    /// <param name="rows">Of the whole run.</param>
    public CpuSpeeds(IEnumerable<ResultRow> rows) => _usual = rows.GroupBy(OccupiedCpus)
        .Select(g => (Cpus: g.Key, Speeds: g.Select(SpeedOf).OfType<WorkSpeed>().ToArray())).Where(g => g.Speeds.Length > 0)
        .ToDictionary(g => g.Cpus, g => new WorkSpeed(Usual(g.Speeds.Select(s => s.Alone)), Usual(g.Speeds.Select(s => s.Together))));

    /// <summary>
    /// By the speed alone for the time in which its other CPUs were idle, by that in company for the rest; all of it where that time is not known. What
    /// it is held against is as busy a repeat at the usual speeds.
    /// </summary>
    /// <returns>Over 0 to 1; null where it was not measured.</returns>
    public double? Of(ResultRow row)
    {
        double othersBusy = row.OtherCpusBusyShare ?? 1;
        return SpeedOf(row) is WorkSpeed speed ? speed.At(othersBusy) / _usual[OccupiedCpus(row)].At(othersBusy) : null;
    }

    /// <summary>The median; of two in the middle the faster, since more slows a CPU than hastens it.</summary>
    private static double Usual(IEnumerable<double> speeds) => speeds.Order().ToArray() is var sorted ? sorted[sorted.Length / 2] : 0;

    /// <summary>An earlier version took no speed alone.</summary>
    private static WorkSpeed? SpeedOf(ResultRow row) =>
        row.CanaryRoundsPerUs is > 0 and double together ? new WorkSpeed(row.CanaryAloneRoundsPerUs ?? together, together) : null;

    /// <summary>
    /// Workers and client threads take the CPUs of their list in one order: equal numbers of equal lists are equal CPUs. The servers of a restart, of
    /// which each has workers of its own, take more of them than one.
    /// </summary>
    private static string OccupiedCpus(ResultRow row) =>
        $"{row.Cell.Server.Cpus} {RestartRules.WorkersOfAll(row.Cell)} {row.Cell.Load.Cpus} {row.Cell.Load.Threads} {Names.Of(row.Cell.Driver)}";
}
