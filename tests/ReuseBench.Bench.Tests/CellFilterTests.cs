using ReuseBench.Bench.Matrices;
using ReuseBench.Core;
using ReuseBench.Core.Cells;

namespace ReuseBench.Bench.Tests;

public sealed class CellFilterTests
{
    private static readonly Cell Cell = Cell.Blank with
    {
        Server = new ServerSettings { Variant = Variant.Reuseport, Workers = 4 },
        Load = new LoadSettings { Workload = Workload.Connect },
    };

    [Theory]
    [InlineData(null, true)]
    [InlineData(" variant = reuseport ", true)]
    [InlineData("service_time=0.0ms", true)]
    [InlineData("duration=10000ms", true)]
    [InlineData("rate=", true)]
    [InlineData("variant=reuseport", true)]
    [InlineData("variant=single", false)]
    [InlineData("variant=single|reuseport", true)]
    [InlineData("variant=reuseport,workers=4", true)]
    [InlineData("variant=reuseport,workers=2", false)]
    [InlineData("variant!=single|shared", true)]
    [InlineData("workers!=4", false)]
    [InlineData("w4-connect", true)]
    [InlineData("w2-connect", false)]
    public void A_filter_keeps_cells_for_which_every_term_holds(string? filter, bool kept) =>
        Assert.Equal(kept, CellFilter.Parse(filter is null ? [] : [filter]).Matches(Cell));

    [Fact]
    public void An_unknown_key_is_named_with_those_there_are()
    {
        UsageException e = Assert.Throws<UsageException>(() => CellFilter.Parse("wokers=1"));
        Assert.Contains("'wokers' is unknown", e.Message, StringComparison.Ordinal);
        Assert.Contains("workers", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "an empty term")]
    [InlineData(",,,", "an empty term")]
    [InlineData("variant=nope", "variant: 'nope' is unknown")]
    [InlineData("workers=four", "'four' is not a whole number")]
    public void A_term_that_cannot_hold_is_refused(string filter, string says) =>
        Assert.Contains(says, Assert.Throws<UsageException>(() => CellFilter.Parse(filter)).Message, StringComparison.Ordinal);
}
