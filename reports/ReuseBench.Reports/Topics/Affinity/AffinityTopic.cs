using ReuseBench.Core.Cells;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Document;
using ReuseBench.Reports.Findings;
using ReuseBench.Reports.Wording;

namespace ReuseBench.Reports.Topics.Affinity;

/// <summary>Whether a client's address and port keeps reaching the same listener.</summary>
public sealed class AffinityTopic : ITopic
{
    private const string Title = "Does a client keep its listener?";

    public string Name => "affinity";

    public IReadOnlyCollection<Experiment> Experiments { get; } = [Experiment.Affinity];

    public IEnumerable<IChart> Charts { get; } = [new AffinityChart()];

    /// <summary>One for each change of a group: the share of tuples that kept their listener, against the kernel's rule.</summary>
    public IEnumerable<Finding> Find(RunAnalysis run) => run.Once(AffinityShares.Of).All.GroupBy(a => a.Change).Select(change => new Finding
    {
        Topic = Name,
        Kind = "kept_share",
        Conditions = change.Key,
        Metric = "kept_share",
        Claim = change.All(a => a.FollowsRule) ? "follows_rule" : "differs_from_rule",
        Estimates =
        [
            .. change.Select(a => new FindingEstimate(a.CellId, $"{a.Listeners} listeners ({Kind(a.Processes > 1)})", "", a.Kept)
            {
                Expected = a.Expected,
                Repeats = a.Repeats,
            }),
        ],
    });

    public Statement Describe(Finding finding) => new(
        Title,
        $"{Words.Sentence(AffinityShare.Words(finding.Conditions))}: {Range(finding.Estimates.Select(e => e.Value!.Value))} of the client addresses and ports "
            + $"kept their listener (rule: {Range(finding.Estimates.Select(e => e.Expected!.Value))})"
            + (finding.Claim == "follows_rule" ? "." : "; that is not what the rule says."));

    /// <summary>How many clients keep their listener where a group changes, and whether all changes follow the rule.</summary>
    public IEnumerable<Headline> Headlines(RunAnalysis run, IReadOnlyList<Finding> found)
    {
        IReadOnlyList<AffinityShare> all = run.Once(AffinityShares.Of).All;
        AffinityShare[] changed = [.. all.Where(a => a.Expected < 1)];
        if (changed.Length > 0)
        {
            int against = all.Count(a => !a.FollowsRule);
            yield return new Headline(
                HeadlineKind.Affinity,
                $"When listeners join or leave a group, {Range(changed.Select(a => a.Kept))} of the client addresses keep their listener; "
                    + (against == 0 ? $"all {all.Count} shares follow" : $"{against} of {all.Count} shares {(against == 1 ? "does" : "do")} not follow")
                    + " the kernel's rule.");
        }
    }

    public IEnumerable<Section> Sections(TopicMaterial material) => [new Section(Title, [.. Blocks(material)])];

    private IEnumerable<Block> Blocks(TopicMaterial material)
    {
        IReadOnlyList<AffinityShare> all = material.Run.Once(AffinityShares.Of).All;
        if (all.Count == 0)
        {
            yield break;
        }

        long against = all.Sum(a => a.AgainstRule);
        int outside = all.Sum(a => a.OutsideBand);
        int banded = all.Sum(a => a.Banded);
        foreach (Block picture in material.Pictures(Charts.Select(c => c.Name)).Take(1))
        {
            yield return picture;
        }

        Table observed = new(
            "Observed against the kernel's rule (places in the order of listen(2), closing one moves the last into its place, the hash scaled "
                + "to the number of places): "
                + (against == 0 ? "no tuple moved in a way that the rule does not allow, " : $"{against} tuples moved in a way that the rule "
                + "does not allow, ")
                + (banded == 0 ? "and nothing was left to chance." : $"and {outside} of {banded} shares of single repeats lie outside their "
                + $"95 % band, where chance alone would put up to {Math.Ceiling(banded * 0.05):0} on average; those of one repeat are of the "
                + "same tuples and hash seed, so that they go together."),
            ["Change", "Listeners are", "Group sizes", "Kept, lowest to highest", "By the rule", "Tuples", "Against the rule"],
            [
                .. all.GroupBy(a => (a.Change, Processes: a.Processes > 1)).Select(g => (IReadOnlyList<string>)
                [
                    AffinityShare.Words(g.Key.Change),
                    Kind(g.Key.Processes),
                    string.Join(", ", g.Select(a => a.Listeners).Distinct().Order()),
                    $"{Words.Percent(g.Min(a => a.Kept))} to {Words.Percent(g.Max(a => a.Kept))}",
                    $"{Words.Percent(g.Min(a => a.Expected))} to {Words.Percent(g.Max(a => a.Expected))}",
                    $"{g.Sum(a => a.Tuples)}",
                    $"{g.Sum(a => a.AgainstRule)}",
                ]),
            ]);
        yield return new Fold("Every share, the kernel's rule, and what a rolling restart does", [
            observed,
            new Paragraph(
            "The kernel's rule: as long as a group does not change, and after it is rebuilt in the same order, a tuple meets its listener "
                + "again. Every other change moves the borders between the places, "
            + "so that clients of listeners that are still there are moved too: half of all tuples stay where one listener is added or the "
            + "last one closes. Where the first closes fewer do, as a rule, because the last moves into the vacant place; "
            + "a middle one lies between, and with three or four listeners above."),
            new Paragraph(
            "A rolling restart does this once for every listener. Where the new listener is added before the old one closes, it takes "
                + "exactly the old one's place: after each step every tuple of the others is where it was, "
            + "but between the two steps about half of the tuples meet another listener. Where the old one closes first, the last listener "
            + "takes its place and the new one goes to the end, so that the clients of two listeners are moved for good at each step. "
            + "Closing a listener does not affect connections that were accepted from it. Those that are established but not yet accepted wait "
            + "in the queue of their own listener and are reset when it closes, unless tcp_migrate_req moves them to another; what a listener "
            + "keeps of its clients (sessions, caches, rate limits) is lost to those that are moved."),
            new Paragraph(Measured(all)),
            .. material.Pictures(Charts.Select(c => c.Name)).Skip(1),
        ]);
    }

    private static string Measured(IReadOnlyList<AffinityShare> all)
    {
        string shares = string.Join("; ", all.GroupBy(a => a.Change).Select(g =>
            $"{AffinityShare.Words(g.Key)} {Range(g.Select(a => a.Kept))} (rule: {Range(g.Select(a => a.Expected))})"));
        AffinityShare[] different = [.. all.Where(a => !a.FollowsRule)];
        return $"Measured here, share of client addresses and ports (tuples) kept: {shares}. " + (different.Length == 0
            ? "No difference from the rule was seen: no tuple moved against it, and no share is farther from it than chance, at an error rate "
                + "of 0.05 over all shares together."
            : "Different from the rule, at an error rate of 0.05 over all shares together: " + string.Join("; ", different.Select(Difference))
                + ". A move against the rule is never chance.");
    }

    private static string Difference(AffinityShare a) =>
        $"{AffinityShare.Words(a.Change)}, {a.Listeners} listeners ({Kind(a.Processes > 1)}): {Words.Percent(a.Kept)} kept, "
            + $"{Words.Percent(a.Expected)} by the rule"
            + (a.AgainstRule > 0 ? $", {a.AgainstRule} tuples against it" : "");

    /// <summary>Without processes of their own all listeners are sockets of one process, which one thread opens and closes.</summary>
    private static string Kind(bool processes) => processes ? "processes" : "sockets of one process";

    private static string Range(IEnumerable<double> shares) =>
        (Words.Percent(shares.Min()), Words.Percent(shares.Max())) is var (low, high) && low == high ? low : $"{Words.Percent(shares.Min())} "
            + $"to {Words.Percent(shares.Max())}";
}
