using ReuseBench.Core.Cells;
using ReuseBench.Reports.Data;
using ReuseBench.Reports.Drawing;

namespace ReuseBench.Reports.Tests;

public sealed class SeriesStyleTests
{
    /// <summary>A printer has no colour: shape and dashes tell the series of a panel apart.</summary>
    [Fact]
    public void No_two_ways_of_listening_have_both_shape_and_dashes_in_common()
    {
        ServerSettings[] servers =
        [
            new() { Variant = Variant.Single }, new() { Variant = Variant.Restart },
            .. Enum.GetValues<AcceptMode>().Select(a => new ServerSettings { Variant = Variant.Shared, Accept = a }),
            .. Enum.GetValues<Selector>().Select(s => new ServerSettings { Variant = Variant.Reuseport, Selector = s }),
            new() { Variant = Variant.Reuseport, Workers = 2, Processes = 2 },
            new() { Variant = Variant.Inherited, Workers = 2 }, new() { Variant = Variant.Inherited, Accept = AcceptMode.EpollExclusive, Workers = 2 },
        ];
        Series[] all = [.. servers.Select(s => Series.Of(Cell.Blank with { Server = s }))];

        Assert.Equal(servers.Length, all.Distinct().Count());
        Assert.Empty(all.GroupBy(s => (SeriesStyle.Of(s).Filled, SeriesStyle.Of(s).Line)).Where(g => g.Skip(1).Any())
            .Select(g => string.Join(" and ", g.Select(s => s.Label))));
    }
}
