namespace ReuseBench.Core.Cells;

/// <summary>What each selector is meant to give its listeners, and whether chance has a part in it.</summary>
public static class SelectorShares
{
    /// <summary>Weight of a listener under <see cref="Selector.EbpfWeight"/>: the first has 1, the second 2, and so on.</summary>
    public static int WeightOf(int listener) => listener + 1;

    /// <summary>Under <see cref="Selector.EbpfAlive"/> a worker stands still that did not come back to its loop for so long.</summary>
    public static Units.Duration StalledAfter { get; } = Units.Duration.FromMilliseconds(20);

    /// <summary>Expected share of each listener, 0 to 1; null where the CPUs decide, not chance.</summary>
    public static IReadOnlyList<double>? Expected(Selector selector, int listeners) => selector switch
    {
        Selector.EbpfWeight => ByWeight(listeners),
        Selector.CbpfCpu or Selector.IncomingCpu => null,
        _ => [.. Enumerable.Repeat(1.0 / listeners, listeners)],
    };

    /// <summary>Whether the receiving CPU picks the listener, so that one listener is needed for each CPU, pinned to it.</summary>
    public static bool GoesByCpu(Selector selector) => selector is Selector.CbpfCpu or Selector.IncomingCpu;

    /// <summary>Whether it is a program that needs rights to be loaded (CAP_BPF, CAP_NET_ADMIN).</summary>
    public static bool NeedsRights(Selector selector) => selector is Selector.EbpfWeight or Selector.EbpfRoundRobin or Selector.EbpfAlive;

    /// <summary>
    /// What has to be different for two choices to be independent: the tuple, the connection, or nothing since there is no chance in it.
    /// </summary>
    public static ChanceUnit UnitOf(Selector selector) => selector switch
    {
        Selector.Hash or Selector.EbpfWeight or Selector.EbpfAlive => ChanceUnit.Tuple,
        Selector.CbpfRandom => ChanceUnit.Connection,
        _ => ChanceUnit.None,
    };

    private static double[] ByWeight(int listeners)
    {
        double sum = Enumerable.Range(0, listeners).Sum(WeightOf);
        return [.. Enumerable.Range(0, listeners).Select(l => WeightOf(l) / sum)];
    }
}

/// <summary>What a selector draws anew for.</summary>
public enum ChanceUnit
{
    /// <summary>Nothing: strict turns, or the CPU.</summary>
    None,

    /// <summary>Each source address and port; the same one always meets the same listener.</summary>
    Tuple,

    /// <summary>Each connection.</summary>
    Connection,
}
