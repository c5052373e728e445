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
    public static Verdict Over(Verdict verdict, Cell cell, RelativeSpeed? cpuSpeed)
    {
        if (cpuSpeed is not { } speed)
        {
            return verdict;
        }

        IReadOnlyList<VerdictRule> found = VerdictRules.JudgeOverRun(cell, speed.Own, speed.Lasting);
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
/// goes on. Repeats on other CPUs are not compared with: one core has a higher clock than
/// another, and two busy cores than twenty.
/// <para>
/// Two moments say little of the window between them on a host with neighbours, which come and go within milliseconds. There the speed of both CPUs at
/// once was 0.7 or 1 of the best in turn, from repeat to repeat, while throughput did not follow it (correlation 0.3 over 120 repeats on 16 CPUs, −0.2 to
/// 0.1 over 28 on two). What lasts, such as a lowered clock, is also at the moments of the repeats before and after: where one of those is as usual, nothing
/// that lasts has changed.
/// </para>
/// </summary>
public sealed class CpuSpeeds
{
    /// <summary>Repeats on either side of one that tell whether a speed lasts.</summary>
    private const int Neighbours = 2;

    /// <summary>Of fewer on the same CPUs no repeat has all its neighbours, and none of them can show what lasts.</summary>
    private const int LeastToLast = (2 * Neighbours) + 1;

    private readonly Dictionary<(string CellId, int Repeat), RelativeSpeed> _speeds = [];

    /// <param name="rows">Of the whole run.</param>
    public CpuSpeeds(IEnumerable<ResultRow> rows)
    {
        foreach (IGrouping<string, ResultRow> group in rows.Where(r => SpeedOf(r) is not null).GroupBy(OccupiedCpus))
        {
            ResultRow[] inTime = [.. group.OrderBy(r => r.StartedUtc, StringComparer.Ordinal)];
            WorkSpeed[] speeds = [.. inTime.Select(r => SpeedOf(r)!.Value)];
            WorkSpeed usual = new(Usual(speeds.Select(s => s.Alone)), Usual(speeds.Select(s => s.Together)));
            for (int i = 0; i < inTime.Length; i++)
            {
                // As busy a repeat at the speeds of each.
                double othersBusy = inTime[i].OtherCpusBusyShare ?? 1;
                IEnumerable<double> near = speeds[Math.Max(0, i - Neighbours)..Math.Min(speeds.Length, i + Neighbours + 1)].Select(Relative);
                double own = Relative(speeds[i]);
                double lasting = speeds.Length < LeastToLast ? AtMostMarked(own) : near.MinBy(s => Math.Abs(Math.Log(s)));
                _speeds[(inTime[i].CellId, inTime[i].Repeat)] = new RelativeSpeed(own, lasting);

                double Relative(WorkSpeed speed) => speed.At(othersBusy) / usual.At(othersBusy);
            }
        }
    }

    /// <summary>
    /// By the speed alone for the time in which its other CPUs were idle, by that in company for the rest; all of it where that time is not known.
    /// </summary>
    /// <returns>Null where it was not measured.</returns>
    public RelativeSpeed? Of(ResultRow row) => _speeds.TryGetValue((row.CellId, row.Repeat), out RelativeSpeed speed) ? speed : null;

    /// <summary>Too few to make a repeat invalid still mark it by what is known of it.</summary>
    private static double AtMostMarked(double own) => Math.Clamp(own, VerdictRules.CpuSpeedInvalid, 1 / VerdictRules.CpuSpeedInvalid);

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

/// <summary>Of the slowest CPU that a repeat occupied, relative to what is usual in the run; each over 0.</summary>
/// <param name="Own">At the better of its own two moments.</param>
/// <param name="Lasting">
/// That of it and its neighbours in time which is nearest to the usual; with fewer than five repeats on the same CPUs its own, within what is marked.
/// </param>
public readonly record struct RelativeSpeed(double Own, double Lasting);
