using ReuseBench.Core.Cells;
using ReuseBench.Core.Statistics;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Data;
using ReuseBench.Reports.Wording;

namespace ReuseBench.Reports.Topics.Fairness;

/// <summary>
/// What stands beside a busiest-over-mean, so that nobody takes chance for unevenness: what an ideal hash makes of as many choices, what a
/// selector is set to give, or why nothing is expected.
/// </summary>
public sealed class BusiestByChance
{
    /// <summary>The claim that chance alone explains it.</summary>
    public const string WithinChance = "within_chance";

    private readonly MeasuredRepeat[] _rows;
    private readonly double? _set;

    private BusiestByChance(MeasuredCell cell)
    {
        _rows = [.. cell.Repeats.Where(r => r.IsValid(Figures.Fairness) && r.Row.AcceptedMaxOverMean is not null)];
        _set = SetOf(cell);
    }

    public static BusiestByChance Of(MeasuredCell cell) => new(cell);

    /// <summary>
    /// A part of a sentence, such as <c>an ideal hash with as many tuples gives 1.074 (95 % band 1.013 to 1.174); in its own band 3 of 3
    /// repeats</c>.
    /// </summary>
    public string Sentence => _set is double set ? $"its selector is set to give {Quantity.OverMean.Text(set)}"
        : Dealt is { Length: > 0 } dealt ? $"an ideal hash with as many {dealt[0].Chance.ChanceOver} gives {Band(dealt, "95 % band ")}; in its own "
            + $"band {Within(dealt)}"
        : Banded is { Length: > 0 } banded ? $"for comparison only, an ideal hash with as many connections would give "
            + $"{Band(banded, "95 % band ")} ({WhyNone})"
        : $"nothing is expected of it ({WhyNone})";

    /// <summary>What a table that has <see cref="Column"/> says above it.</summary>
    public const string ColumnMeaning = "Ideal hash: mean and, in brackets, 95 % band of max/mean when an ideal hash spreads "
        + "as many, and how many repeats lie in their own band; "
        + "for comparison only where something else than chance spreads them (reason in chance.csv says what), or what the selector is "
        + "set to give.";

    /// <summary>For a column, such as <c>1.074 (1.013 to 1.174); within: 3 of 3 repeats</c>.</summary>
    public string Column => _set is double set ? $"{Quantity.OverMean.Text(set)} as set"
        : Dealt is { Length: > 0 } dealt ? $"{Band(dealt, "")}; within: {Within(dealt)}"
        : Banded is { Length: > 0 } banded ? $"{Band(banded, "")} for comparison only"
        : $"– ({WhyNone})";

    /// <summary>What is to be expected of the busiest over the mean, as set or by chance; null where nothing is.</summary>
    public double? Expected => _set ?? (Dealt is { Length: > 0 } dealt ? Median(dealt, r => r.Chance.ChoicesMaxOverMeanExpected) : null);

    /// <summary>The same behind the figure of a title, such as <c> (chance gives 1.07)</c>; empty where nothing is expected.</summary>
    public string InTitle => Expected is not double expected ? ""
        : $" ({(_set is null ? "chance gives" : "set to give")} {RankingWords.Ratio(expected)})";

    /// <summary>What that makes of it, as in <c>findings.json</c>.</summary>
    public string Claim => _set is not null ? "as_set"
        : Dealt is not { Length: > 0 } dealt ? "nothing_expected"
        : 2 * dealt.Count(r => Seen(r) > r.Chance.ChoicesMaxOverMeanHigh) > dealt.Length ? "more_uneven_than_chance"
        : WithinChance;

    /// <summary>Where the highest of the repeats' bands ends, of chance or of the yardstick; null where no repeat has one.</summary>
    public double? HighestOfBands => Banded.Max(r => r.Chance.ChoicesMaxOverMeanHigh);

    private MeasuredRepeat[] Banded =>
        [.. _rows.Where(r => r.Chance is { ChoicesMaxOverMeanExpected: not null, ChoicesMaxOverMeanLow: not null,
            ChoicesMaxOverMeanHigh: not null })];

    /// <summary>Those with something independent in them, so that chance has dealt the connections.</summary>
    private MeasuredRepeat[] Dealt => [.. Banded.Where(r => r.Chance.ChanceOver is not null)];

    private string WhyNone => _rows.Select(r => r.Chance.Chi2Reason).FirstOrDefault(r => !string.IsNullOrEmpty(r)) ?? "the tables do not say why";

    /// <summary>Each repeat is judged by the band of its own number of choices; one below it is more even than chance mostly is.</summary>
    private string Within(MeasuredRepeat[] banded)
    {
        int below = banded.Count(r => Seen(r) < r.Chance.ChoicesMaxOverMeanLow);
        int above = banded.Count(r => Seen(r) > r.Chance.ChoicesMaxOverMeanHigh);
        string[] others =
        [
            .. below > 0 ? [$"{below} more even"] : Array.Empty<string>(),
            .. above > 0 ? [$"{above} more uneven"] : Array.Empty<string>(),
            .. banded.Length < _rows.Length ? [$"{_rows.Length - banded.Length} without a band: {WhyNone}"] : Array.Empty<string>(),
        ];
        return $"{banded.Length - below - above} of {banded.Length} "
            + $"repeat{(banded.Length == 1 ? "" : "s")}{(others.Length == 0 ? "" : $" ({string.Join(", ", others)})")}";
    }

    private static double Seen(MeasuredRepeat row) => row.Chance.ChoicesMaxOverMean ?? row.Row.AcceptedMaxOverMean!.Value;

    private static string Band(MeasuredRepeat[] banded, string name)
    {
        (string expected, string low, string high) = Quantity.OverMean.Texts(
            Median(banded, r => r.Chance.ChoicesMaxOverMeanExpected), Median(banded, r => r.Chance.ChoicesMaxOverMeanLow),
                Median(banded, r => r.Chance.ChoicesMaxOverMeanHigh));
        return $"{expected} ({name}{low} to {high})";
    }

    private static double Median(MeasuredRepeat[] rows, Func<MeasuredRepeat, double?> of) => Sample.Of(rows.Select(r => of(r)!.Value))!.Median;

    /// <summary>Null where the shares are drawn evenly, or where the receiving CPU or the free worker decides.</summary>
    private static double? SetOf(MeasuredCell cell) =>
        cell.Cell.Server.Variant == Variant.Reuseport
        && cell.Cell.Server.Selector is Selector.EbpfWeight or Selector.EbpfRoundRobin
            ? cell.Workers * SelectorShares.Expected(cell.Cell.Server.Selector, cell.Workers)!.Max()
            : null;
}

/// <summary>
/// Whether a selector that goes by the receiving CPU did: where it works, nearly every connection is received on the CPU of the worker that
/// gets it. A classic BPF result out of range falls back to the hash without a word, and so does SO_INCOMING_CPU that matches no listener.
/// </summary>
public static class CpuSelection
{
    /// <summary>Below this local share (median of the repeats) it was something else that selected.</summary>
    private const double LeastLocal = 0.99;

    /// <returns>One sentence; null where the selector does not go by the CPU, or where it did.</returns>
    public static string? WhyNot(MeasuredCell cell)
    {
        if (cell.Cell.Server.Variant != Variant.Reuseport || !SelectorShares.GoesByCpu(cell.Cell.Server.Selector))
        {
            return null;
        }

        Sample? local = Sample.Of(cell.Valid(Figures.Fairness).Select(r => r.Row.RxCpuMatchShare).OfType<double>());
        return local is null ? $"{cell.Label}: the receiving CPU was not counted, so that it is not known whether it was what was selected "
            + "by; the figures may not be this selector's."
            : local.Median < LeastLocal ? $"{cell.Label}: only {Words.Percent(local.Median)} of the connections were received on the CPU of "
                + $"their worker (median of the repeats; {Words.Percent(LeastLocal)} is the least), so that the receiving CPU is not what was "
            + "selected by: the figures are not this selector's."
            : null;
    }
}
