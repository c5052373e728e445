using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;

namespace ReuseBench.Core.Tests;

public sealed class CellTests
{
    /// <summary>From runs of a version without ramps, whose folders a later one reads and resumes.</summary>
    public static TheoryData<string, LoadSettings> FormerIds => new()
    {
        { "throughput-single-w1-keepalive-c64-5cefb2", new LoadSettings() },
        { "latency-single-w1-connect-r100-08207a", new LoadSettings { Workload = Workload.Connect, Rate = 100, Warmup = Duration.FromMilliseconds(300) } },
    };

    [Theory]
    [MemberData(nameof(FormerIds))]
    public void A_cell_without_a_ramp_keeps_the_id_that_it_had_before_there_were_ramps(string id, LoadSettings load) => Assert.Equal(id, Of(load).Id);

    [Fact]
    public void A_ramp_makes_another_cell()
    {
        string[] ids = [.. new[] { 0, 100, 200 }.Select(ms => Of(new LoadSettings { Ramp = Duration.FromMilliseconds(ms) }).Id)];
        Assert.Equal(3, ids.Distinct().Count());
    }

    private static Cell Of(LoadSettings load) => new()
    {
        Experiment = load.Load == LoadShape.Open ? Experiment.Latency : Experiment.Throughput,
        Server = new ServerSettings(),
        Load = load,
    };
}
