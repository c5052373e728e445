using ReuseBench.Core.Cells;

namespace ReuseBench.Core.Tests;

public sealed class CellTests
{
    [Fact]
    public void An_id_is_readable_ends_in_twelve_hex_digits_and_stays() =>
        Assert.Equal("throughput-single-w1-keepalive-c64-e3b0c44298fc", Cell.Blank.Id);

    /// <summary>An id is remembered; a copy begins with what was remembered of its origin.</summary>
    [Fact]
    public void A_copy_with_another_setting_has_an_id_of_its_own_and_asking_for_one_changes_no_cell()
    {
        Cell asked = Cell.Blank with { Server = new ServerSettings { Workers = 7 } };
        string id = asked.Id;
        Cell other = asked with { Server = new ServerSettings { Workers = 8 } };
        Assert.NotEqual(id, other.Id);
        Assert.Equal(id, asked.Id);
        Assert.Equal(id, (other with { Server = asked.Server }).Id);
        Cell never = Cell.Blank with { Server = new ServerSettings { Workers = 7 } };
        Assert.Equal(asked, never);
        Assert.Equal(asked.GetHashCode(), never.GetHashCode());
    }

    [Fact]
    public void An_id_does_not_depend_on_the_order_in_which_settings_were_set()
    {
        Setting[] some = [.. CellSettings.OfCells.Where(s => s.Key is "workers" or "connections" or "backlog")];
        Assert.Equal(
            some.Aggregate(Cell.Blank, (c, s) => s.Set(c, "8")).Id,
            some.Reverse().Aggregate(Cell.Blank, (c, s) => s.Set(c, "8")).Id);
    }

    [Theory]
    [InlineData("variant=reuseport", "variant=shared,accept=epoll", true)]
    [InlineData("variant=shared,accept=epoll-exclusive", "variant=shared,accept=epoll", true)]
    [InlineData("variant=reuseport", "variant=shared,accept=blocking", false)] // an acceptor is a thread of its own
    [InlineData("variant=reuseport", "variant=single", false)]
    [InlineData("variant=reuseport,workers=2", "variant=shared,workers=2", false)]
    [InlineData("variant=reuseport,selector=cbpf-random", "variant=shared", false)]
    [InlineData("variant=reuseport,rx_cpu_match=on", "variant=shared", false)]
    [InlineData("variant=reuseport,backlog=8", "variant=shared", false)]
    [InlineData("variant=reuseport,driver=accept-only", "variant=shared,driver=accept-only", false)]
    public void Cells_that_differ_in_name_alone_are_one_program(string one, string other, bool same)
    {
        static Cell CellOf(string settings) => settings.Split(',').Select(s => s.Split('='))
            .Aggregate(Cell.Blank, (cell, s) => CellSettings.Find(s[0])!.Set(cell, s[1]));
        Assert.NotEqual(CellOf(one).Id, CellOf(other).Id);
        Assert.Equal(same, CellOf(one).ProgramId == CellOf(other).ProgramId);
    }

    [Theory]
    [InlineData("restart_timeout", "1ms", "100ms to 1h")]
    [InlineData("restart_stop", "kill", "does not exist")]
    public void A_restart_that_cannot_be_is_refused(string key, string value, string says)
    {
        Cell drain = Cell.Blank with { Experiment = Experiment.Restart, Restart = new RestartSettings { Method = RestartMethod.ReuseportDrain } };
        drain.Validate();
        Assert.Contains(says, Assert.Throws<UsageException>(CellSettings.Find(key)!.Set(drain, value).Validate).Message, StringComparison.Ordinal);
    }
}
