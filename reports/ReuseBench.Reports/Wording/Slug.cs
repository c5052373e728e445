namespace ReuseBench.Reports.Wording;

/// <summary>Text from a table as a part of a file name or an anchor: lower-case letters, digits, single hyphens; never a path.</summary>
internal static class Slug
{
    public static string Of(string text) => string.Join('-', new string([.. text.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : ' ')])
        .Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
