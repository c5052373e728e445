using System.Diagnostics;
using ReuseBench.Bench.Experiments.Measuring;
using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Core.Units;
using ReuseBench.Reports;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Data;

namespace ReuseBench.Bench.Runs;

/// <summary>
/// A run that costs what its answer needs: rounds go on until every comparison that its report makes is decided, or shown to be within the margin, or the
/// time is spent. Cells that are clearly out get no more repeats. What is not compared has the repeats of the matrix.
/// </summary>
/// <param name="options">The run.</param>
/// <param name="budget">Wall time of all rounds.</param>
/// <param name="measure">Measures repeats at once; null where the run was cancelled.</param>
internal sealed class BudgetedRounds(
    RunOptions options, Duration budget, Func<IReadOnlyList<PlannedRepeat>, IReadOnlyList<ResultRow>?> measure)
{
    /// <summary>
    /// After so many repeats of the cells under comparison the figures are looked at. The looks are planned, so that they can share the error rate.
    /// </summary>
    public static readonly IReadOnlyList<int> Looks = [3, 5, 8, 13, 21];

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly Random _order = RunSeed.OrderOf(options.Seed);
    private readonly Dictionary<string, int> _place = options.Matrix.Cells.Select((c, i) => (c.Cell.Id, i)).ToDictionary(p => p.Id, p => p.i);
    private OpenComparisons? _open;
    private double _planned;
    private double _lookedAt;

    /// <summary>That two rounds fit in.</summary>
    /// <returns>Null for none.</returns>
    /// <exception cref="UsageException">They do not.</exception>
    public static Duration? Require(Duration? budget, RunPlan plan)
    {
        if (budget is not { } given || given == Duration.Zero)
        {
            return null;
        }

        double two = plan.Repeats.Where(r => r.Repeat <= 2).Sum(r => RunPlan.EstimateOf(r.Cell).Seconds);
        return given.Seconds >= two
            ? given
            : throw new UsageException(
                $"budget: {given} does not hold two rounds of this matrix, which take about {RunClock.Format(TimeSpan.FromSeconds(two))}; "
                + "use more, a --filter, or --budget none");
    }

    /// <returns>What is left open; null where the run was cancelled.</returns>
    public OpenComparisons? Run()
    {
        foreach (IReadOnlyList<PlannedRepeat> round in options.Plan.Rounds.Where(r => r.Count > 0))
        {
            if (!TryRound([.. round.Where(IsWanted)]))
            {
                return null;
            }

            LookAfter(round.Max(r => r.Repeat));
        }

        // Rounds beyond the matrix's, of what is open.
        OpenComparisons open = _open ?? Look();
        int last = Tables.Results.Stream(options.Folder).Where(r => open.Cells.Contains(r.CellId)).Select(r => r.Repeat).DefaultIfEmpty(0).Max();
        while (last < Looks[^1] && open.Cells.Count > 0)
        {
            last++;
            PlannedRepeat[] round = [.. options.Matrix.Cells.Where(c => open.Cells.Contains(c.Cell.Id)).Select(c => new PlannedRepeat(c.Cell, last))];
            _order.Shuffle(round);
            double before = _planned;
            if (!TryRound(round))
            {
                return null;
            }

            if (_planned == before)
            {
                break;
            }

            LookAfter(last);
            open = _open ?? open;
        }

        return Look();
    }

    private void LookAfter(int repeat)
    {
        if (Looks.Contains(repeat))
        {
            Look();
        }
    }

    /// <summary>What is open now. Reading a run takes seconds: it is done once for what was measured.</summary>
    private OpenComparisons Look()
    {
        if (_open is null || _lookedAt < _planned)
        {
            _open = Report.Open(options.Folder, options.Margin);
            _lookedAt = _planned;
        }

        return _open;
    }

    /// <summary>Before the first look everything is; then what is not compared, and what is open.</summary>
    private bool IsWanted(PlannedRepeat planned) => _open is null || !_open.Contested.Contains(planned.Cell.Id) || _open.Cells.Contains(planned.Cell.Id);

    /// <returns>False where the run was cancelled.</returns>
    private bool TryRound(IReadOnlyList<PlannedRepeat> round)
    {
        double scale = _planned > 0 ? _clock.Elapsed.TotalSeconds / _planned : 1;
        PlannedRepeat[] kept = [.. WhatFits(round, (budget.Seconds - _clock.Elapsed.TotalSeconds) / scale)];
        double estimate = EstimateOf(kept);
        foreach (IReadOnlyList<PlannedRepeat> group in SideBySide.Groups(kept, options.Isolate))
        {
            if (measure(group) is null)
            {
                return false;
            }
        }

        _planned += estimate;
        return true;
    }

    /// <summary>
    /// The round, or as much of it as the time allows, by whole comparisons: cells under equal conditions come together or not at all, those that stand
    /// first in the matrix before others. Half a comparison compares nothing; a round of which nothing is begun may leave a whole run below the three
    /// repeats that a ranking takes.
    /// </summary>
    /// <param name="round">In the order in which it is measured, which is kept.</param>
    /// <param name="seconds">By estimate.</param>
    private IEnumerable<PlannedRepeat> WhatFits(IReadOnlyList<PlannedRepeat> round, double seconds)
    {
        if (EstimateOf(round) <= seconds)
        {
            return round;
        }

        HashSet<PlannedRepeat> fits = [];
        foreach (IEnumerable<PlannedRepeat> together in round.OrderBy(r => _place[r.Cell.Id])
            .GroupBy(r => new Conditions(r.Cell, options.Isolate ? Isolation.Netns : Isolation.None)))
        {
            double estimate = EstimateOf(together);
            if (estimate <= seconds)
            {
                seconds -= estimate;
                fits.UnionWith(together);
            }
        }

        return round.Where(fits.Contains);
    }

    private static double EstimateOf(IEnumerable<PlannedRepeat> repeats) => repeats.Sum(r => RunPlan.EstimateOf(r.Cell).Seconds);
}
