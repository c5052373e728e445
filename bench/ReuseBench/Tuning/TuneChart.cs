using ReuseBench.Reports.Comparison;
using ReuseBench.Reports.Data;
using ReuseBench.Reports.Drawing;

namespace ReuseBench.Bench.Tuning;

/// <summary>The curves of a run folder, <c>tune-VARIANT.svg</c> and <c>.png</c> each.</summary>
internal static class TuneChart
{
    /// <returns>The pictures that were drawn; none without an answer, or where the host has no font.</returns>
    public static IReadOnlyList<string> Draw(string folder, IReadOnlyList<TuneResult> results)
    {
        List<string> drawn = [];
        TuneResult[] answered = [.. results.Where(r => r.Answer.Workers is not null)];
        if (answered.Length == 0)
        {
            return drawn;
        }

        RunData run = RunData.Read(folder);
        foreach (TuneResult result in answered)
        {
            foreach (string ending in (string[])[".svg", ".png"])
            {
                string path = Path.Combine(folder, $"tune-{Core.Units.Names.Of(result.Request.Server.Variant)}{ending}");
                if (WorkerCurveChart.Draw(CurveOf(result), run, path, new InstalledFonts()))
                {
                    drawn.Add(path);
                }
            }
        }

        return drawn;
    }

    /// <summary>Intervals are of the ratio to the best: they are drawn about the best's own median.</summary>
    internal static WorkerCurve CurveOf(TuneResult result)
    {
        (TuneRequest request, WorkerAnswer answer) = (result.Request, result.Answer);
        bool higher = request.IsHigherBetter;
        WorkerPoint best = higher ? answer.Confirmed.MaxBy(p => p.Ratio)! : answer.Confirmed.MinBy(p => p.Ratio)!;
        Dictionary<int, WorkerPoint> confirmed = answer.Confirmed.ToDictionary(p => p.Workers);
        WorkerCurvePoint[] points =
        [
            .. answer.Curve.Select(c => confirmed.TryGetValue(c.Workers, out WorkerPoint? p) && p.Low > 0 && double.IsFinite(p.High)
                ? new WorkerCurvePoint(c.Workers, best.Median * p.Ratio, best.Median * p.Low, best.Median * p.High, c.Workers == answer.Workers)
                : new WorkerCurvePoint(c.Workers, c.Median, null, null, c.Workers == answer.Workers)),
        ];
        (double, double) within = higher
            ? (best.Median * (1 - request.Margin), double.PositiveInfinity)
            : (0, best.Median / (1 - request.Margin));
        return new WorkerCurve(TuneText.Headline(result), TuneText.Axis(request), points, within);
    }
}
