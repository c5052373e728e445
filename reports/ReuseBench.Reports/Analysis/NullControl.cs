namespace ReuseBench.Reports.Analysis;

/// <summary>
/// The largest difference between cells that are the same program under different names (<see cref="Core.Cells.Cell.ProgramId"/>): what this host and
/// this way of measuring make of no difference at all. A smaller one between other cells is no finding, however well their ranges are apart.
/// </summary>
/// <param name="Best">Of the two that differ most.</param>
/// <param name="Worst">The other.</param>
public sealed record NullControl(Estimate Best, Estimate Worst)
{
    /// <summary>From 0, relative to the best.</summary>
    public double Largest => Difference(Best, Worst);

    /// <returns>Null where no two of them are the same program under equal conditions.</returns>
    /// <param name="ranked">Estimates of one figure, each with a value.</param>
    public static NullControl? Of(IEnumerable<Estimate> ranked) => ranked.GroupBy(e => (e.Cell.Conditions, e.Cell.Cell.ProgramId))
        .Where(same => same.Skip(1).Any())
        .Select(same => new NullControl(same.MinBy(Ranking.Cost)!, same.MaxBy(Ranking.Cost)!))
        .MaxBy(control => control.Largest);

    /// <summary>Whether a difference from the best is within what identical cells show.</summary>
    public bool Covers(Estimate best, Estimate other) => Difference(best, other) <= Largest;

    private static double Difference(Estimate best, Estimate other) => best.Value == other.Value ? 0 : Math.Abs((other.Value!.Value / best.Value!.Value) - 1);
}
