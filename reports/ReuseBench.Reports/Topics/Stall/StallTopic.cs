using ReuseBench.Core.Cells;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Data;
using ReuseBench.Reports.Document;
using ReuseBench.Reports.Findings;
using ReuseBench.Reports.Wording;

namespace ReuseBench.Reports.Topics.Stall;

/// <summary>What waits behind one worker that stands still.</summary>
public sealed class StallTopic : ITopic
{
    public string Name => "stall";

    public IReadOnlyCollection<Experiment> Experiments { get; } = [Experiment.Stall];

    public IEnumerable<Finding> Find(RunAnalysis run) => [.. FindIdle(run), .. LoadedStalls.Find(run, Name)];

    private IEnumerable<Finding> FindIdle(RunAnalysis run) => Measured(run).Select(stalled => new Finding
    {
        Topic = Name,
        Kind = "waiting_share",
        Conditions = stalled.Cell.Conditions.Label,
        Metric = "waiting_share",
        Claim = stalled.Share > 0 ? "requests_wait" : "nothing_waits",
        Estimates =
        [
            new FindingEstimate(stalled.Cell.Id, stalled.Cell.Label, "", stalled.Share) { Repeats = stalled.Repeats.Length,
                Expected = stalled.EvenShare },
        ],
    });

    public Statement Describe(Finding finding)
    {
        if (finding is LoadedStallFinding running)
        {
            return new Statement("One worker stalls", LoadedStalls.Say(running));
        }

        FindingEstimate cell = finding.Estimates[0];
        return new Statement(
            "One worker stalls",
            $"{Words.Sentence(cell.Label)}: while one worker stood still {Words.Percent(cell.Value!.Value)} of the requests waited "
                + $"({Words.Count(cell.Repeats, "repeat")}); one worker's even share is {Words.Percent(cell.Expected!.Value)}.");
    }

    /// <summary>One sentence over all cells, the most waiting first.</summary>
    public IEnumerable<Headline> Headlines(RunAnalysis run, IReadOnlyList<Finding> found)
    {
        if (LoadedStalls.Headline([.. found.OfType<LoadedStallFinding>()]) is { } running)
        {
            yield return new Headline(HeadlineKind.Stall, running);
        }

        FindingEstimate[] cells = [.. found.Where(f => f is not LoadedStallFinding).SelectMany(f => f.Estimates).OrderByDescending(e => e.Value)];
        if (cells.Length > 0)
        {
            string more = cells.Length > 2 ? $" ({cells.Length - 2} more in between)" : "";
            yield return new Headline(
                HeadlineKind.Stall,
                $"While one worker stands still, {Words.Percent(cells[0].Value!.Value)} of the requests wait with {cells[0].Label}"
                    + (cells.Length > 1 ? $", and {Words.Percent(cells[^1].Value!.Value)} with {cells[^1].Label}{more}." : "."));
        }
    }

    public IEnumerable<Section> Sections(TopicMaterial material)
    {
        Stalled[] cells = [.. Measured(material.Run)];
        return
        [
            new Section("What waits when one worker stands still?", cells.Length == 0 ? [] :
            [
                new Table(
                    "Requests without a response while the serving thread of one worker is stopped and the others are idle. "
                        + $"{material.Run.Provenance.Of(cells.Select(c => c.Cell))}",
                    ["Variant", "Workers", "Requests", "Waiting, by repeat", "Share", "One worker's even share"],
                    [
                        .. cells.Select(c => (IReadOnlyList<string>)
                        [
                            c.Cell.Series.Label,
                            $"{c.Cell.Workers}",
                            string.Join(", ", c.Repeats.Select(Requests).Distinct()),
                            string.Join(", ", c.Repeats.Select(Waiting)),
                            Words.Percent(c.Share),
                            Words.Percent(c.EvenShare),
                        ]),
                    ]),
                new Fold("What is to be expected",
                [
                    new Paragraph("Each request comes from a client address and port of its own. In a group the hash has bound connections to the worker that "
                        + "stands still, and so have selectors that do not ask whether a worker lives; ebpf-alive goes past it. The requests begin when the "
                        + "stall is old enough to be noticed: those of its first "
                        + $"{Quantity.Milliseconds.Tick(SelectorShares.StalledAfter.Milliseconds)} go to the worker all the same. "
                        + "On a shared listener any other worker takes them, with two exceptions. With blocking accept the accept thread beside each worker "
                        + "goes on taking its turns, and hands what it takes to the one that stands still. With io-uring the kernel wakes the ring that is "
                        + "first in line, and no other: where that is the worker's that stands still, everything waits."),
                ]),
            ]),
            LoadedStalls.Section(material, Name),
        ];
    }

    private static IEnumerable<Stalled> Measured(RunAnalysis run) =>
        run.Cells.Where(c => c.Is(Experiment.Stall) && c.IsAcceptOnly && c.Valid(Figures.Fairness).Any(r => r.Listeners.Count > 0))
            .Select(c => new Stalled(c, [.. c.Valid(Figures.Fairness)]));

    /// <summary>Those of the stall: some more were answered before it, to warm the server up.</summary>
    private static long Requests(MeasuredRepeat repeat) => repeat.Listeners.Sum(l => (l.ResponsesDuringStall ?? l.Accepted) + (l.Waiting ?? 0));

    private static long Waiting(MeasuredRepeat repeat) => repeat.Listeners.Sum(l => l.Waiting ?? 0);

    private sealed record Stalled(MeasuredCell Cell, MeasuredRepeat[] Repeats)
    {
        /// <summary>Of the requests of all valid repeats, 0 to 1.</summary>
        public double Share { get; } = (double)Repeats.Sum(Waiting) / Math.Max(1, Repeats.Sum(Requests));

        public double EvenShare => 1.0 / Cell.Workers;
    }
}
