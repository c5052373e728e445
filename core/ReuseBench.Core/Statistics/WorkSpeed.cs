namespace ReuseBench.Core.Statistics;

/// <summary>
/// How fast a CPU does fixed work: while the others that the cell occupies are idle, and while all of them work. A hypervisor may put two CPUs of
/// this machine on two threads of one core and back again; then only the second falls, and a window suffers by it only while both are busy.
/// </summary>
/// <param name="Alone">Rounds of work per microsecond.</param>
/// <param name="Together">Likewise.</param>
public readonly record struct WorkSpeed(double Alone, double Together)
{
    /// <param name="othersBusy">For which share of the time the others are busy, 0 to 1.</param>
    public double At(double othersBusy) => Alone - ((Alone - Together) * othersBusy);

    /// <summary>The lesser of each.</summary>
    public WorkSpeed Min(WorkSpeed other) => new(Math.Min(Alone, other.Alone), Math.Min(Together, other.Together));

    /// <summary>The greater of each.</summary>
    public WorkSpeed Max(WorkSpeed other) => new(Math.Max(Alone, other.Alone), Math.Max(Together, other.Together));

    /// <summary>For which share of the time the other CPUs of some are busy, seen from the busiest: the mean of all but that one.</summary>
    /// <param name="busy">Share of the time for which each is busy, 0 to 1.</param>
    /// <returns>Null where there is no other.</returns>
    public static double? OthersBusy(IReadOnlyCollection<double> busy) => busy.Count < 2 ? null : (busy.Sum() - busy.Max()) / (busy.Count - 1);
}
