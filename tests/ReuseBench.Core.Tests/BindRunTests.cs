using ReuseBench.Core.Results;

namespace ReuseBench.Core.Tests;

public sealed class BindRunTests
{
    [Fact]
    public void Attempts_that_came_out_alike_are_one_run_and_a_change_begins_another()
    {
        IReadOnlyList<BindRun> runs = BindRun.Of([("EADDRINUSE", 0.6), ("EADDRINUSE", 2.7), ("EACCES", 4.8), ("EADDRINUSE", 6.9), (BindRun.Bound, 9)]);
        Assert.Equal(
            [new BindRun("EADDRINUSE", 2, 0.6, 2.7), new BindRun("EACCES", 1, 4.8, 4.8), new BindRun("EADDRINUSE", 1, 6.9, 6.9),
                new BindRun("ok", 1, 9, 9)], runs);
    }

    [Fact]
    public void What_is_written_is_read_back()
    {
        BindRun[] runs = [new("EADDRINUSE", 398, -0.612, 59_873.204), new("ok", 1, 59_875.1, 59_875.1)];
        Assert.Equal("EADDRINUSE*398@-0.612..59873.204;ok*1@59875.1..59875.1", BindRun.Format(runs));
        Assert.Equal(runs, BindRun.Parse(BindRun.Format(runs)));
        Assert.Null(BindRun.Format([]));
        Assert.Empty(BindRun.Parse(null));
    }

    [Theory]
    [InlineData("EADDRINUSE")]
    [InlineData("EADDRINUSE*x@1..2")]
    [InlineData("EADDRINUSE*1@1")]
    public void What_is_no_list_of_runs_is_refused_in_one_line(string text)
    {
        UsageException error = Assert.Throws<UsageException>(() => BindRun.Parse(text));
        Assert.Contains("bind_runs", error.Message, StringComparison.Ordinal);
    }
}
