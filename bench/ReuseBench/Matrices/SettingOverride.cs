using ReuseBench.Bench.Experiments;
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
    /// <exception cref="UsageException">
    /// One is no <c>key=value</c>; its key is none of a cell, given twice, or beside one that it stands for; or a value is none of its key's.
    /// </exception>
    public static IReadOnlyList<SettingOverride> Parse(IReadOnlyList<string> texts)
    {
        SettingOverride[] all = [.. texts.Select(Parse)];
        if (all.GroupBy(o => o.Setting.Key).FirstOrDefault(g => g.Skip(1).Any()) is { } twice)
        {
            throw new UsageException(
                $"set: {twice.Key} is given twice; name several values as {twice.Key}={string.Join('|', twice.SelectMany(o => o.Values))}");
        }

        return all.FirstOrDefault(o => all.Any(other => other.Setting.Key == o.Setting.Relative?.Key)) is { Setting: var setting }
            ? throw new UsageException($"set: {setting.Key} and {setting.Relative!.Key} stand for each other; give one of them")
            : all;
    }

    /// <summary>A matrix that no file describes, with these settings in place of its own. What does not exist then is left out, and said to be.</summary>
    /// <exception cref="UsageException">One has no effect in any cell, nothing is left, or a cell is left that nobody can measure.</exception>
    public static Matrix Apply(IReadOnlyList<SettingOverride> overrides, Matrix matrix)
    {
        if (overrides.Count == 0)
        {
            return matrix;
        }

        string all = string.Join(", ", overrides.Select(o => o.Text));
        MatrixCell[] given = [.. matrix.Cells];
        foreach (SettingOverride one in overrides)
        {
            one.RequireNamed();
            if ((long)given.Length * one.Values.Count > MatrixReader.MaxCells)
            {
                throw new UsageException($"set: {all}: more than {MatrixReader.MaxCells} cells; name fewer values");
            }

            given = [.. given.SelectMany(c => one.Values.Select(value => c with { Cell = one.Taken(c.Cell, value) }))];
        }

        if (overrides.FirstOrDefault(o => given.All(c => CellRules.WhyNoEffect(o.Setting, c.Cell) is not null)) is { } idle)
        {
            throw idle.HasNoEffect(given[0].Cell);
        }

        (MatrixCell Cell, string? WhyNone)[] settled =
        [
            .. given.Select(c => c with { Cell = Problem(all, () => CellRules.Settle(c.Cell)) }).DistinctBy(c => c.Cell.Id)
                .Select(c => (c, ExperimentRegistry.Find(c.Cell)?.WhyLeftOut(c.Cell))),
        ];
        MatrixCell[] kept = [.. settled.Where(c => c.WhyNone is null).Select(c => c.Cell)];
        string[] leftOut = [.. matrix.LeftOut.Concat(settled.Select(c => c.WhyNone).OfType<string>()).Distinct()];
        if (kept.Length == 0)
        {
            throw new UsageException($"set: {all}: leaves no cell that exists. {leftOut[^1].TrimEnd('.')}");
        }

        foreach (MatrixCell cell in kept)
        {
            Problem(all, () =>
            {
                CellRules.Require(cell.Cell);
                return cell.Cell;
            });
        }

        return matrix with { Cells = kept, LeftOut = leftOut };
    }

    /// <summary>Whether another setting gives way to it: the same one, or the one that takes a proportion in its place.</summary>
    public bool Replaces(Setting other) =>
        other == Setting || Setting.Relative?.Key == other.Key || other.Relative?.Key == Setting.Key;

    public UsageException HasNoEffect(Cell cell) => new(
        $"set: {Text}: has no effect in any cell, since {CellRules.WhyNoEffect(Setting, cell) ?? $"the cells have {Setting.Get(cell) ?? "none"}"}; "
        + "leave it out");

    /// <exception cref="UsageException">A value is only known to a matrix file, which is expanded for the host and measures capacities.</exception>
    private void RequireNamed()
    {
        if (Values.FirstOrDefault(v => v == MatrixReader.Auto || MatrixReader.IsRelative(Setting, v)) is { } value)
        {
            throw new UsageException($"set: {Text}: '{value}' is for the cells of a matrix file; name a number for those of this command");
        }
    }

    /// <summary>The setting as a matrix would have it, or the reason why it would not.</summary>
    private Cell Taken(Cell cell, string value) => Problem(Text, () => Setting.Set(cell, value));

    private static Cell Problem(string given, Func<Cell> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is UsageException or FormatException or OverflowException)
        {
            throw new UsageException($"set: {given}: {e.Message}");
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
