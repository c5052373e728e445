namespace ReuseBench.Reports.Findings;

/// <summary>What a result is about, in the order in which readers ask.</summary>
public enum HeadlineKind
{
    /// <summary>A threshold that the run was held to: a failed one is told before all else.</summary>
    Threshold,

    /// <summary>What the run's matrix was made to find out, where that is one question.</summary>
    Purpose,

    /// <summary>Which variant serves the most.</summary>
    Throughput,

    /// <summary>How many workers are enough.</summary>
    Workers,

    /// <summary>The tail under a fixed rate.</summary>
    Latency,

    /// <summary>What a restart costs.</summary>
    Restart,

    /// <summary>Which published results come out.</summary>
    Published,

    /// <summary>Who gets the connections.</summary>
    Fairness,

    /// <summary>Whether a client keeps its listener.</summary>
    Affinity,

    /// <summary>What waits behind a worker that stands still.</summary>
    Stall,

    /// <summary>What the kernel does with the two options.</summary>
    Options,

    /// <summary>What a varied setting does.</summary>
    Setting,

    /// <summary>Whether the rounds were alike.</summary>
    Rounds,
}

/// <summary>One result sentence that a topic offers for the first screen.</summary>
/// <param name="Kind">What it is about.</param>
/// <param name="Text">One sentence with its figure and how sure that is; as it can stand alone.</param>
public sealed record Headline(HeadlineKind Kind, string Text)
{
    /// <summary>What to do about it, one sentence; null for nothing.</summary>
    public string? Next { get; init; }

    /// <summary>Whether something came out. Where only the reason is known why nothing did, it stands behind those of its kind that did.</summary>
    public bool IsResult { get; init; } = true;
}

/// <summary>How many repeats are how far valid, each counted once; the sum is that of all repeats in <c>results.csv</c>.</summary>
/// <param name="Valid">Without a reason against what their experiment is about.</param>
/// <param name="Limited">Ranked and marked.</param>
/// <param name="Invalid">In no figure.</param>
/// <param name="Skipped">Left out by rule, or since the host cannot have them.</param>
public sealed record VerdictCounts(int Valid, int Limited, int Invalid, int Skipped)
{
    public int All => Valid + Limited + Invalid + Skipped;

    /// <summary>Such as <c>12 valid, 24 limited, 2 invalid, 1 skipped</c>; those that are none are left out but for the valid.</summary>
    public override string ToString() => string.Join(", ", new[]
    {
        $"{Valid} valid",
        Limited > 0 ? $"{Limited} limited" : null,
        Invalid > 0 ? $"{Invalid} invalid" : null,
        Skipped > 0 ? $"{Skipped} skipped" : null,
    }.OfType<string>());
}

/// <summary>What somebody who was not there reads first. Report, terminal, summary and index show the same.</summary>
/// <param name="Title">What was compared.</param>
/// <param name="Subtitle">On which host, when, by which version, how much of it.</param>
/// <param name="Results">Up to six sentences, the most telling first; empty where nothing came out.</param>
/// <param name="NextSteps">Up to four sentences: what to use, and what would make more of it known.</param>
/// <param name="Verdicts">Of all repeats.</param>
public sealed record FirstScreen(
    string Title, string Subtitle, IReadOnlyList<string> Results, IReadOnlyList<string> NextSteps, VerdictCounts Verdicts)
{
    /// <summary>Of no run at all.</summary>
    public static FirstScreen Nothing { get; } = new("", "", [], [], new VerdictCounts(0, 0, 0, 0));
}

/// <summary>The rule by which the first screen takes its sentences.</summary>
public static class HeadlineRule
{
    public const int MostResults = 6;

    public const int MostSteps = 4;

    /// <summary>
    /// One of each kind before the second of any, until there are six; each time in the order of the kinds. Of a kind those that say what came out stand before
    /// those that say why nothing did. What a topic offers first is the more telling.
    /// </summary>
    public static IReadOnlyList<string> Results(IEnumerable<Headline> offered) =>
    [
        .. offered.GroupBy(h => h.Kind).SelectMany(kind => kind.OrderByDescending(h => h.IsResult).Select((headline, place) => (headline, place)))
            .OrderBy(h => h.place).ThenBy(h => h.headline.Kind)
            .Select(h => h.headline.Text).Distinct().Take(MostResults),
    ];

    /// <summary>In the order of the kinds, then what the run as a whole has to say; each once.</summary>
    public static IReadOnlyList<string> Steps(IEnumerable<Headline> offered, IEnumerable<string> ofRun) =>
        [.. offered.OrderBy(h => h.Kind).Select(h => h.Next).OfType<string>().Concat(ofRun).Distinct().Take(MostSteps)];
}
