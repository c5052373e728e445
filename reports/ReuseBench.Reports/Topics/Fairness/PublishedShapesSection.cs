using ReuseBench.Core.Cells;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Data;
using ReuseBench.Reports.Document;

namespace ReuseBench.Reports.Topics.Fairness;

/// <summary>What others have published about unevenness, and for each shape whether it comes out here, or why not.</summary>
internal static class PublishedShapesSection
{
    public static IEnumerable<Block> Of(TopicMaterial material)
    {
        RunAnalysis run = material.Run;
        MeasuredCell[] cells =
        [
            .. run.Cells.Where(c => c.Is(Experiment.Fairness) && !c.IsAcceptOnly && !c.Cell.Server.RxCpuMatch),
        ];
        if (cells.Length == 0)
        {
            yield break;
        }

        MeasuredCell[] accepting = [.. cells.Where(AcceptShape.IsShownBy)];
        yield return Shape(
            AcceptShape.EpollPublished,
            accepting.Where(c => !AcceptShape.IsOfBlocking(c) && !AcceptShape.IsOfIoUring(c)).Select(c => AcceptShape.Say(c, run)));
        yield return Shape(AcceptShape.BlockingPublished, accepting.Where(AcceptShape.IsOfBlocking).Select(c => AcceptShape.Say(c, run)));
        string[] rings = [.. accepting.Where(AcceptShape.IsOfIoUring).Select(c => AcceptShape.Say(c, run))];
        if (rings.Length > 0)
        {
            yield return new Bullets([.. rings.Select(item => $"Measured by this project before: {AcceptShape.IoUringMeasured}. {item}")]);
        }

        TailShape[] tails = [.. TailShape.All(cells)];
        int compared = PairedTail.Counted(tails.Select(t => t.Paired).OfType<PairedTail>());
        yield return Shape(TailShape.HeavyPublished, tails.Where(t => TailShape.IsHeavy(t.Group)).Select(t => t.Say(compared, tails.Length, run)));
        yield return Shape(TailShape.SmallPublished, tails.Where(t => !TailShape.IsHeavy(t.Group)).Select(t => t.Say(compared, tails.Length, run)));
        if (cells.Any(c => c.Cell.Server.Variant == Variant.Shared && AcceptShape.IsOfBlocking(c)))
        {
            yield return new Paragraph(
                "A shared listener with blocking accept is no shared queue of requests: the thread that accepts for a worker takes "
                    + "connections, in turn, also while the worker is busy.");
        }

        foreach (string restriction in RestrictionWords.Say(cells.Select(c => run.Latency(c).Percentile(50).Restrictions)))
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
