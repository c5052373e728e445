using ReuseBench.Core.Cells;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Document;
using ReuseBench.Reports.Tables;
using ReuseBench.Reports.Wording;

namespace ReuseBench.Reports.Sections;

/// <summary>What waits behind one worker that stands still.</summary>
public sealed class StallSection : ISection
{
    public string Title => "One worker stalls while the others are idle";

    public IEnumerable<Block> Build(ReportMaterial material)
    {
        MeasuredCell[] cells = [.. material.Tables.Cells.Where(c => c.Is(Experiment.Stall) && c.Repeats.Any(r => r.IsValid(Figures.Fairness) && r.Listeners.Count > 0))];
        if (cells.Length == 0)
        {
            yield break;
        }

        yield return new Table(
            $"Requests without an answer while the first worker of a real server stands still (its serving thread is stopped) and the others are idle. Each comes from a tuple of its own. What is to be expected: in a group the hash has bound connections to it; on a shared listener any other worker takes them, but for blocking accept: the accept thread beside each worker goes on taking its turns, and hands what it takes to the one that stands still. {material.Provenance.Of(cells)}",
            ["Variant", "Workers", "Requests", "Waiting, by repeat", "Share", "One worker's even share"],
            [
                .. cells.Select(c =>
                {
                    MeasuredRepeat[] repeats = [.. c.Repeats.Where(r => r.IsValid(Figures.Fairness))];
                    return (IReadOnlyList<string>)
                    [
                        c.Series.Label,
                        $"{c.Workers}",
                        string.Join(", ", repeats.Select(Requests).Distinct()),
                        string.Join(", ", repeats.Select(Waiting)),
                        Chance.Percent((double)repeats.Sum(Waiting) / Math.Max(1, repeats.Sum(Requests))),
                        Chance.Percent(1.0 / c.Workers),
                    ];
                }),
            ]);
    }

    /// <summary>Those of the stall: some more were answered before it, to warm the server up.</summary>
    private static long Requests(MeasuredRepeat repeat) => repeat.Listeners.Sum(l => (l.ResponsesDuringStall ?? l.Accepted) + (l.Waiting ?? 0));

    private static long Waiting(MeasuredRepeat repeat) => repeat.Listeners.Sum(l => l.Waiting ?? 0);
}
