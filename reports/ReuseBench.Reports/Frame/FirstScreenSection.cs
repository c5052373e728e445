using System.Globalization;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Document;
using ReuseBench.Reports.Findings;

namespace ReuseBench.Reports.Frame;

/// <summary>The first screen: questions, answers, what to do next, and how far the repeats are valid.</summary>
internal static class FirstScreenSection
{
    /// <summary>More questions than a reader keeps in mind.</summary>
    private const int MostQuestions = 3;

    /// <param name="first">What it says.</param>
    /// <param name="topics">The sections below it, whose headings are the questions.</param>
    public static Block Of(FirstScreen first, IReadOnlyList<Section> topics) => new Lead(
        string.Join(' ', topics.Take(MostQuestions).Select(s => s.Title)) is { Length: > 0 } questions ? questions : "What came out?",
        first.Results.Count > 0 ? first.Results : ["Nothing: the run holds nothing that a statement could be made from. \"Left out\" says why."],
        first.NextSteps,
        [.. Tiles(first.Verdicts)]);

    private static IEnumerable<Tile> Tiles(VerdictCounts counts)
    {
        Tile Of(int count, string label, Grade? grade) => new(count.ToString(CultureInfo.InvariantCulture), label) { Grade = grade };
        yield return Of(counts.Valid, counts.Valid == 1 ? "repeat valid" : "repeats valid", Grade.Ok);
        yield return Of(counts.Limited, "limited", Grade.Limited);
        yield return Of(counts.Invalid, "invalid", Grade.Invalid);
        if (counts.Skipped > 0)
        {
            yield return Of(counts.Skipped, "skipped", null);
        }
    }
}
