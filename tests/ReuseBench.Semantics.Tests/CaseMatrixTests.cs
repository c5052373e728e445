using ReuseBench.Core;
using ReuseBench.Semantics.Cases;

namespace ReuseBench.Semantics.Tests;

public sealed class CaseMatrixTests
{
    private static readonly CaseMatrix Matrix = CaseMatrix.Enumerate();

    [Fact]
    public void The_TCP_product_of_options_states_and_addresses_is_complete_for_one_user_and_no_device()
    {
        int expected = 4 * 4 * 6 * AddressPair.All.Count;
        Assert.Equal(expected, Matrix.Cases.Count(c => c is { Transport: Transport.Tcp, User: SecondUser.Same, Device: DeviceBinding.None }));
    }

    [Fact]
    public void Every_combination_is_either_a_case_or_counted_under_one_rule() =>
        Assert.Equal(CaseMatrix.Product().Count(), Matrix.Cases.Count + Matrix.LeftOut.Sum(l => l.Count));

    [Theory]
    [InlineData("udp-has-one-state", 12480)]
    [InlineData("one-slice-at-a-time", 5824)]
    [InlineData("other-user-on-ipv4", 2352)]
    [InlineData("device-on-the-wildcard", 5600)]
    public void Each_rule_leaves_out_what_it_says(string rule, int count) =>
        Assert.Equal(count, Assert.Single(Matrix.LeftOut, l => l.Rule.Name == rule).Count);

    [Fact]
    public void No_case_that_is_kept_breaks_a_rule() =>
        Assert.DoesNotContain(Matrix.Cases, c => ExclusionRule.All.Any(r => r.Excludes(c)));

    [Fact]
    public void Names_tell_all_cases_apart() =>
        Assert.Equal(Matrix.Cases.Count, Matrix.Cases.Select(c => c.Name).Distinct().Count());

    [Theory]
    [InlineData("tcp/same/listening/reuseaddr+reuseaddr")]
    [InlineData("tcp/same/fin-wait2/none+both/other-user")]
    [InlineData("tcp/wildcard/established-child/reuseport+none/other-device")]
    [InlineData("udp/dual-then-v4/bound/both+reuseport")]
    public void A_case_is_found_by_its_name(string name) =>
        Assert.Equal(name, new CaseNames(Matrix.Cases).Find(name).Name);

    [Fact]
    public void An_unknown_name_gets_the_nearest_ones()
    {
        UsageException e = Assert.Throws<UsageException>(() => new CaseNames(Matrix.Cases).Find("tcp/sme/listening/reuseadr+none"));
        Assert.Contains("nearest are tcp/same/listening/reuseaddr+none,", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
    }

    [Theory]
    [InlineData("", "", 0)]
    [InlineData("bind", "", 4)]
    [InlineData("bind", "bond", 1)]
    [InlineData("kitten", "sitting", 3)]
    public void The_distance_of_names_counts_edits(string a, string b, int edits)
    {
        Assert.Equal(edits, CaseNames.Levenshtein(a, b));
        Assert.Equal(edits, CaseNames.Levenshtein(b, a));
    }
}
