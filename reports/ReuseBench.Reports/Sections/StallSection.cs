using ReuseBench.Core.Cells;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Document;
using ReuseBench.Reports.Tables;
using ReuseBench.Reports.Wording;

namespace ReuseBench.Reports.Sections;

/// <summary>What waits behind one worker that does not accept.</summary>
public sealed class StallSection : ISection
{
    public string Title => "One worker stalls while the others are idle";

    public IEnumerable<Block> Build(ReportMaterial material)
    {
        MeasuredCell[] cells = [.. material.Tables.Cells.Where(c => c.Is(Experiment.Stall) && c.Repeats.Any(r => r.IsBelieved(Figures.Fairness) && r.Listeners.Count > 0))];
        if (cells.Length == 0)
        {
            yield break;
        }

        yield return new Table(
            $"Connections, all opened before, that wait behind the first worker, which does not accept, while the others take all they can. In a group the hash has bound them to it; on a shared listener any other worker takes them. {material.Provenance.Of(cells)}",
            ["Variant", "Workers", "Connections", "Waiting, by repeat", "Share", "Even share"],
            [
                .. cells.Select(c =>
                {
                    MeasuredRepeat[] repeats = [.. c.Repeats.Where(r => r.IsBelieved(Figures.Fairness))];
                    long waiting = repeats.Sum(Waiting);
                    return (IReadOnlyList<string>)
                    [
                        c.Settings.Variant,
                        $"{c.Workers}",
                        string.Join(", ", repeats.Select(r => r.Row.ConnectionsOpened).Distinct()),
                        string.Join(", ", repeats.Select(Waiting)),
                        Chance.Percent((double)waiting / Math.Max(1, repeats.Sum(r => r.Row.ConnectionsOpened))),
                        c.Settings.Variant == Series.Reuseport ? Chance.Percent(1.0 / c.Workers) : "0.0 %",
                    ];
                }),
            ]);
    }

    private static long Waiting(MeasuredRepeat repeat) => repeat.Listeners.Sum(l => l.Waiting ?? 0);
}
