using System.Diagnostics;
using ReuseBench.Bench.Experiments.Measuring;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Core.Verdicts;

namespace ReuseBench.Bench.Tuning;

/// <summary>
/// Answers a <see cref="TuneRequest"/> by repeats of its cells. At saturation the figure of a count is its throughput; at a rate its p99; with an
/// objective the highest rate that holds it, or, at a rate, whether it is held.
/// </summary>
internal sealed class Tuner
{
    /// <summary>Halvings of the rates between which the highest that holds lies: from a tenth of the capacity to all of it in steps of 7 %.</summary>
    private const int Halvings = 5;

    private const double LeastShare = 0.1;

    /// <summary>Figures of a count that holds its objectives and of one that does not: far beyond any margin.</summary>
    private const double Holds = 1;

    private const double Fails = 0.1;

    private readonly TuneRequest _request;
    private readonly Func<PlannedRepeat, ResultRow> _measure;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly List<double> _took = [];
    private readonly Dictionary<int, double> _capacities = [];
    private readonly SortedDictionary<string, int> _reasons = new(StringComparer.Ordinal);
    private int _notAtLimit;
    private bool _anyHeld;

    private Tuner(TuneRequest request, Func<PlannedRepeat, ResultRow> measure)
    {
        _request = request;
        _measure = measure;
    }

    /// <param name="request">The question.</param>
    /// <param name="seed">Of the order.</param>
    /// <param name="measure">Measures one repeat; a round's cells have its number.</param>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static TuneResult Answer(TuneRequest request, ulong seed, Func<PlannedRepeat, ResultRow> measure)
    {
        Tuner tuner = new(request, measure);
        SearchPlan plan = new()
        {
            Counts = request.Counts,
            HigherIsBetter = request.IsHigherBetter,
            Margin = request.Margin,
            Seed = seed,
            HasTime = tuner.HasTime,
        };
        WorkerAnswer answer = new WorkerSearch(plan, tuner.FigureOf).Run();
        if (request.Objectives.Count > 0 && !tuner._anyHeld && answer.Workers is not null)
        {
            // All counts are alike then, and none is good.
            string objectives = string.Join(" and ", request.Objectives.Select(o => o.Text));
            answer = answer with { Workers = null, IsProven = false, Problem = $"no repeat held {objectives}" };
        }

        return new TuneResult(request, answer, tuner._reasons, tuner._clock.Elapsed.TotalSeconds, tuner._took.Count, tuner._notAtLimit);
    }

    /// <summary>A round takes as long as the counts of the last ones did; what would end beyond the budget is not begun.</summary>
    private bool HasTime() => _clock.Elapsed.TotalSeconds + _took.TakeLast(_request.Counts.Count).Sum() < _request.Budget.Seconds;

    private double? FigureOf(int workers, int round) => (_request.Rate, _request.Objectives.Count) switch
    {
        (null, 0) => Valid(Repeat(_request.Closed(workers), round))?.ThroughputRps,
        (null, _) => HighestRate(workers, round),
        (double rate, 0) => Valid(Repeat(_request.Open(workers, rate), round))?.LatencyP99Us,
        (double rate, _) => Held(Repeat(_request.Open(workers, rate), round)) switch { true => Holds, false => Fails, null => null },
    };

    private ResultRow Repeat(Cell cell, int round)
    {
        double began = _clock.Elapsed.TotalSeconds;
        ResultRow row = _measure(new PlannedRepeat(cell, round));
        _took.Add(_clock.Elapsed.TotalSeconds - began);
        return row;
    }

    /// <summary>The highest rate at which all objectives are held, between bounds that follow from the count's own capacity.</summary>
    private double? HighestRate(int workers, int round)
    {
        if (!_capacities.TryGetValue(workers, out double capacity))
        {
            // What a saturated server answers is a bound, whatever the verdict.
            if (Repeat(_request.Closed(workers), round) is not { Failure: null, ThroughputRps: > 0 and double rps })
            {
                return null;
            }

            _capacities[workers] = capacity = rps;
        }

        (double low, double high) = (capacity * LeastShare, capacity);
        double? held = null;
        for (int i = 0; i < Halvings; i++)
        {
            // Each rate once in a round.
            double middle = Math.Round(Math.Sqrt(low * high));
            if (middle <= low || middle >= high)
            {
                break;
            }

            switch (Held(Repeat(_request.Open(workers, middle), round)))
            {
                case true:
                    held = low = middle;
                    break;
                case false:
                    high = middle;
                    break;
                default:
                    return null;
            }
        }

        return held ?? low;
    }

    /// <summary>Null where the repeat cannot tell. A rate that the server does not carry is one that it does not hold.</summary>
    private bool? Held(ResultRow row)
    {
        if (row.Verdict.Reasons.Contains(VerdictRules.RateNotReached))
        {
            return false;
        }

        if (Valid(row) is null)
        {
            return null;
        }

        bool?[] held = [.. _request.Objectives.Select(o => o.IsHeld(row))];
        bool? all = held.Contains(false) ? false : held.Contains(null) ? null : true;
        _anyHeld |= all == true;
        return all;
    }

    private ResultRow? Valid(ResultRow row)
    {
        _notAtLimit += row.Verdict.Reasons.Contains(VerdictRules.ServerNotAtLimit) ? 1 : 0;
        if (row is { Failure: null, Grade: not Grade.Invalid })
        {
            return row;
        }

        IEnumerable<string> codes = row.Failure is { } failure ? [failure] : row.Verdict.Reasons.Where(r => r.Grade == Grade.Invalid).Select(r => r.Code);
        foreach (string code in codes)
        {
            _reasons[code] = _reasons.GetValueOrDefault(code) + 1;
        }

        return null;
    }
}
