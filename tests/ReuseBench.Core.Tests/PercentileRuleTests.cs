using HdrHistogram;
using ReuseBench.Core.Statistics;

namespace ReuseBench.Core.Tests;

public sealed class PercentileRuleTests
{
    [Theory]
    [InlineData(1_000, 0, 99, true)] // ten lie beyond
    [InlineData(999, 0, 99, false)]
    [InlineData(10_000, 0, 99.9, true)]
    [InlineData(9_999, 0, 99.9, false)]
    [InlineData(20, 0, 50, true)]
    [InlineData(0, 0, 50, false)]
    [InlineData(0, 0, 100, false)]
    [InlineData(1, 0, 100, true)] // the largest value is what it is
    [InlineData(100_000, 1, 100, false)] // one that got no answer was slower
    [InlineData(99_900, 100, 99, true)] // a tenth of the 1 % beyond
    [InlineData(99_899, 101, 99, false)]
    [InlineData(99_900, 100, 99.9, false)] // the errors limit of 0.1 % is the whole tail here
    [InlineData(99_990, 10, 99.9, true)]
    [InlineData(90_000, 10_000, 50, false)]
    [InlineData(95_000, 5_000, 50, true)]
    public void A_percentile_is_given_where_values_lie_beyond_it_and_failures_do_not(long values, long failed, double percentile, bool given) =>
        Assert.Equal(given, PercentileRule.Allows(values, failed, percentile));

    [Fact]
    public void What_is_left_out_has_its_reason()
    {
        Assert.Equal("500 values are too few for percentile 99", PercentileRule.WhyNot(500, 0, 99));
        Assert.Equal("200 of 100000 requests failed and are slower than any response: too many for percentile 99", PercentileRule.WhyNot(99_800, 200, 99));
        Assert.Null(PercentileRule.WhyNot(100_000, 0, 99));
    }

    [Theory]
    [InlineData(110, 100, 0.1)] // held against what is the server's, not against what the lag has lengthened
    [InlineData(300, 100, 2)]
    [InlineData(100, 100, 0)]
    public void The_generator_lag_is_held_against_the_latency_without_it(long latencyUs, long netUs, double share) =>
        Assert.Equal(share, GeneratorLag.ShareAt(Of(latencyUs), Of(netUs), 99)!.Value, 0.005);

    [Fact]
    public void Only_percentiles_that_are_given_are_judged()
    {
        // 2000 requests: the 99.9th is not given, and there alone the lag is the latency.
        LongHistogram request = Mixed(1_000, 500_000);
        LongHistogram net = Mixed(1_000, 1_000);

        Assert.Equal(0, GeneratorLag.Worst(request, net, failed: 0, GeneratorLag.Published)!.Value, 0.005);
        Assert.Null(GeneratorLag.Worst(request, net, failed: 2_000, GeneratorLag.Published));
    }

    private static LongHistogram Mixed(long most, long few)
    {
        LongHistogram histogram = HistogramCodec.New();
        histogram.RecordValueWithCount(most, 1_995);
        histogram.RecordValueWithCount(few, 5);
        return histogram;
    }

    private static LongHistogram Of(long us)
    {
        LongHistogram histogram = HistogramCodec.New();
        histogram.RecordValueWithCount(us * 1_000, 10_000);
        return histogram;
    }
}
