using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Document;
using ReuseBench.Reports.Tables;
using ReuseBench.Reports.Wording;

namespace ReuseBench.Reports.Findings;

/// <summary>The figures behind a ranking: a row for each way of listening, best first, a column for each number of workers.</summary>
internal static class RankingTable
{
    /// <param name="what">What the figures are, such as <c>Throughput</c>.</param>
    /// <param name="estimates">Of one figure under equal conditions; at least one.</param>
    public static Table Of(string what, IReadOnlyCollection<Estimate> estimates)
    {
        Estimate first = estimates.First();
        double largest = estimates.Max(e => Math.Abs(e.Value ?? 0));
        (double factor, string unit) = first.Quantity.ScaleFor(largest);
        int[] sizes = [.. estimates.Select(e => e.Cell.Workers).Distinct().Order()];
        IEnumerable<IGrouping<Series, Estimate>> ways = estimates.GroupBy(e => e.Cell.Series).OrderBy(g => g.Min(Cost)).ThenBy(g => g.Key);
        return new Table(
            $"{what}, {unit}{SpreadWords(estimates)}{LimitedWords(estimates)}. Best first.",
            ["Variant", .. sizes.Select(size => $"{size} worker{(size == 1 ? "" : "s")}")],
            [
                .. ways.Select(way => (IReadOnlyList<string>)
                [
                    way.Key.Label,
                    .. sizes.Select(size => way.Where(e => e.Cell.Workers == size).ToArray() is { Length: > 0 } here ? string.Join("; ", here.Select(e => Text(e, factor))) : "not measured"),
                ]),
            ]);
    }

    private static string Text(Estimate e, double factor)
    {
        if (e is not { Value: double value, Repeats: not null })
        {
            return e.Text;
        }

        string mark = e.Grade == Grade.Limited ? " *" : "";
        return Spread.Of(e.Repeats) is Spread spread
            ? $"{Quantity.Number(value, factor)}{mark} ({Quantity.Number(spread.Low, factor)} to {Quantity.Number(spread.High, factor)})"
            : Quantity.Number(value, factor) + mark;
    }

    private static string SpreadWords(IEnumerable<Estimate> estimates)
    {
        string[] names = [.. estimates.Select(e => e.Repeats is null ? null : Spread.Of(e.Repeats)?.Name).OfType<string>().Distinct().Order(StringComparer.Ordinal)];
        return names.Length == 0 ? "; one repeat each" : $"; in brackets {string.Join(" or ", names)}";
    }

    private static string LimitedWords(IEnumerable<Estimate> estimates) => estimates.Any(e => e.Grade == Grade.Limited) ? "; * limited" : "";

    private static double Cost(Estimate e) => e.Value is not double value ? double.MaxValue : e.Better == Better.Higher ? -value : value;
}
