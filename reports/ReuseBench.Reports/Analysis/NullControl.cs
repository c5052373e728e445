namespace ReuseBench.Reports.Analysis;

/// <summary>
/// The largest difference between cells that are the same program under different names (<see cref="Core.Cells.Cell.ProgramId"/>): what this host and
/// this way of measuring make of no difference at all. A smaller one between other cells is no finding, however well it is separated.
/// </summary>
/// <param name="Best">Of the two that differ most.</param>
/// <param name="Worst">The other.</param>
/// <param name="Largest">From 0, relative to the best.</param>
public sealed record NullControl(Estimate Best, Estimate Worst, double Largest)
{
    /// <returns>Null where no two of them are the same program under equal conditions.</returns>
    /// <param name="ranked">Estimates of one figure, each with a value.</param>
    /// <param name="ranking">That compares them.</param>
    internal static NullControl? Of(IEnumerable<Estimate> ranked, Ranking ranking) => ranked.GroupBy(e => (e.Cell.Conditions, e.Cell.Cell.ProgramId))
        .SelectMany(same => same.SelectMany(a => same.Where(b => !ReferenceEquals(a, b)).Select(b => Between(a, b, ranking)))).OfType<NullControl>()
        .MaxBy(control => control.Largest);

    /// <summary>Whether a figure over the leader's is as close to 1 as those of identical cells.</summary>
    public bool Covers(double ratio) => Math.Abs(ratio - 1) <= Largest;

    /// <returns>Null where the first is not the better one, or they are not compared.</returns>
    private static NullControl? Between(Estimate best, Estimate worst, Ranking ranking) =>
        ranking.Ratio(worst, best) is { } ratio && (best.Better == Core.Csv.Better.Higher ? ratio.Ratio <= 1 : ratio.Ratio >= 1)
            ? new NullControl(best, worst, Math.Abs(ratio.Ratio - 1))
            : null;
}
