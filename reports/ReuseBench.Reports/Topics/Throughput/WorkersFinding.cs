using System.Globalization;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Statistics.Blocks;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Data;
using ReuseBench.Reports.Findings;
using ReuseBench.Reports.Wording;

namespace ReuseBench.Reports.Topics.Throughput;

/// <summary>
/// How many workers are enough: the smallest number that is shown to be as good as the best to within a margin. An equivalence, so it needs the interval of
/// the ratio to lie within the margin; that no difference was found is no reason.
/// </summary>
public sealed record WorkersFinding : Finding
{
    /// <summary>In words.</summary>
    public required string Text { get; init; }

    /// <summary>For the first screen; null where nothing could be ranked, which the ranking says itself.</summary>
    public Headline? Headline { get; private init; }

    /// <param name="topic">That finds it.</param>
    /// <param name="contest">Throughputs under equal conditions.</param>
    /// <param name="run">That ranked them.</param>
    internal static WorkersFinding Of(string topic, Contest contest, RunAnalysis run)
    {
        Conditions conditions = contest.Estimates[0].Cell.Conditions;
        Ranking over = run.Rankings[contest].Over;
        string where = Words.Sentence(conditions.Label);
        string margin = (100 * run.Margin).ToString("0.##", CultureInfo.InvariantCulture);
        Ranked[] fit = [.. over.Cells.Where(c => c.ToBest is not null && WhyUnfit(c.Estimate.Cell) is null)];
        string? whyNot = WhyNone(over, fit);
        Ranking? among = whyNot is null ? over.Among([.. fit.Select(c => c.Estimate)]) : null;
        Ranked? enough = among is null ? null : Enough(among, run.Margin);
        string[] byVariant = whyNot is null ? [.. ByVariant(over, fit, run.Margin)] : [];
        return new WorkersFinding
        {
            Topic = topic,
            Kind = "workers",
            Conditions = conditions.Label,
            Metric = contest.Metric,
            Claim = enough is null ? "no_advice" : "as_good_as_the_best",
            Estimates = enough is null ? [] : [RankingFinding.Said(enough)],
            Headline = enough is not null ? HeadlineOf(enough, among!, where, margin, NotConsidered(over, fit))
                : whyNot is null ? new Headline(HeadlineKind.Workers, $"No number of workers is shown to be within {margin} % of the best. {where}.")
                {
                    IsResult = false,
                    Next = "To decide how many workers are enough, run \"reusebench tune\" or take more repeats (--repeats).",
                }
                : TooFewCores(over, where),
            Text = whyNot is not null ? $"{where}: no advice on workers: {whyNot}."
                : (enough is null ? $"{where}: no advice on workers: no cell is shown to be within {margin} % of the best; more repeats narrow the intervals."
                : $"{where}: {Enough(enough.Estimate.Cell.Workers)}: {enough.Estimate.Cell.Label} has "
                    + $"{RankingWords.Ratio(enough.ToBest!.Ratio)} × the best (95 % at least {RankingWords.Ratio(enough.ToBest.Low)}; margin {margin} %).")
                + (byVariant.Length == 0 ? "" : $" By variant, against its own best: {string.Join("; ", byVariant)}.")
                + NotConsidered(over, fit),
        };
    }

    /// <summary>Several numbers were measured, and all but one are more than the server has cores: a reader looks for the answer, and there is none.</summary>
    /// <returns>Null where that is not the reason.</returns>
    private static Headline? TooFewCores(Ranking over, string where)
    {
        int[] beyond = [.. over.Cells.Where(c => c.Standing == Standing.BeyondCores).Select(c => c.Estimate.Cell.Workers).Distinct().Order()];
        bool hasOther = over.Cells.Where(c => c.Standing != Standing.BeyondCores && c.Estimate.Value is not null)
            .Select(c => c.Estimate.Cell.Workers).Distinct().Take(2).Count() == 2;
        return beyond.Length == 0 || hasOther ? null
            : new Headline(
                HeadlineKind.Workers,
                $"How many workers are enough cannot be said: {string.Join(" and ", beyond)} workers are more than the server has cores. {where}.")
            {
                IsResult = false,
                Next = "To see how many workers are enough, give the server more cores (--server-cpus), or use a host that has them.",
            };
    }

    /// <summary>How far from the best it may be at most, rounded up to a whole percent.</summary>
    private static Headline HeadlineOf(Ranked enough, Ranking among, string where, string margin, string notConsidered)
    {
        int[] all = [.. among.Cells.Select(c => c.Estimate.Cell.Workers).Distinct().Order()];
        string sizes = string.Join(", ", all);
        (string label, RatioToBest best) = (enough.Estimate.Cell.Label, enough.ToBest!);
        string within = Math.Max(1, Math.Ceiling(Math.Round(100 * (1 - best.Low), 6))).ToString(CultureInfo.InvariantCulture);
        bool isBest = enough.Standing == Standing.Leader;

        // The best in words only where every other cell is shown to be behind; else it is the one with the highest figure.
        string ofAll = among.Cells.All(c => c.Standing is Standing.Leader or Standing.Behind) ? $"the best of {sizes} workers"
            : $"the highest measured of {sizes} workers"
                + (all[0] < enough.Estimate.Cell.Workers ? $"; fewer are not shown to be within {margin} % of it" : "");
        return new Headline(
            HeadlineKind.Workers,
            (isBest ? $"No fewer than {Words.Count(enough.Estimate.Cell.Workers, "worker")} are shown to be as good as the best: {label}, of {sizes} "
                    + $"workers. {where}."
                : $"{Words.Sentence(Enough(enough.Estimate.Cell.Workers))}: {label} has {RankingWords.Ratio(best.Ratio)} × the best throughput (95 % ≥ "
                    + $"{RankingWords.Ratio(best.Low)}). {where}.") + notConsidered)
        {
            Next = isBest ? $"Use {label}: {ofAll} ({Lower(where)})." : $"Use {label}: within {within} % of the best ({Lower(where)}).",
        };
    }

    private static string Lower(string sentence) => char.ToLowerInvariant(sentence[0]) + sentence[1..];

    private static string Enough(int workers) => $"{Words.Count(workers, "worker")} {(workers == 1 ? "is" : "are")} enough";

    /// <summary>The cell with the fewest workers whose ratio to the best is shown to be above 1 − margin; of several the better one.</summary>
    private static Ranked? Enough(Ranking ranking, double margin) =>
        ranking.Cells.Where(c => c.ToBest is { } to && to.Low > 1 - margin).OrderBy(c => c.Estimate.Cell.Workers).ThenByDescending(c => c.ToBest!.Ratio)
            .FirstOrDefault();

    /// <summary>Numbers of workers that have no cell in the comparison: they may be better, and the advice does not know.</summary>
    private static string NotConsidered(Ranking over, Ranked[] fit)
    {
        string[] left =
        [
            .. from size in over.Cells.GroupBy(c => c.Estimate.Cell.Workers)
               where fit.All(c => c.Estimate.Cell.Workers != size.Key)
               orderby size.Key
               select $"{size.Key} ({size.Select(c => WhyUnfit(c.Estimate.Cell)).OfType<string>().FirstOrDefault()
                   ?? (size.Any(c => c.Standing == Standing.BeyondCores) ? "more than cores" : "not ranked")})",
        ];
        return left.Length == 0 ? "" : $" Not considered, and perhaps better: {string.Join(", ", left)}.";
    }

    private static IEnumerable<string> ByVariant(Ranking over, Ranked[] fit, double margin) =>
        from variant in fit.GroupBy(c => c.Estimate.Cell.Series)
        where variant.Select(c => c.Estimate.Cell.Workers).Distinct().Skip(1).Any()
        orderby variant.Key
        select $"{variant.Key.Label} "
            + (Enough(over.Among([.. variant.Select(c => c.Estimate)]), margin) is { } cell ? $"{cell.Estimate.Cell.Workers}" : "not shown");

    private static string? WhyNone(Ranking over, Ranked[] fit)
    {
        if (over.IsUndecidable)
        {
            return RankingWords.Undecidable(over);
        }

        if (over.Cells.Select(c => c.Estimate.Cell.Workers).Distinct().Take(2).Count() < 2)
        {
            return "one number of workers was measured";
        }

        if (fit.Select(c => c.Estimate.Cell.Workers).Distinct().Take(2).Count() >= 2)
        {
            return null;
        }

        if (over.Cells.All(c => c.Estimate.Value is null))
        {
            return "no cell has a valid figure";
        }

        IEnumerable<string> reasons = over.Cells.Where(c => c.Estimate.Value is not null)
            .Select(c => WhyUnfit(c.Estimate.Cell) ?? (c.Standing == Standing.BeyondCores ? "more workers than cores" : c.ToBest is null ? "not ranked" : null))
            .OfType<string>().CountBy(r => r).Select(r => $"{r.Key} ({r.Value} of {over.Cells.Count} cells)").Order(StringComparer.Ordinal);
        return $"fewer than two numbers of workers can be compared: {string.Join(", ", reasons)}";
    }

    /// <summary>Why the figure is not what so many workers can carry; null where it is.</summary>
    private static string? WhyUnfit(MeasuredCell cell)
    {
        MeasuredRepeat[] valid = [.. cell.Valid(Figures.Throughput)];
        int below = valid.Count(r => r.Verdict.Reasons.Any(x => x.Code == VerdictRules.ServerNotAtLimit.Code || x.Code == VerdictRules.Placement.Code));
        return 2 * below > valid.Length ? "the server was not at its limit"
            : cell.Cell.Connections < LoadSettings.EnoughForEachWorker * cell.Workers
                ? $"fewer than {LoadSettings.EnoughForEachWorker} connections for each worker"
            : null;
    }
}
