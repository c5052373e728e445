using ReuseBench.Core.Results;
using ReuseBench.Reports.Document;
using ReuseBench.Reports.Findings;
using ReuseBench.Reports.Wording;

namespace ReuseBench.Reports.Sections;

/// <summary>What each way loses: by the counts of this run, beside what the kernel's rules would have it lose.</summary>
internal static class RestartLossBlocks
{
    public static IEnumerable<Block> Of(IReadOnlyList<GapSummary> gaps)
    {
        (GapSummary Gaps, RestartLoss Loss)[] counted =
            [.. gaps.Select(g => (g, Loss: RestartLoss.Of(g.Rows))).Where(p => p.Loss is not null).Select(p => (p.g, p.Loss!))];
        if (counted.Length > 0)
        {
            yield return new Subheading("What each method lost");
            yield return new Table(
                "Measured: what was lost, by which errno and on which side it was seen, summed over the restarts that are valid; and whether it is what the kernel's rules would have it be. Refused: the SYN was answered with RST, nobody listened. Reset: the kernel had taken the connection, and it ended (ECONNRESET, EPIPE or the end of the stream) before an answer. Touched: under way at the stop, begun before service was back, or failed by the restart.",
                ["Restart", "Measured", "Expected", "As expected"],
                [.. counted.Select(p => (IReadOnlyList<string>)[p.Gaps.Label, Measured(p.Gaps, p.Loss), Expected(p.Gaps), Verdict(p.Gaps)])]);
        }

        string[] rules = [.. gaps.Select(g => g.Cell.Settings.RestartMethod).Distinct().Select(RestartWords.RuleOf).OfType<string>()];
        if (rules.Length > 0)
        {
            yield return new Subheading("Why: the kernel's rules");
            yield return new Paragraph("Not measured here, but what the expectations above follow from; the section on semantics tries some of them out.");
            yield return new Bullets(rules);
        }
    }

    private static string Measured(GapSummary gaps, RestartLoss loss) =>
        string.Join("; ", new[] { LossWords.Client(loss), LossWords.Server(gaps.Rows) }.OfType<string>());

    private static string Expected(GapSummary gaps) => ExpectationOf(gaps)?.Words ?? "–";

    private static string Verdict(GapSummary gaps)
    {
        if (ExpectationOf(gaps) is not { } expectation)
        {
            return "–";
        }

        RestartRow[] telling = [.. gaps.Rows.Where(RestartExpectation.Tells)];
        if (telling.Length == 0)
        {
            return "not told: none came back before it was given up";
        }

        (RestartRow Row, string[] Differences)[] differing =
            [.. telling.Select(r => (r, Differences: expectation.Differences(r).ToArray())).Where(p => p.Differences.Length > 0)];
        return differing.Length == 0
            ? $"yes ({telling.Length} of {telling.Length})"
            : $"differs in {differing.Length} of {telling.Length}: " + string.Join("; ", differing.Select(Say));
    }

    private static string Say((RestartRow Row, string[] Differences) of)
    {
        string because = string.IsNullOrEmpty(of.Row.Reason) ? "" : $" ({of.Row.Reason})";
        return $"repeat {of.Row.Repeat}: {string.Join(", ", of.Differences)}{because}";
    }

    private static RestartExpectation? ExpectationOf(GapSummary gaps) =>
        gaps.Rows.Count == 0 ? null : RestartExpectation.Of(gaps.Rows[0], gaps.Cell.Workers);
}
