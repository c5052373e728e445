using ReuseBench.Core.Cells;

namespace ReuseBench.Core.Tests;

public sealed class CellTests
{
    [Fact]
    public void An_id_is_readable_ends_in_twelve_hex_digits_and_stays() =>
        Assert.Equal("throughput-single-w1-keepalive-c64-e3b0c44298fc", Cell.Blank.Id);

    [Fact]
    public void An_id_does_not_depend_on_the_order_in_which_settings_were_set()
    {
        Setting[] some = [.. CellSettings.OfCells.Where(s => s.Key is "workers" or "connections" or "backlog")];
        Assert.Equal(
            some.Aggregate(Cell.Blank, (c, s) => s.Set(c, "8")).Id,
            some.Reverse().Aggregate(Cell.Blank, (c, s) => s.Set(c, "8")).Id);
    }

    [Theory]
    [InlineData("restart_timeout", "1ms", "100ms to 1h")]
    [InlineData("restart_stop", "kill", "cannot be had")]
    public void A_restart_that_cannot_be_is_refused(string key, string value, string says)
    {
        Cell drain = Cell.Blank with { Experiment = Experiment.Restart, Restart = new RestartSettings { Method = RestartMethod.ReuseportDrain } };
        drain.Validate();
        Assert.Contains(says, Assert.Throws<UsageException>(CellSettings.Find(key)!.Set(drain, value).Validate).Message, StringComparison.Ordinal);
    }
}
