using System.Text.RegularExpressions;
using ReuseBench.Reports.Document;
using ReuseBench.Reports.Wording;

namespace ReuseBench.Reports.Frame;

/// <summary>What the terms mean that a report uses: those of docs/GLOSSARY.md that stand in it. A report is read by people who have nothing else.</summary>
internal static partial class WordsSection
{
    private static readonly Term[] Glossary = [.. Read()];

    /// <param name="blocks">All of the report.</param>
    public static Section Of(IEnumerable<Block> blocks)
    {
        string text = string.Join('\n', blocks.SelectMany(TextsOf));
        string[] used = [.. Glossary.Where(t => t.Names.Any(name => Occurs(text, name))).Select(t => t.Text)];
        Block[] shown =
        [
            new Paragraph("The terms that this report uses, each in a sentence or two."),
            new Fold(Words.Count(used.Length, "term"), [new Bullets(used)]),
        ];
        return new Section("What do the words mean?", used.Length == 0 ? [] : shown);
    }

    /// <summary>As a word of its own, also in the plural.</summary>
    internal static bool Occurs(string text, string name)
    {
        for (int at = 0; (at = text.IndexOf(name, at, StringComparison.OrdinalIgnoreCase)) >= 0; at += name.Length)
        {
            ReadOnlySpan<char> after = text.AsSpan(at + name.Length);
            after = after.StartsWith("es") ? after[2..] : after.StartsWith("s") ? after[1..] : after;
            if ((at == 0 || !char.IsLetterOrDigit(text[at - 1])) && (after.IsEmpty || !char.IsLetterOrDigit(after[0])))
            {
                return true;
            }
        }

        return false;
    }

    private static IEnumerable<string> TextsOf(Block block) => block switch
    {
        Paragraph paragraph => [paragraph.Text],
        Subheading heading => [heading.Text],
        Bullets bullets => bullets.Items,
        Fold fold => fold.Blocks.SelectMany(TextsOf).Prepend(fold.Summary),
        Lead lead => [.. lead.Results, .. lead.Next],
        Table table => [table.Caption, .. table.Header, .. table.Rows.SelectMany(row => row).Select(entry => entry.Text)],
        Picture picture => picture.Notes.Prepend(picture.Title),
        _ => [],
    };

    private static IEnumerable<Term> Read()
    {
        using Stream stream = typeof(WordsSection).Assembly.GetManifestResourceStream("GLOSSARY.md")
            ?? throw new InvalidOperationException("the assembly was built without GLOSSARY.md");
        using StreamReader reader = new(stream);
        foreach (Match entry in Entry().Matches(reader.ReadToEnd().ReplaceLineEndings("\n")))
        {
            string names = entry.Groups["names"].Value;
            string meaning = SeePage().Replace(entry.Groups["meaning"].Value, "");
            yield return new Term(
                [.. names.Split([", ", " (", ")"], StringSplitOptions.RemoveEmptyEntries)],
                $"{names}: {meaning.Replace('\n', ' ').Replace("*", "", StringComparison.Ordinal).Replace("`", "", StringComparison.Ordinal).Trim()}");
        }
    }

    /// <summary>A paragraph that begins with the term in bold and a full stop.</summary>
    [GeneratedRegex(@"^\*\*(?<names>[^*]+)\.\*\* (?<meaning>(?:[^\n]+\n?)+)", RegexOptions.Multiline)]
    private static partial Regex Entry();

    /// <summary>A sentence that sends the reader to another page, which is not beside a report.</summary>
    [GeneratedRegex(@"\s*See\s+\[[^\]]+\]\([^)]+\)\.")]
    private static partial Regex SeePage();

    /// <param name="Names">Under which it stands.</param>
    /// <param name="Text">Names and meaning.</param>
    private sealed record Term(string[] Names, string Text);
}
