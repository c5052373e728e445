using ReuseBench.Bench.Tuning;
using ReuseBench.Core;
using ReuseBench.Core.Results;

namespace ReuseBench.Bench.Tests;

public sealed class ObjectiveTests
{
    [Theory]
    [InlineData("p99<2ms", 1_999, true)]
    [InlineData("p99 < 2ms", 2_000, false)]
    [InlineData("p99<=2000us", 2_001, false)]
    [InlineData("p99<1s", 999_999, true)]
    public void A_percentile_is_held_below_its_limit(string text, double us, bool held) =>
        Assert.Equal(held, Objective.Parse(text).IsHeld(new ResultRow { LatencyP99Us = us }));

    [Fact]
    public void A_percentile_that_is_not_published_tells_nothing() => Assert.Null(Objective.Parse("p99<2ms").IsHeld(new ResultRow()));

    [Theory]
    [InlineData("errors<1%", 990, 9, true)]
    [InlineData("errors<1%", 990, 10, false)]
    [InlineData("errors<0.01", 990, 9, true)]
    public void Errors_are_a_share_of_all_requests(string text, long answered, long failed, bool held) =>
        Assert.Equal(held, Objective.Parse(text).IsHeld(new ResultRow { Requests = answered, RequestsFailed = failed }));

    [Fact]
    public void A_request_that_was_never_started_has_failed_once() =>
        Assert.True(Objective.Parse("errors<1%").IsHeld(new ResultRow { Requests = 990, RequestsFailed = 9, Dropped = 9 }));

    [Theory]
    [InlineData("")]
    [InlineData("p99")]
    [InlineData("p99>2ms")]
    [InlineData("p99<2")]
    [InlineData("p99<-2ms")]
    [InlineData("p42<2ms")]
    [InlineData("errors<0%")]
    [InlineData("errors<101%")]
    public void Anything_else_is_refused(string text) =>
        Assert.Contains($"slo: '{text}' is no objective", Assert.Throws<UsageException>(() => Objective.Parse(text)).Message, StringComparison.Ordinal);
}
