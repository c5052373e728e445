namespace ReuseBench.Reports.Wording;

/// <summary>A command line that a reader can copy into a POSIX shell.</summary>
public static class ShellWords
{
    private const string Plain = "-_./:=@%+,";

    /// <summary>One line: each word as it is, or in quotes where the shell would read it otherwise. A control character is shown as <c>?</c>.</summary>
    public static string Join(IEnumerable<string> words) => string.Join(' ', words.Select(Quoted));

    private static string Quoted(string word)
    {
        string shown = string.Concat(word.Select(c => char.IsControl(c) ? '?' : c));
        return shown.Length > 0 && shown.All(c => char.IsAsciiLetterOrDigit(c) || Plain.Contains(c, StringComparison.Ordinal))
            ? shown
            : $"'{shown.Replace("'", "'\\''", StringComparison.Ordinal)}'";
    }
}
