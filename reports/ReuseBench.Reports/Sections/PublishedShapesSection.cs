using ReuseBench.Core.Cells;
using ReuseBench.Reports.Document;
using ReuseBench.Reports.Findings;
using ReuseBench.Reports.Tables;

namespace ReuseBench.Reports.Sections;

/// <summary>What others have published about unevenness, and for each shape whether it comes out here, or why not.</summary>
public sealed class PublishedShapesSection : ISection
{
    public string Title => "Published shapes";

    public IEnumerable<Block> Build(ReportMaterial material)
    {
        MeasuredCell[] cells =
        [
            .. material.Tables.Cells.Where(c => c.Is(Experiment.Fairness) && !ChanceSummary.CountedWithoutServer(c) && c.Settings.RxCpuMatch != "on"),
        ];
        if (cells.Length == 0)
        {
            yield break;
        }

        MeasuredCell[] accepting = [.. cells.Where(AcceptShape.IsShownBy)];
        yield return Shape(AcceptShape.EpollPublished, accepting.Where(c => !AcceptShape.IsOfBlocking(c)).Select(AcceptShape.Say));
        yield return Shape(AcceptShape.BlockingPublished, accepting.Where(AcceptShape.IsOfBlocking).Select(AcceptShape.Say));
        TailShape[] tails = [.. TailShape.All(cells)];
        int compared = tails.Count(t => t.Paired is { CanBeDecided: true });
        yield return Shape(TailShape.HeavyPublished, tails.Where(t => TailShape.IsHeavy(t.Group)).Select(t => t.Say(compared)));
        yield return Shape(TailShape.SmallPublished, tails.Where(t => !TailShape.IsHeavy(t.Group)).Select(t => t.Say(compared)));
        if (cells.Any(c => c.Settings.Variant == Series.Shared && AcceptShape.IsOfBlocking(c)))
        {
            yield return new Paragraph(
                "A shared listener with blocking accept is no shared queue of requests: the thread that accepts for a worker takes connections, in turn, also while the worker is busy.");
        }

        foreach (string restriction in RestrictionWords.Say(cells.Select(c => LatencyTail.Of(c).Percentile(50).Restrictions)))
        {
            yield return new Paragraph(restriction);
        }
    }

    private static Bullets Shape(string published, IEnumerable<string> measured)
    {
        string[] items = [.. measured];
        return new Bullets(items.Length == 0
            ? [$"Published: {published}. Not said here, because this run has no pair of cells that could show it."]
            : [.. items.Select(item => $"Published: {published}. {item}")]);
    }
}
