using System.Globalization;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Core.Statistics.Chance;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Wording;

namespace ReuseBench.Reports.Topics.Fairness;

/// <summary>What the accept-only probes of a run say about the kernel's hash.</summary>
public sealed class HashEvidence
{
    private HashEvidence(IReadOnlyList<ChanceSummary> all)
    {
        Hash = [.. all.Where(s => s.IsHash)];
        OverSeeds = SizesOver(Hash);
        ChanceSummary[] tested = [.. OverSeeds.Where(s => s.Uniformity is not null && s.Pooled.Statistic is not null)];
        Tested = [.. tested.Select(s => (s, HashTrial.Of(s.Uniformity!, s.Pooled, tested.Length)))];
        Again = new TuplesThatCameAgain(Hash);
    }

    /// <summary>One for each cell of the hash that was counted without a server, by group size.</summary>
    public IReadOnlyList<ChanceSummary> Hash { get; }

    /// <summary>Of these the ones with the most repeats, one for each group size: those that p-values are pooled over.</summary>
    public IReadOnlyList<ChanceSummary> OverSeeds { get; }

    /// <summary>The group sizes that can be tested, each with its tests; none without enough seeds and tuples.</summary>
    public IReadOnlyList<(ChanceSummary Summary, HashTrial Trial)> Tested { get; }

    public TuplesThatCameAgain Again { get; }

    public static HashEvidence Of(RunAnalysis run) =>
        new([.. run.Cells.Where(c => c.Is(Experiment.Fairness) && c.IsAcceptOnly).Select(c => new ChanceSummary(c)).OrderBy(s => s.Cell.Workers)]);

    private static IReadOnlyList<ChanceSummary> SizesOver(IReadOnlyList<ChanceSummary> hash)
    {
        if (hash.Count == 0)
        {
            return [];
        }

        // A run that was interrupted may have fewer repeats of one size than of another; half as many still tell the same.
        int most = hash.Max(s => s.Rows.Count);
        IEnumerable<ChanceSummary> alike = hash.GroupBy(s => s.Cell.Conditions).MaxBy(g => g.Max(s => s.Rows.Count))!;
        return [.. alike.Where(s => 2 * s.Rows.Count >= most).DistinctBy(s => s.Cell.Workers)];
    }
}

/// <summary>What may be said of the kernel's hash over many seeds: each group size by two tests, all of them at one error rate.</summary>
public static class HashOverSeeds
{
    /// <summary>One sentence, with both p-values, what they are held against and which side of chance the counts are on.</summary>
    /// <param name="summary">Of a group size.</param>
    /// <param name="trial">Its tests.</param>
    /// <param name="sizes">Group sizes that are tested in the run.</param>
    public static string Say(ChanceSummary summary, HashTrial trial, int sizes)
    {
        string group = $"The kernel's hash over {summary.Cell.Workers} listeners and {trial.Uniformity.Repeats} hash seeds";
        string claim = trial.IsWhatChanceGives ? "consistent with a uniform hash"
            : trial.IsChiSquareOfChance ? "not consistent with a uniform hash, by KS alone"
            : $"{Side(trial)} than a uniform hash, by {(trial.IsUniform ? "χ² alone" : "both tests")}";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{group}: {claim} (KS p = {Words.P(trial.Uniformity.PValue)}, χ² p = {Words.P(trial.Pooled.TwoSidedPValue!.Value)}, α = {Alpha(sizes):0.######}).");
    }

    /// <summary>What each p is held against, and why.</summary>
    public static string Rate(int sizes) => string.Create(
        CultureInfo.InvariantCulture,
        $"each p is held against {Alpha(sizes):0.######}, so that the error rate of all {HashTrial.TestsOfASize * Math.Max(1, sizes)} tests "
            + $"of the run together is {HashTrial.ErrorRate:0.##}");

    /// <summary>What each p is held against.</summary>
    public static double Alpha(int sizes) => HashTrial.ErrorRate / (HashTrial.TestsOfASize * Math.Max(1, sizes));

    private static string Side(HashTrial trial) => trial.IsMoreUneven ? "more uneven" : "more even";
}

/// <summary>Whether a tuple that came again within a repeat met the listener that it had met before, as the hash must have it.</summary>
public sealed class TuplesThatCameAgain
{
    private readonly ResultRow[] _counted;

    /// <param name="summaries">Of the kernel's hash.</param>
    public TuplesThatCameAgain(IReadOnlyList<ChanceSummary> summaries)
    {
        _counted = [.. summaries.SelectMany(s => s.Rows).Select(r => r.Row).Where(r => r is { MovedTuples: not null, DistinctTuples: not null })];
        Again = _counted.Sum(r => r.ConnectionsOpened - r.DistinctTuples!.Value);
        Moved = _counted.Sum(r => r.MovedTuples!.Value);
    }

    /// <summary>Connections whose tuple had come before in the same repeat.</summary>
    public long Again { get; }

    /// <summary>Of these, those that met another listener.</summary>
    public long Moved { get; }

    /// <summary>One sentence after the rule; a contradiction is said as one.</summary>
    public string Sentence => _counted.Length == 0 ? "Whether it did was not counted here."
        : Moved > 0 ? $"Here that is contradicted: {Contradiction}."
        : Again == 0 ? "No tuple came again here, so that this run does not show it."
        : $"So it was here: of {Again} connections whose tuple came again none met another listener (moved_tuples, summed: 0).";

    /// <summary>Null where nothing contradicts the rule.</summary>
    public string? Contradiction => Moved == 0 ? null
        : $"{Moved} of {Again} connections whose tuple came again met another listener than before, so that figures over tuples are not to be "
            + "trusted";
}
