namespace ReuseBench.Bench.Progress;

/// <summary>The live line of a terminal. What changes has the room it needs; the cell's name gives way, part by part.</summary>
internal static class LiveLine
{
    private const char Cut = '…';

    /// <param name="clock">How far the run is.</param>
    /// <param name="cell">The cell's id: parts joined by dashes, the most telling first.</param>
    /// <param name="repeat">From 1.</param>
    /// <param name="state">What goes on.</param>
    /// <param name="width">Columns there are.</param>
    public static string Of(string clock, string cell, int repeat, string state, int width)
    {
        string line = Line(cell);
        string name = cell;
        while (line.Length > width && name.LastIndexOf('-') is var dash and > 0)
        {
            name = name[..dash];
            line = Line(name + Cut);
        }

        return line.Length <= width ? line : Words(line, width);

        string Line(string shown) => $"{clock} {shown} #{repeat}: {state}";
    }

    /// <summary>As many whole words as fit.</summary>
    private static string Words(string line, int width)
    {
        int end = line.LastIndexOf(' ', Math.Max(0, width - 1));
        return end > 0 ? line[..end] + Cut : line[..Math.Min(line.Length, width)];
    }
}
