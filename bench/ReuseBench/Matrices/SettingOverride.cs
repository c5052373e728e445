using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Csv;

namespace ReuseBench.Bench.Matrices;

/// <summary>
/// <c>--set key=value</c> (<c>key=a|b</c> for several): stands for what a matrix says of that setting, in its defaults and in every group.
/// </summary>
/// <param name="Setting">Of a cell.</param>
/// <param name="Values">At least one, as in a matrix.</param>
internal sealed record SettingOverride(Setting Setting, IReadOnlyList<string> Values)
{
    /// <summary>As it was given.</summary>
    public string Text => $"{Setting.Key}={string.Join('|', Values)}";

    /// <param name="texts">Each <c>key=value</c>; none overrides nothing.</param>
    /// <exception cref="UsageException">One is no <c>key=value</c>, its key is none of a cell or given twice, or a value is none of its key's.</exception>
    public static IReadOnlyList<SettingOverride> Parse(IReadOnlyList<string> texts)
    {
        SettingOverride[] all = [.. texts.Select(Parse)];
        return all.GroupBy(o => o.Setting.Key).FirstOrDefault(g => g.Skip(1).Any()) is { } twice
            ? throw new UsageException(
                $"set: {twice.Key} is given twice; name several values as {twice.Key}={string.Join('|', twice.SelectMany(o => o.Values))}")
            : all;
    }

    /// <summary>Cells that no file describes, with these settings.</summary>
    /// <exception cref="UsageException">One has no effect in any of them, or makes a cell that nobody can measure.</exception>
    public static IReadOnlyList<MatrixCell> Apply(IReadOnlyList<SettingOverride> overrides, IReadOnlyList<MatrixCell> cells)
    {
        foreach (SettingOverride given in overrides)
        {
            if (cells.All(c => CellRules.WhyNoEffect(given.Setting, c.Cell) is not null))
            {
                throw given.HasNoEffect(cells[0].Cell);
            }

            cells =
            [
                .. cells.SelectMany(c => given.Values.Select(value => c with { Cell = given.Measurable(given.Taken(c.Cell, value)) }))
                    .DistinctBy(c => c.Cell.Id),
            ];
        }

        return cells;
    }

    /// <summary>Whether another setting gives way to it: the same one, or the one that takes a proportion in its place.</summary>
    public bool Replaces(Setting other) =>
        other == Setting || Setting.Relative?.Key == other.Key || other.Relative?.Key == Setting.Key;

    public UsageException HasNoEffect(Cell cell) => new(
        $"set: {Text}: has no effect in any cell, since {CellRules.WhyNoEffect(Setting, cell) ?? $"the cells have {Setting.Get(cell) ?? "none"}"}; "
        + "leave it out");

    /// <summary>The setting as a matrix would have it, or the reason why it would not.</summary>
    private Cell Taken(Cell cell, string value) => Problem(() => Setting.Set(cell, value));

    private Cell Measurable(Cell cell) => Problem(() =>
    {
        Cell settled = CellRules.Settle(cell);
        CellRules.Require(settled);
        return settled;
    });

    private T Problem<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is UsageException or FormatException or OverflowException)
        {
            throw new UsageException($"set: {Text}: {e.Message}");
        }
    }

    private static SettingOverride Parse(string text)
    {
        string[] sides = text.Split('=', 2, StringSplitOptions.TrimEntries);
        if (sides.Length < 2 || sides[0].Length == 0 || sides[1].Length == 0)
        {
            throw new UsageException($"set: '{TextFromOutside.Clip(text)}' is no setting with a value; write KEY=VALUE, such as workers=4 or workers='2|4'");
        }

        if (MatrixReader.TopKeys.Contains(sides[0]))
        {
            throw new UsageException($"set: {sides[0]} is of the whole matrix and no setting of a cell; use its option, see --help, or a matrix file");
        }

        try
        {
            Setting setting = MatrixKeys.Require(sides[0]);
            string[] values = sides[1].Split('|', StringSplitOptions.TrimEntries);
            foreach (string value in values)
            {
                MatrixReader.RequireValue(setting, value);
            }

            return new SettingOverride(setting, values);
        }
        catch (Exception e) when (e is UsageException or FormatException or OverflowException)
        {
            throw new UsageException($"set: {e.Message}");
        }
    }
}
