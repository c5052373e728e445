using ReuseBench.Core;
using ReuseBench.Core.Cells;

namespace ReuseBench.Bench.Matrices;

/// <summary>
/// <c>--filter</c>: terms separated by commas that must all hold. <c>key=value</c> compares a setting (<c>key=a|b</c> with any of
/// several), a bare word must occur in the cell's id.
/// </summary>
internal sealed class CellFilter
{
    private readonly IReadOnlyList<Func<Cell, bool>> _terms;

    private CellFilter(IReadOnlyList<Func<Cell, bool>> terms) => _terms = terms;

    public bool Matches(Cell cell) => _terms.All(term => term(cell));

    /// <exception cref="UsageException">A key is none of a cell's.</exception>
    public static CellFilter Parse(string? text) =>
        new([.. (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Term)]);

    private static Func<Cell, bool> Term(string text)
    {
        string[] sides = text.Split('=', 2);
        if (sides.Length == 1)
        {
            return cell => cell.Id.Contains(text, StringComparison.Ordinal);
        }

        if (!CellSettingsTable.TryFind(sides[0], out Setting<Cell> setting))
        {
            throw new UsageException($"filter: key '{sides[0]}' is unknown; use one of {string.Join(", ", CellSettingsTable.Keys)}");
        }

        string[] values = sides[1].Split('|');
        return cell => values.Contains(setting.Get(cell) ?? "");
    }
}
