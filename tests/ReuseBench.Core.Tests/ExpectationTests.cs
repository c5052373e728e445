using ReuseBench.Core.Results;

namespace ReuseBench.Core.Tests;

public sealed class ExpectationTests
{
    [Theory]
    [InlineData("gap_ms < 50", "gap_ms < 50")]
    [InlineData("gap_ms<50", "gap_ms < 50")]
    [InlineData("gap_ms: < 50", "gap_ms < 50")]
    [InlineData("gap_ms <= 50ms", "gap_ms <= 50")]
    [InlineData("latency_p99_us < 2ms", "latency_p99_us < 2000")]
    [InlineData("errors: 0", "errors == 0")]
    [InlineData("errors = 0", "errors == 0")]
    [InlineData("steal_share < 2%", "steal_share < 0.02")]
    [InlineData("throughput_rps >= 1e4", "throughput_rps >= 10000")]
    [InlineData("ratio: reuseport/single > 1.1", "ratio reuseport/single > 1.1")]
    [InlineData("ratio latency_p99_us shared-epoll-exclusive/single <= 1", "ratio latency_p99_us shared-epoll-exclusive/single <= 1")]
    public void It_is_read_as_it_is_written_and_reads_back(string text, string said)
    {
        Expectation expectation = Expectation.Parse(text);

        Assert.Equal(said, expectation.Text);
        Assert.Equal(expectation, Expectation.Parse(expectation.Text));
    }

    [Theory]
    [InlineData("gap_ms", "< 50", "gap_ms < 50")]
    [InlineData("errors", "0", "errors == 0")]
    [InlineData("ratio", "reuseport/single > 1.1", "ratio reuseport/single > 1.1")]
    [InlineData("ratio", "latency_p50_us single/shared < 1", "ratio latency_p50_us single/shared < 1")]
    public void A_matrix_has_a_key_and_a_value(string key, string value, string said) => Assert.Equal(said, Expectation.Parse(key, value).Text);

    [Theory]
    [InlineData("", "write METRIC OPERATOR VALUE")]
    [InlineData("gap_ms", "write METRIC OPERATOR VALUE")]
    [InlineData("gap_ms < ", "write METRIC OPERATOR VALUE")]
    [InlineData("gap_ms < 50 < 60", "write METRIC OPERATOR VALUE")]
    [InlineData("gap_m < 50", "did you mean 'gap_ms'?")]
    [InlineData("nothing_like_it < 50", "is no metric")]
    [InlineData("gap_ms < 50 bananas", "gap_ms is in ms: write a number, or a duration such as 50ms")]
    [InlineData("latency_p99_us < 2 %", "latency_p99_us is in µs")]
    [InlineData("steal_share < 2ms", "steal_share is a share: write a percentage or a share, such as 5% or 0.05, in place of")]
    [InlineData("throughput_rps > 5ms", "throughput_rps is in requests/s: write a plain number")]
    [InlineData("errors = none", "errors is a count")]
    [InlineData("ratio: reuseport > 1.1", "write a ratio as 'ratio: A/B > 1.1'")]
    [InlineData("ratio: reuseport/single > 5%", "a ratio is a plain number")]
    [InlineData("ratio: gap_m reuseport/single > 1", "did you mean 'gap_ms'?")]
    public void What_cannot_be_read_is_one_line_that_says_what_could(string text, string says)
    {
        string message = Assert.Throws<UsageException>(() => Expectation.Parse(text)).Message;

        Assert.StartsWith($"expect: '{text}': ", message, StringComparison.Ordinal);
        Assert.Contains(says, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    [Theory]
    [InlineData("gap_ms < 5", 4.9, 5)]
    [InlineData("gap_ms <= 5", 5, 5.1)]
    [InlineData("gap_ms > 5", 5.1, 5)]
    [InlineData("gap_ms >= 5", 5, 4.9)]
    [InlineData("gap_ms = 5", 5, 4.9)]
    [InlineData("gap_ms != 5", 4.9, 5)]
    public void An_operator_is_what_it_is_everywhere(string text, double holds, double fails)
    {
        Assert.True(Expectation.Parse(text).Holds(holds));
        Assert.False(Expectation.Parse(text).Holds(fails));
    }

    [Fact]
    public void A_count_of_failures_holds_in_each_repeat_and_a_quantity_in_its_median()
    {
        Assert.True(Expectation.Parse("errors = 0").IsOfEachRepeat);
        Assert.True(Expectation.Parse("errors_refused = 0").IsOfEachRepeat);
        Assert.False(Expectation.Parse("gap_ms < 50").IsOfEachRepeat);
        Assert.False(Expectation.Parse("requests > 50").IsOfEachRepeat);
        Assert.False(Expectation.Parse("ratio errors_refused reuseport/single < 2").IsOfEachRepeat);
    }
}
