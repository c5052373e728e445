using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Document;
using ReuseBench.Reports.Findings;
using ReuseBench.Reports.Wording;

namespace ReuseBench.Reports.Topics.Published;

/// <summary>Published results: for each its source, condition and expected direction, and whether it comes out here.</summary>
public sealed class PublishedTopic : ITopic
{
    private const string Heading = "Published results";

    public string Name => "published";

    /// <summary>None alone: their cells are shown by the topics of what they are run for.</summary>
    public IReadOnlyCollection<Experiment> Experiments { get; } = [];

    /// <summary>All of the matrix of that name; of any other run what it has cells for.</summary>
    public IEnumerable<Finding> Find(RunAnalysis run) => IsOf(run)
        ? PublishedResult.All.Select(result => Found(result, result.Look(run))).Where(found => IsNamed(run) || found.Outcome.Cells.Count > 0)
        : [];

    public Statement Describe(Finding finding)
    {
        PublishedFinding found = (PublishedFinding)finding;
        return new Statement(Heading, $"{found.Source}. Here: {found.Condition}. Expected: {found.Expected}. {Words.Sentence(Say(found.Outcome.Is))}: "
            + $"{found.Outcome.Seen}.");
    }

    public IEnumerable<Headline> Headlines(RunAnalysis run, IReadOnlyList<Finding> found)
    {
        PublishedFinding[] decided = [.. found.OfType<PublishedFinding>().Where(f => f.Outcome.Is != Reproduction.Undecided)];
        if (decided.Length > 0)
        {
            PublishedFinding[] seen = [.. decided.Where(f => f.Outcome.Is == Reproduction.Reproduced)];
            string first = seen.Length > 0 ? $"; {seen[0].Condition}: {seen[0].Outcome.Seen}" : "";
            yield return new Headline(
                IsNamed(run) ? HeadlineKind.Purpose : HeadlineKind.Published,
                $"{seen.Length} of {Words.Count(found.Count, "published result")} come out here, {decided.Length - seen.Length} do not, "
                    + $"{found.Count - decided.Length} cannot be decided by this run{first}.");
        }
    }

    public IEnumerable<Section> Sections(TopicMaterial material)
    {
        PublishedFinding[] found = [.. material.Found.Select(f => f.Finding).OfType<PublishedFinding>()];
        return
        [
            new Section("Published results: which come out here?", found.Length == 0 ? [] :
            [
                new Table(
                    "A restart lost a connection where an attempt failed that was in progress, or began before service was back. A result is reproduced where "
                        + "the one side loses connections more often than chance explains (Fisher's exact test, p at most 0.05), and the other side in no "
                        + "restart; every other result where every valid repeat shows what is expected, a tail by a sign test over pairs of them.",
                    ["Source", "Condition here", "Expected", "Outcome", "Seen"],
                    [.. found.Select(f => (IReadOnlyList<string>)[f.Source, f.Condition, f.Expected, Say(f.Outcome.Is), f.Outcome.Seen])]),
            ]),
        ];
    }

    /// <summary>The matrix of that name, and any run that measures a server of somebody else.</summary>
    private static bool IsOf(RunAnalysis run) =>
        IsNamed(run) || run.Cells.Any(c => c.Series.Program is not null && c.Is(Experiment.Restart));

    private static bool IsNamed(RunAnalysis run) => run.Data.Manifest?.Matrix == "published";

    private static string Say(Reproduction outcome) => outcome switch
    {
        Reproduction.Reproduced => "reproduced",
        Reproduction.NotReproduced => "not reproduced",
        _ => "cannot be decided here",
    };

    private PublishedFinding Found(PublishedResult result, PublishedOutcome outcome) => new()
    {
        Topic = Name,
        Kind = result.Key,
        Metric = "published_result",
        Claim = Names.Of(outcome.Is).Replace('-', '_'),
        Source = result.Source,
        Condition = result.Condition,
        Expected = result.Expected,
        Outcome = outcome,
        Estimates = [.. outcome.Cells.Select(c => new FindingEstimate(c.Id, c.Label, "", null) { Repeats = c.Repeats.Count })],
    };
}

/// <summary>A published result and what became of it.</summary>
public sealed record PublishedFinding : Finding
{
    public required string Source { get; init; }

    public required string Condition { get; init; }

    public required string Expected { get; init; }

    public required PublishedOutcome Outcome { get; init; }
}
