using ReuseBench.Core;
using ReuseBench.Core.Cells;

namespace ReuseBench.Bench.Matrices;

/// <summary>
/// <c>--filter</c>: terms separated by commas that must all hold. <c>key=value</c> compares a setting (<c>key=a|b</c> with any of
/// several, <c>key!=value</c> with none), a bare word must occur in the cell's id.
/// </summary>
internal sealed class CellFilter
{
    private readonly IReadOnlyList<Func<Cell, bool>> _terms;

    private CellFilter(IReadOnlyList<Func<Cell, bool>> terms) => _terms = terms;

    public bool Matches(Cell cell) => _terms.All(term => term(cell));

    /// <param name="texts">Each with terms; none keeps every cell.</param>
    /// <exception cref="UsageException">A term is empty, a key is none of a cell's, or a value none of its key's.</exception>
    public static CellFilter Parse(params IReadOnlyList<string> texts) =>
        new([.. texts.SelectMany(t => t.Split(',', StringSplitOptions.TrimEntries)).Select(Term)]);

    private static Func<Cell, bool> Term(string text)
    {
        if (text.Length == 0)
        {
            throw new UsageException("filter: an empty term keeps every cell; leave out --filter, or write terms such as variant=shared,workers=4");
        }

        bool negated = text.Contains("!=", StringComparison.Ordinal);
        string[] sides = text.Split(negated ? "!=" : "=", 2, StringSplitOptions.TrimEntries);
        if (sides.Length == 1)
        {
            return cell => cell.Id.Contains(text, StringComparison.Ordinal);
        }

        Setting setting = OfFilter(() => MatrixKeys.Require(sides[0]));
        string[] values = [.. sides[1].Split('|', StringSplitOptions.TrimEntries).Select(value => Spelled(setting, value))];
        return cell => values.Contains(setting.Get(cell) ?? "") != negated;
    }

    /// <summary>As cells spell it: <c>0.02ms</c> is <c>20us</c>. Nothing stands for a setting that is not set.</summary>
    private static string Spelled(Setting setting, string value) =>
        value.Length == 0 ? "" : OfFilter(() => setting.Get(setting.Set(Cell.Blank, value)) ?? "");

    private static T OfFilter<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (UsageException e)
        {
            throw new UsageException($"filter: {e.Message}");
        }
    }
}
