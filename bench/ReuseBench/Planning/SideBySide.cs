using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;

namespace ReuseBench.Bench.Planning;

/// <summary>
/// Which measurements may run at the same time. Only waits for TIME_WAIT do: they fill a minute with refused probes and an idle CPU, and in
/// namespaces of their own they know nothing of each other. All others own the machine.
/// </summary>
internal static class SideBySide
{
    /// <summary>At once; each probes a thousand times a second, a few percent of a CPU.</summary>
    public const int Most = 4;

    /// <summary>A shorter wait is not worth the company.</summary>
    private static readonly Duration LongWait = Duration.FromSeconds(15);

    /// <summary>The plan in groups that run at once, in the order of their first members.</summary>
    /// <param name="repeats">In the order of the plan.</param>
    /// <param name="isolated">Whether each runs in a namespace of its own; otherwise every group is one measurement.</param>
    public static IEnumerable<IReadOnlyList<PlannedRepeat>> Groups(IReadOnlyList<PlannedRepeat> repeats, bool isolated)
    {
        Queue<PlannedRepeat> waits = new(isolated ? repeats.Where(r => IsLongWait(r.Cell)) : []);
        HashSet<PlannedRepeat> grouped = [.. waits];
        HashSet<PlannedRepeat> done = [];
        foreach (PlannedRepeat repeat in repeats)
        {
            if (!grouped.Contains(repeat))
            {
                yield return [repeat];
            }
            else if (!done.Contains(repeat))
            {
                PlannedRepeat[] group = [.. Enumerable.Range(0, Math.Min(Most, waits.Count)).Select(_ => waits.Dequeue())];
                done.UnionWith(group);
                yield return group;
            }
        }
    }

    /// <summary>Whether it waits for TIME_WAIT, and long enough to have company.</summary>
    public static bool IsLongWait(Cell cell) =>
        cell.Restart is { } restart && RestartRules.WaitsForTimeWait(restart.Method) && restart.Timeout >= LongWait;
}
