using ReuseBench.Core.Cells;

namespace ReuseBench.Servers.Selectors;

/// <summary>The selectors there are: one more is one file and one line here.</summary>
internal static class SelectorRegistry
{
    private static readonly Dictionary<Selector, Func<IListenerSelector>> Makers = new()
    {
        [Selector.Hash] = () => new HashSelector(),
        [Selector.CbpfCpu] = () => new CbpfCpuSelector(),
        [Selector.CbpfRandom] = () => new CbpfRandomSelector(),
        [Selector.IncomingCpu] = () => new IncomingCpuSelector(),
        [Selector.EbpfWeight] = EbpfSelector.ByWeight,
        [Selector.EbpfRoundRobin] = EbpfSelector.InTurns,
    };

    public static IListenerSelector Create(Selector selector) => Makers[selector]();
}
