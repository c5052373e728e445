using ReuseBench.Core.Results;
using ReuseBench.Reports.Document;
using ReuseBench.Reports.Findings;
using ReuseBench.Reports.Wording;

namespace ReuseBench.Reports.Sections;

/// <summary>The parts of a gap: what servers and kernel did when, on one clock, for the median restart of each row.</summary>
internal static class RestartPartsBlocks
{
    public static IEnumerable<Block> Of(IReadOnlyList<GapSummary> gaps)
    {
        (GapSummary Gaps, RestartRow Row)[] typical = [.. gaps.Where(g => g.Typical is not null).Select(g => (g, g.Typical!))];
        if (typical.Length > 0)
        {
            yield return new Subheading("The parts of the gap");
            yield return new Table(
                "The restart with the median gap of each row (restarts.csv has them all); milliseconds from the stop, in the order in which things usually happen, negative before it. A killed server logs nothing; its last accept is in its shared counters.",
                [
                    "Restart", "Last success", "Last accept", "Listener closed", "Old process gone", "New process started", "Bind attempts", "Listening",
                    "First accept", "First answer", "First success", "TIME_WAIT before the bind", "Migrated",
                ],
                [.. typical.Select(p => Row(p.Gaps, p.Row))]);
        }
    }

    private static IReadOnlyList<string> Row(GapSummary gaps, RestartRow row) =>
    [
        gaps.Label,
        Ms(row.LastSuccessMs),
        Ms(row.LastAcceptMs),
        Ms(row.ListenerClosedMs),
        Ms(row.ProcessGoneMs),
        Ms(row.ProcessStartedMs),
        LossWords.Binds(row),
        Ms(row.ListeningMs),
        Ms(row.FirstAcceptMs),
        Ms(row.FirstResponseMs),
        Ms(row.FirstSuccessMs),
        row.TimeWaitBeforeBind is long count ? $"{count}" : "–",
        row.MigrateSuccess is long moved ? (row.MigrateFailure > 0 ? $"{moved} ({row.MigrateFailure} failed)" : $"{moved}") : "–",
    ];

    private static string Ms(double? ms) => ms is double value ? Quantity.Milliseconds.Text(value) : "–";
}
