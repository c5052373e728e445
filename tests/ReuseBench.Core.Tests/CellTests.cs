using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;

namespace ReuseBench.Core.Tests;

public sealed class CellTests
{
    private static Cell Of(LoadSettings load) => new()
    {
        Experiment = load.Load == LoadShape.Open ? Experiment.Latency : Experiment.Throughput,
        Server = new ServerSettings(),
        Load = load,
    };
}
