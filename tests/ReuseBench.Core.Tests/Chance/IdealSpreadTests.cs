using MathNet.Numerics;
using ReuseBench.Core.Statistics;
using ReuseBench.Core.Statistics.Chance;

namespace ReuseBench.Core.Tests.Chance;

public sealed class IdealSpreadTests
{
    /// <summary>Every way to deal the items, each as likely as any other: what the computed law must agree with.</summary>
    private static IEnumerable<long[]> AllDeals(int total, int parts)
    {
        long deals = (long)Math.Pow(parts, total);
        for (long deal = 0; deal < deals; deal++)
        {
            long[] counts = new long[parts];
            long rest = deal;
            for (int item = 0; item < total; item++)
            {
                counts[rest % parts]++;
                rest /= parts;
            }

            yield return counts;
        }
    }

    [Theory]
    [InlineData(5, 2)]
    [InlineData(8, 3)]
    [InlineData(6, 4)]
    public void Small_cases_agree_with_the_enumeration_of_every_deal(int total, int parts)
    {
        long[][] deals = [.. AllDeals(total, parts)];
        IdealSpread ideal = IdealSpread.Of(total, parts)!;
        double mean = (double)total / parts;

        Assert.Equal(deals.Average(d => d.Max()) / mean, ideal.MaxOverMean.Expected, 9);
        Assert.Equal(deals.Average(d => d.Min()) / mean, ideal.MinOverMean.Expected, 9);
        Assert.Equal(Quantile(deals.Select(d => d.Max() / mean), 0.025), ideal.MaxOverMean.Low, 9);
        Assert.Equal(Quantile(deals.Select(d => d.Max() / mean), 0.975), ideal.MaxOverMean.High, 9);
        Assert.Equal(Quantile(deals.Select(d => d.Min() / mean), 0.975), ideal.MinOverMean.High, 9);
        double covered = deals.Count(d => d.All(c => c >= ideal.Counts.Low && c <= ideal.Counts.High)) / (double)deals.Length;
        Assert.Equal(covered, ideal.Counts.Coverage, 9);
        Assert.True(covered >= 0.95, $"the band holds all parts in {covered:P1} of the deals");

        // Jain's index and cv come from a simulation of 10,000 draws here: four standard errors are below 0.02.
        Assert.Equal(deals.Average(d => Imbalance.Of(d)!.Jain), ideal.Jain.Expected, 0.02);
        Assert.Equal(deals.Average(d => Imbalance.Of(d)!.CoefficientOfVariation), ideal.CoefficientOfVariation.Expected, 0.02);
    }

    [Fact]
    public void Sixteen_connections_on_eight_listeners_give_one_of_them_four_or_more_most_of_the_time()
    {
        IdealSpread ideal = IdealSpread.Of(16, 8)!;
        Multinomial law = new(16, 8);
        Assert.InRange(1 - law.AllAtMost(3), 0.79, 0.80);
        Assert.InRange(ideal.MaxOverMean.Expected, 2.0, 2.6);
        Assert.Equal(0, ideal.Counts.Low);
    }

    // Large totals on many parts must not cost accuracy: the law is held against a simulation by the standard library's generator.
    [Theory]
    [InlineData(1_000, 4)]
    [InlineData(20_000, 16)]
    public void Large_cases_agree_with_a_simulation(int total, int parts)
    {
        const int draws = 2_000;
        Random random = new(77);
        List<long[]> deals = [];
        for (int draw = 0; draw < draws; draw++)
        {
            long[] counts = new long[parts];
            for (int item = 0; item < total; item++)
            {
                counts[random.Next(parts)]++;
            }

            deals.Add(counts);
        }

        IdealSpread ideal = IdealSpread.Of(total, parts)!;
        Imbalance[] seen = [.. deals.Select(d => Imbalance.Of(d)!)];
        double noise = 4 * ideal.CoefficientOfVariation.High / Math.Sqrt(draws);
        Assert.InRange(seen.Average(e => e.MaxOverMean), ideal.MaxOverMean.Expected - noise, ideal.MaxOverMean.Expected + noise);
        Assert.InRange(seen.Average(e => e.MinOverMean), ideal.MinOverMean.Expected - noise, ideal.MinOverMean.Expected + noise);
        Assert.InRange(seen.Average(e => e.CoefficientOfVariation), ideal.CoefficientOfVariation.Expected - noise,
            ideal.CoefficientOfVariation.Expected + noise);
        double covered = deals.Count(d => d.All(c => c >= ideal.Counts.Low && c <= ideal.Counts.High)) / (double)draws;
        Assert.InRange(covered, 0.935, 0.985);
        double held = seen.Count(e => ideal.Jain.Holds(e.Jain)) / (double)draws;
        Assert.InRange(held, 0.935, 0.965);
    }

    // Two parts: the mean absolute deviation of a fair binomial is n / 2 · C(n, n / 2) / 2^n (de Moivre).
    [Theory]
    [InlineData(64)]
    [InlineData(2_000)]
    [InlineData(250_000)]
    public void The_expected_busiest_of_two_is_what_de_Moivre_found(int total)
    {
        double logCentral = SpecialFunctions.FactorialLn(total) - (2 * SpecialFunctions.FactorialLn(total / 2)) - (total * Math.Log(2));
        double excess = Math.Exp(logCentral);
        IdealSpread ideal = IdealSpread.Of(total, 2)!;
        Assert.InRange((ideal.MaxOverMean.Expected - 1) / excess, 1 - 1e-4, 1 + 1e-4);
        Assert.InRange((1 - ideal.MinOverMean.Expected) / excess, 1 - 1e-4, 1 + 1e-4);
    }

    // Quantiles of χ² with 15 degrees of freedom, from any table (NIST handbook, 1.3.6.7.4).
    [Fact]
    public void The_band_of_chi_square_ends_at_its_quantiles()
    {
        IdealSpread ideal = IdealSpread.Of(4_800, 16)!;
        Assert.Equal((6.262, 27.488), (Math.Round(ideal.ChiSquare.Low, 3), Math.Round(ideal.ChiSquare.High, 3)));
        Assert.Equal(Math.Sqrt(27.488 / 4_800), ideal.CoefficientOfVariation.High, 1e-5);
        Assert.Equal(1 / (1 + (27.488 / 4_800)), ideal.Jain.Low, 1e-6);
    }

    [Fact]
    public void A_million_choices_are_within_reach()
    {
        IdealSpread ideal = IdealSpread.Of(1_000_000, 16)!;
        Assert.InRange(ideal.MaxOverMean.Expected, 1.006, 1.0085);
        Assert.InRange(ideal.Counts.Coverage, 0.95, 0.955);
    }

    [Theory]
    [InlineData(0, 4)]
    [InlineData(100, 1)]
    public void Nothing_to_deal_or_nobody_to_choose_from_has_no_ideal(int total, int parts) => Assert.Null(IdealSpread.Of(total, parts));

    private static double Quantile(IEnumerable<double> values, double tail)
    {
        double[] sorted = [.. values.Order()];
        return sorted.First(v => sorted.Count(w => w <= v) >= tail * sorted.Length - 1e-9);
    }
}
