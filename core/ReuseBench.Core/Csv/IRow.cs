namespace ReuseBench.Core.Csv;

/// <summary>
/// A row of one of a run folder's tables: a record whose public properties with a <see cref="ColumnAttribute"/> are its columns. The file begins with
/// <see cref="Schema.Column"/>, which is the file's and not the row's.
/// </summary>
public interface IRow
{
    string RunId { get; }
}

/// <summary>A row that belongs to one repeat of one cell.</summary>
public interface IRepeatRow : IRow
{
    string CellId { get; }

    int Repeat { get; }
}

/// <summary>The keys of such a row.</summary>
public abstract record RepeatRow : IRepeatRow
{
    [Column("Run that the row belongs to.")]
    public string RunId { get; init; } = "";

    [Column("Cell that the row belongs to.")]
    public string CellId { get; init; } = "";

    [Column("Repeat of the cell, from 1.")]
    public int Repeat { get; init; }
}

/// <summary>The version of a run folder's files; raised when a column changes its name or meaning, or goes.</summary>
public static class Schema
{
    public const int Version = 2;

    /// <summary>The oldest version that can still be read.</summary>
    public const int Oldest = 1;

    /// <summary>The first column of every table.</summary>
    public const string Column = "schema_version";

    /// <exception cref="UsageException">It is none that this program can read.</exception>
    public static void RequireReadable(string version, string where)
    {
        bool isNumber = int.TryParse(version, System.Globalization.CultureInfo.InvariantCulture, out int number);
        if (!isNumber || number < Oldest)
        {
            throw new UsageException($"{where}: {Column} is '{TextFromOutside.Clip(version)}', which is no version of a run; restore the file");
        }

        if (number > Version)
        {
            throw new UsageException(
                $"{where}: {Column} is {number}, and this program reads versions {Oldest} to {Version}; use the reusebench that wrote the run");
        }
    }
}

/// <summary>Text of a file, as a message may show it: short, in one line, nothing that a terminal would obey.</summary>
public static class TextFromOutside
{
    private const int Longest = 60;

    /// <summary>Longer than any message that somebody wrote for a reader.</summary>
    private const int LongestLine = 2000;

    public static string Clip(string text, int longest = Longest)
    {
        string shown = text.Length <= longest ? text : text[..longest] + "…";
        return string.Concat(shown.Select(c => IsObeyed(c) ? '?' : c));
    }

    /// <summary>A message that may hold names of files, of a matrix, of whatever else the program was given, in one line of bounded length.</summary>
    public static string Line(string message) => Clip(message, LongestLine);

    /// <summary>
    /// Control characters, C1 among them, and what turns the direction of the text around it or begins a new line: a name is shown as what it is.
    /// </summary>
    private static bool IsObeyed(char c) => char.IsControl(c)
        || c is '\u061c' or '\u200e' or '\u200f' or '\u2028' or '\u2029' or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069');
}
