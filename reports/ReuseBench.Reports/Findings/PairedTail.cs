using ReuseBench.Core.Statistics.Chance;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Tables;

namespace ReuseBench.Reports.Findings;

/// <summary>
/// Two cells compared repeat by repeat: in one run all cells have the same seed, and so the same arrivals, in repeats of the same number:
/// the repeats are pairs, and what the arrivals do to both drops out. The sign test: exact, and without a word on how latencies are distributed.
/// </summary>
/// <param name="Slower">Pairs in which the first cell's percentile is higher.</param>
/// <param name="Pairs">Pairs that differ; ties say nothing and are left out.</param>
public sealed record PairedTail(int Slower, int Pairs)
{
    /// <summary>Of all comparisons of a run together.</summary>
    public const double ErrorRate = 0.05;

    /// <summary>How often equal cells come out at least as one-sided as this, 0 to 1: binomial with ½, both sides.</summary>
    public double PValue => Pairs == 0 ? 1 : BinomialBand.PValue(0.5, Pairs, Slower);

    /// <summary>The least p that so many pairs can come to.</summary>
    public double LeastPValue => Pairs == 0 ? 1 : BinomialBand.PValue(0.5, Pairs, 0);

    /// <summary>Whether so many pairs could decide anything at all. A comparison that could not, by the number of its repeats, takes nothing from the others' error rate.</summary>
    public bool CanBeDecided => LeastPValue < ErrorRate;

    /// <summary>Whether the first is slower in more than half of the pairs.</summary>
    public bool IsSlower => 2 * Slower > Pairs;

    /// <param name="one">The cell that is said to be slower or not.</param>
    /// <param name="other">Under the same conditions.</param>
    /// <param name="percentile">0 to 100.</param>
    /// <returns>Null where no repeat is valid and has this percentile on both sides.</returns>
    public static PairedTail? Of(MeasuredCell one, MeasuredCell other, double percentile)
    {
        int[] signs =
        [
            .. from a in one.Repeats
               join b in other.Repeats on (a.Row.Repeat, a.Row.Seed) equals (b.Row.Repeat, b.Row.Seed)
               where a.IsValid(Figures.Latency) && b.IsValid(Figures.Latency)
               let first = a.LatencyUs(percentile)
               let second = b.LatencyUs(percentile)
               where first is not null && second is not null
               select first.Value.CompareTo(second.Value),
        ];
        return signs.Length == 0 ? null : new PairedTail(signs.Count(s => s > 0), signs.Count(s => s != 0));
    }
}
