using ReuseBench.Core.Cells;

namespace ReuseBench.Core.Tests;

/// <summary>The distributions of a service time against what is known of them in closed form.</summary>
public sealed class ServiceSpreadTests
{
    private const int Steps = 2_000_000;

    private const double Shape = 1.5;

    private const double Ratio = 1000;

    /// <summary>
    /// By the midpoint rule over the inverse of the distribution function, which integrates to the mean. What the rule misses is the last step of an
    /// unbounded tail: below 1e-6 of the exponential's mean and 1e-4 of its second moment.
    /// </summary>
    [Theory]
    [InlineData(ServiceSpread.Constant, 0)]
    [InlineData(ServiceSpread.Exponential, 1)]
    [InlineData(ServiceSpread.Bimodal, 2.25)] // 0.9 · 0.5² + 0.1 · 5.5² − 1
    [InlineData(ServiceSpread.Pareto, 9.8848)] // a / (2 − a) · L² · (r^(2 − a) − 1) / (1 − r^(−a)) − 1 for a = 1.5, r = 1000
    public void Each_has_the_mean_that_its_label_says_and_its_variance(ServiceSpread spread, double variance)
    {
        double sum = 0;
        double squares = 0;
        for (int step = 0; step < Steps; step++)
        {
            double value = ServiceSpreads.Quantile(spread, (step + 0.5) / Steps);
            sum += value;
            squares += value * value;
        }

        double mean = sum / Steps;
        Assert.Equal(1, mean, 1e-4);
        Assert.Equal(variance, (squares / Steps) - (mean * mean), 1e-2);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.9)]
    [InlineData(0.99)]
    [InlineData(0.9999)]
    public void The_Pareto_quantiles_undo_the_distribution_function(double share)
    {
        double shortest = ServiceSpreads.Quantile(ServiceSpread.Pareto, 0);
        double value = ServiceSpreads.Quantile(ServiceSpread.Pareto, share);
        double below = (1 - Math.Pow(shortest / value, Shape)) / (1 - Math.Pow(Ratio, -Shape));
        Assert.Equal(share, below, 1e-12);
    }

    [Fact]
    public void The_longest_Pareto_time_is_a_thousand_times_the_shortest()
    {
        double shortest = ServiceSpreads.Quantile(ServiceSpread.Pareto, 0);
        Assert.Equal(0.34421, shortest, 1e-5);
        Assert.Equal(Ratio, ServiceSpreads.LongestOverMean(ServiceSpread.Pareto) / shortest, 1e-6);
    }

    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(0.8999, 0.5)]
    [InlineData(0.9, 5.5)]
    [InlineData(0.9999, 5.5)]
    public void One_in_ten_of_bimodal_requests_is_eleven_times_as_long_as_the_others(double share, double value) =>
        Assert.Equal(value, ServiceSpreads.Quantile(ServiceSpread.Bimodal, share), 1e-12);

    [Theory]
    [InlineData(ServiceSpread.Constant, 1)]
    [InlineData(ServiceSpread.Bimodal, 5.5)]
    [InlineData(ServiceSpread.Exponential, double.PositiveInfinity)]
    public void The_longest_is_known(ServiceSpread spread, double longest) => Assert.Equal(longest, ServiceSpreads.LongestOverMean(spread), 1e-12);
}
