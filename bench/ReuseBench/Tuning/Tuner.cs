using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Core.Verdicts;

namespace ReuseBench.Bench.Tuning;

/// <summary>
/// Answers a <see cref="TuneRequest"/> by repeats of its cells. At saturation the figure of a count is its throughput; at a rate its p99; with an
/// objective the highest rate that holds it, or, at a rate, whether it is held.
/// </summary>
/// <param name="request">The question.</param>
/// <param name="counts">Worker counts to begin with, ascending.</param>
/// <param name="seed">Of the order.</param>
/// <param name="hasTime">Whether there is time for more.</param>
/// <param name="repeat">Measures one repeat of a cell; throws where the run was cancelled.</param>
internal sealed class Tuner(TuneRequest request, IReadOnlyList<int> counts, ulong seed, Func<bool> hasTime, Func<Cell, ResultRow> repeat)
{
    /// <summary>Halvings of the rates between which the highest that holds lies: from a tenth of the capacity to all of it in steps of 7 %.</summary>
    private const int Halvings = 5;

    private const double LeastShare = 0.1;

    private readonly Dictionary<int, double> _capacities = [];
    private readonly SortedDictionary<string, int> _reasons = new(StringComparer.Ordinal);

    /// <summary>Of the repeats that were invalid: how often each reason was given, for an answer that could not be had.</summary>
    public IReadOnlyDictionary<string, int> InvalidReasons => _reasons;

    /// <summary>Repeats in which the server's CPUs were not the limit.</summary>
    public int NotAtLimit { get; private set; }

    public WorkerAnswer Run() => new WorkerSearch(
        new SearchPlan
        {
            Counts = counts,
            HigherIsBetter = request.IsHigherBetter,
            Margin = request.Margin,
            Seed = seed,
            HasTime = hasTime,
        },
        (workers, _) => (request.Rate, request.Objectives.Count) switch
        {
            (null, 0) => Valid(repeat(request.Closed(workers)))?.ThroughputRps,
            (null, _) => HighestRate(workers),
            (double rate, 0) => Valid(repeat(request.Open(workers, rate)))?.LatencyP99Us,
            (double rate, _) => Held(repeat(request.Open(workers, rate))) switch { true => Holds, false => Fails, null => null },
        }).Run();

    /// <summary>Figures of a count that holds its objectives and of one that does not: far beyond any margin.</summary>
    private const double Holds = 1;

    private const double Fails = 0.1;

    /// <summary>The highest rate at which all objectives are held, between bounds that follow from the count's own capacity.</summary>
    private double? HighestRate(int workers)
    {
        if (!_capacities.TryGetValue(workers, out double capacity))
        {
            // What a saturated server answers is a bound, whatever the verdict.
            if (repeat(request.Closed(workers)) is not { Failure: null, ThroughputRps: > 0 and double rps })
            {
                return null;
            }

            _capacities[workers] = capacity = rps;
        }

        (double low, double high) = (capacity * LeastShare, capacity);
        double? held = null;
        for (int i = 0; i < Halvings; i++)
        {
            double middle = Math.Sqrt(low * high);
            switch (Held(repeat(request.Open(workers, middle))))
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

        bool?[] held = [.. request.Objectives.Select(o => o.IsHeld(row))];
        return held.Contains(false) ? false : held.Contains(null) ? null : true;
    }

    private ResultRow? Valid(ResultRow row)
    {
        NotAtLimit += row.Verdict.Reasons.Contains(VerdictRules.ServerNotAtLimit) ? 1 : 0;
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
