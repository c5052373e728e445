using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Reports.Document;
using ReuseBench.Reports.Wording;

namespace ReuseBench.Reports.Topics.Restart;

/// <summary>
/// Below the table of gaps: what each way loses beside what the kernel's rules would have it lose, what happened when, and what went wrong.
/// </summary>
internal static class RestartBlocks
{
    public static IEnumerable<Block> Losses(IReadOnlyList<GapSummary> gaps)
    {
        (GapSummary Gaps, RestartLoss Loss)[] counted =
            [.. gaps.Select(g => (g, Loss: RestartLoss.Of(g.Rows))).Where(p => p.Loss is not null).Select(p => (p.g, p.Loss!))];
        if (counted.Length > 0)
        {
            yield return new Subheading("What each method lost");
            yield return new Table(
                "Measured: what was lost, by which errno and on which side it was seen, summed over the restarts that are valid; and whether "
                    + "it is what the kernel's rules would have it be. Where no restart lost anything, the share of restarts that may "
                    + "lose some all the same is given, with 95 % confidence. Refused: the SYN got a RST, nobody listened. Reset: the "
                + "kernel had taken the connection, and it ended (ECONNRESET, EPIPE or the end of the stream) before a response. Affected: "
                + "in progress at the stop, begun before service was back, or failed by the restart.",
                ["Restart", "Measured", "Expected", "As expected"],
                [.. counted.Select(p => (IReadOnlyList<string>)[p.Gaps.Label, Measured(p.Gaps, p.Loss), Expected(p.Gaps), AsExpected(p.Gaps)])]);
        }

        string[] rules = [.. gaps.Select(g => g.Cell.Cell.Restart?.Method).OfType<RestartMethod>().Distinct().Select(RestartWords.RuleOf)
            .Where(r => r.Length > 0)];
        if (rules.Length > 0)
        {
            yield return new Subheading("Why: the kernel's rules");
            yield return new Paragraph("What the expectations above follow from. A run with semantics: on tests some of these rules on its kernel.");
            yield return new Bullets(rules);
        }
    }

    private static string Measured(GapSummary gaps, RestartLoss loss) =>
        string.Join("; ", new[] { LossWords.Client(loss, gaps.Cell.Cell.Restart), gaps.NoneLost, LossWords.Server(gaps.Rows) }.OfType<string>());

    private static string Expected(GapSummary gaps) => ExpectationOf(gaps)?.Words ?? "–";

    private static string AsExpected(GapSummary gaps)
    {
        if (ExpectationOf(gaps) is not { } expectation)
        {
            return "–";
        }

        RestartRow[] telling = [.. gaps.Rows.Where(RestartExpectation.Tells)];
        if (telling.Length == 0)
        {
            return "not told: none came back before the restart timeout";
        }

        (RestartRow Row, string[] Differences)[] differing =
            [.. telling.Select(r => (r, Differences: expectation.Differences(r).ToArray())).Where(p => p.Differences.Length > 0)];
        return differing.Length == 0
            ? $"yes ({telling.Length} of {telling.Length})"
            : $"differs in {differing.Length} of {telling.Length}: " + string.Join("; ", differing.Select(Differing));
    }

    private static string Differing((RestartRow Row, string[] Differences) of)
    {
        string because = string.IsNullOrEmpty(of.Row.Reason) ? "" : $" ({of.Row.Reason})";
        return $"repeat {of.Row.Repeat}: {string.Join(", ", of.Differences)}{because}";
    }

    private static RestartExpectation? ExpectationOf(GapSummary gaps) =>
        gaps.Rows.Count == 0 ? null : RestartExpectation.Of(gaps.Rows[0], gaps.Cell.Workers, gaps.Cell.Cell.Restart?.ResizeTo);

    /// <summary>What clients that keep their connections saw; nothing where none of the cells has such clients.</summary>
    public static IEnumerable<Block> Persistent(IReadOnlyList<GapSummary> gaps)
    {
        GapSummary[] kept = [.. gaps.Where(g => g.Rows.Any(r => r.Reconnects is not null))];
        if (kept.Length > 0)
        {
            yield return new Subheading("Clients that keep their connections");
            yield return new Table(
                "Sums over the valid restarts, from the stop on. Lost: the request had been sent on a connection that had carried a response before, and "
                    + "got none. Sent again: the server had closed the connection before the request came there, so that it went over a new one, as HTTP "
                    + "clients do. First response: of the new server, by its own clock, from the stop; of the restart with the median gap.",
                [
                    new Column("Restart"), new Column("Requests lost") { IsNumber = true }, new Column("Sent again") { IsNumber = true },
                    new Column("Reconnects") { IsNumber = true }, new Column("First response of the new process") { Unit = "ms", IsNumber = true },
                    new Column("Restarts") { IsNumber = true },
                ],
                [
                    .. kept.Select(g => (IReadOnlyList<Entry>)
                    [
                        g.Label,
                        $"{g.Rows.Sum(r => r.PersistentLost ?? 0)}",
                        $"{g.Rows.Sum(r => r.SentAgain ?? 0)}",
                        $"{g.Rows.Sum(r => r.Reconnects ?? 0)}",
                        g.Typical?.FirstResponseMs is double ms ? new Entry(Quantity.Number(ms, 1)) { Sort = ms } : new Entry("–"),
                        $"{g.Rows.Count}",
                    ]),
                ]);
        }
    }

    /// <summary>What servers and kernel did when, on one clock, for the median restart of each row.</summary>
    public static IEnumerable<Block> Parts(IReadOnlyList<GapSummary> gaps)
    {
        (GapSummary Gaps, RestartRow Row)[] typical = [.. gaps.Where(g => g.Typical is not null).Select(g => (g, g.Typical!))];
        if (typical.Length > 0)
        {
            yield return new Table(
                "The restart with the median gap of each row (restarts.csv has them all); milliseconds from the stop, in the order in which "
                    + "things usually happen, negative before it. A success counts from its start, so that the first one may have been begun "
                + "before the new process had accepted anything; a response counts from its end. A killed server logs nothing; its last accept "
                + "is in its shared counters.",
                [
                    "Restart", "Last success", "Last accept", "Listener closed", "Old process gone", "New process begins", "Bind attempts",
                        "Listening",
                    "First success (its start)", "First accept", "First response (its end)", "TIME_WAIT before the bind", "Migrated",
                ],
                [.. typical.Select(p => PartsOf(p.Gaps, p.Row))]);
        }

        (GapSummary Gaps, RestartRow Row)[] split = [.. typical.Where(p => p.Row.GapStartMs is not null)];
        if (split.Length > 0)
        {
            yield return new Table(
                "What the server's own gap of the same restarts is made of: from the close of the old listener until the new process was told to begin, "
                    + "the start of the program up to its bind and from there to listen(2), and the wait until bind(2) could succeed. The start "
                    + "belongs to the program, not to the restart method: " + StartOf(split.Any(p => p.Row.ReadyBeforehand == true))
                    + " Methods whose new process listens before the stop have no such parts.",
                ["Restart", "Server's own gap", "End of the old server", "Start of the program", "Wait for the port"],
                [.. split.Select(p => (IReadOnlyList<string>)
                [
                    p.Gaps.Label, Ms(p.Row.ServerGapMs), Ms(p.Row.GapStopMs), Ms(p.Row.GapStartMs), Ms(p.Row.GapPortMs),
                ])]);
        }
    }

    /// <summary>What the start of the program is in this run.</summary>
    private static string StartOf(bool isReadyBeforehand) => isReadyBeforehand
        ? "the new process was ready beforehand, so that what stands here is the setting start_delay and the calls themselves; add the start of your "
            + "own server, or set start_delay to it."
        : "here that of a .NET process; with another program put its own start in its place.";

    private static IReadOnlyList<string> PartsOf(GapSummary gaps, RestartRow row) =>
    [
        gaps.Label,
        Ms(row.LastSuccessMs),
        Ms(row.LastAcceptMs),
        Ms(row.ListenerClosedMs),
        Ms(row.ProcessGoneMs),
        Ms(row.ProcessStartedMs),
        LossWords.Binds(row),
        Ms(row.ListeningMs),
        Ms(row.FirstSuccessMs),
        Ms(row.FirstAcceptMs),
        Ms(row.FirstResponseMs),
        row.TimeWaitBeforeBind is long count ? $"{count}" : "–",
        row.MigrateSuccess is long moved ? (row.MigrateFailure > 0 ? $"{moved} ({row.MigrateFailure} failed)" : $"{moved}") : "–",
    ];

    private static string Ms(double? ms) => ms is double value ? Quantity.Milliseconds.Text(value) : "–";

    /// <summary>Why restarts were skipped, failed or given up, and what else was noted of them.</summary>
    public static IEnumerable<Block> Reasons(IReadOnlyList<GapSummary> gaps)
    {
        string[] reasons = [.. gaps.SelectMany(Sentences)];
        if (reasons.Length > 0)
        {
            yield return new Bullets(reasons);
        }
    }

    private static IEnumerable<string> Sentences(GapSummary gaps) =>
        gaps.Cell.Repeats.SelectMany(r => r.Restarts).Where(r => !string.IsNullOrEmpty(r.Reason))
            .GroupBy(r => (Kind: Kind(r), r.Reason))
            .Select(g => $"{gaps.Label}: {g.Key.Kind} ({(g.Count() == 1 ? "once" : $"{g.Count()} times")}): {g.Key.Reason}.");

    private static string Kind(RestartRow row) => row switch
    {
        { Status: RestartStatus.Skipped or RestartStatus.Failed } => Core.Units.Names.Of(row.Status),
        { GapBound: GapBound.AtLeast } => "the gap is a lower bound",
        _ => "noted",
    };
}
