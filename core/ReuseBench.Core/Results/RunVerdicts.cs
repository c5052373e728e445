using ReuseBench.Core.Cells;
using ReuseBench.Core.Statistics;
using ReuseBench.Core.Units;
using ReuseBench.Core.Verdicts;

namespace ReuseBench.Core.Results;

/// <summary>
/// Verdicts over a whole run. A row is judged by itself when it is written. What only all rows together show, such as a CPU that was slower than usual, is
/// found when the run has ended, and found anew whenever a run is read: the two agree, and a run that was killed is judged by what it has.
/// </summary>
public static class RunVerdicts
{
    /// <summary>A verdict with what the whole run shows, in place of what an earlier look at a part of the run showed.</summary>
    /// <param name="verdict">Of the repeat.</param>
    /// <param name="cell">That it is of.</param>
    /// <param name="cpuSpeed">As <see cref="CpuSpeeds.Of"/>; with null the verdict stays as it is.</param>
    public static Verdict Over(Verdict verdict, Cell cell, double? cpuSpeed)
    {
        if (cpuSpeed is null)
        {
            return verdict;
        }

        IReadOnlyList<VerdictRule> found = VerdictRules.JudgeOverRun(cell, cpuSpeed);
        VerdictRule[] before = [.. verdict.Reasons.Where(VerdictRules.IsOverRun)];
        return before.Select(r => r.Code).SequenceEqual(found.Select(r => r.Code)) ? verdict : new Verdict([.. verdict.Reasons.Except(before), .. found]);
    }

    /// <summary>The row as it was judged by itself, when the run went on.</summary>
    public static ResultRow ByItself(ResultRow row) => row.Verdict.Reasons.Any(VerdictRules.IsOverRun)
        ? row.With(new Verdict([.. row.Verdict.Reasons.Where(r => !VerdictRules.IsOverRun(r))]))
        : row;

    /// <summary>
    /// Writes <c>results.csv</c> anew with the verdicts over the whole run; leaves it alone where no verdict changes. The old file is there until the new one
    /// is whole.
    /// </summary>
    /// <param name="folder">Of a run that nobody is writing to.</param>
    /// <returns>Rows whose verdict was changed.</returns>
    /// <exception cref="UsageException">The table cannot be read.</exception>
    public static int Settle(string folder)
    {
        CpuSpeeds speeds = new(Tables.Results.Stream(folder));
        return Tables.Results.Rewrite(
            folder, row => Over(row.Verdict, row.Cell, speeds.Of(row)) is var verdict && ReferenceEquals(verdict, row.Verdict) ? row : row.With(verdict));
    }
}

/// <summary>
/// The speed of the CPUs in each repeat, relative to what is usual in the run on the same CPUs. Only a whole run can tell: rows are written while it
/// goes on. Repeats on other CPUs are not compared with: one core has a higher clock than another, and two busy cores than twenty.
/// <para>
/// Not relative to the best: on a host with neighbours the best is rare, the more so the more CPUs must have it at once. Of 120 repeats on 16 CPUs 103
/// were more than 15 % below it, while their throughput hardly followed their speed (correlation 0.3).
/// </para>
/// </summary>
public sealed class CpuSpeeds
{
    private readonly Dictionary<string, WorkSpeed> _usual;

    /// <param name="rows">Of the whole run; read once.</param>
    public CpuSpeeds(IEnumerable<ResultRow> rows) => _usual = rows.Select(r => (Cpus: OccupiedCpus(r), Speed: SpeedOf(r))).Where(r => r.Speed is not null)
        .GroupBy(r => r.Cpus, r => r.Speed!.Value)
        .ToDictionary(g => g.Key, g => new WorkSpeed(Usual(g.Select(s => s.Alone)), Usual(g.Select(s => s.Together))));

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
    /// Workers and client threads take the CPUs of their list in one order: equal numbers of equal lists are equal CPUs. The two servers of a restart
    /// take more of them than one.
    /// </summary>
    private static string OccupiedCpus(ResultRow row) =>
        (row.Cell.Restart is { Method: not RestartMethod.Loop } ? "two servers, " : "")
            + $"{row.Cell.Server.Cpus} {row.Cell.Server.Workers} {row.Cell.Load.Cpus} {row.Cell.Load.Threads} {Names.Of(row.Cell.Driver)}";
}
