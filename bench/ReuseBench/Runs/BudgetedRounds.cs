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
/// time is spent. Cells that are clearly out get no more repeats; repeats that the host spoilt are made up for. What is not compared has the repeats of the
/// matrix.
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

        // Rounds beyond the matrix's, of what is open; beyond the last look, of what has too few valid repeats to be in any comparison yet.
        OpenComparisons open = _open ?? Look();
        int last = Tables.Results.Stream(options.Folder).Where(r => open.Cells.Contains(r.CellId)).Select(r => r.Repeat).DefaultIfEmpty(0).Max();
        while (WantedIn(last + 1, open) is { Count: > 0 } wanted)
        {
            last++;
            PlannedRepeat[] round = [.. options.Matrix.Cells.Where(c => wanted.Contains(c.Cell.Id)).Select(c => new PlannedRepeat(c.Cell, last))];
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
            open = last > Looks[^1] ? Look() : _open ?? open;
        }

        return Look();
    }

    /// <summary>Ids of the cells of a round beyond the matrix's.</summary>
    private static IReadOnlySet<string> WantedIn(int repeat, OpenComparisons open) => repeat <= Looks[^1] ? open.Cells : open.Spoilt;

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

    /// <summary>
    /// A round that would end beyond the budget is not begun whole: half a round compares nothing. What is left of the budget goes to those of its comparisons
    /// that it holds with all of their open cells.
    /// </summary>
    /// <returns>False where the run was cancelled.</returns>
    private bool TryRound(IReadOnlyList<PlannedRepeat> round)
    {
        double scale = _planned > 0 ? _clock.Elapsed.TotalSeconds / _planned : 1;
        IReadOnlyList<PlannedRepeat> held = Held(round, Together(round), (budget.Seconds - _clock.Elapsed.TotalSeconds) / scale);
        foreach (IReadOnlyList<PlannedRepeat> group in SideBySide.Groups(held, options.Isolate))
        {
            if (measure(group) is null)
            {
                return false;
            }
        }

        _planned += EstimateOf(held);
        return true;
    }

    /// <summary>The round where there is time for it; otherwise what there is time for, contest by contest.</summary>
    /// <param name="round">In its order.</param>
    /// <param name="contests">Ids of cells that are measured together or not at all.</param>
    /// <param name="seconds">By the estimates of the cells.</param>
    internal static IReadOnlyList<PlannedRepeat> Held(IReadOnlyList<PlannedRepeat> round, IReadOnlyList<IReadOnlySet<string>> contests, double seconds)
    {
        if (EstimateOf(round) <= seconds)
        {
            return round;
        }

        HashSet<string> chosen = [];
        foreach (IReadOnlySet<string> contest in contests)
        {
            HashSet<string> more = [.. chosen, .. contest];
            if (EstimateOf(round.Where(r => more.Contains(r.Cell.Id))) <= seconds)
            {
                chosen = more;
            }
        }

        return [.. round.Where(r => chosen.Contains(r.Cell.Id))];
    }

    /// <summary>The contests that are open; then, or before anything is ranked, what else the round holds, by its conditions.</summary>
    private IReadOnlyList<IReadOnlySet<string>> Together(IReadOnlyList<PlannedRepeat> round)
    {
        IReadOnlyList<IReadOnlySet<string>> contests = _open?.Contests ?? [];
        return
        [
            .. contests,
            .. ByConditions(
                round.Where(r => !contests.Any(c => c.Contains(r.Cell.Id))).OrderBy(r => _place[r.Cell.Id]),
                options.Isolate ? Isolation.Netns : Isolation.None),
        ];
    }

    /// <summary>Cells under equal conditions are what a report compares.</summary>
    /// <param name="repeats">The conditions of the first come first.</param>
    /// <param name="isolation">Of all of them.</param>
    internal static IReadOnlyList<IReadOnlySet<string>> ByConditions(IEnumerable<PlannedRepeat> repeats, Isolation isolation) =>
        [.. repeats.GroupBy(r => new Conditions(r.Cell, isolation)).Select(g => g.Select(r => r.Cell.Id).ToHashSet())];

    private static double EstimateOf(IEnumerable<PlannedRepeat> repeats) => repeats.Sum(r => RunPlan.EstimateOf(r.Cell).Seconds);
}
