using ReuseBench.Bench.Runs;

namespace ReuseBench.Bench.Tests;

public sealed class RepeatSeedTests
{
    [Fact]
    public void Runs_of_different_seeds_share_no_swarm_seed()
    {
        ulong[] seeds = [.. from run in Enumerable.Range(0, 100) from repeat in Enumerable.Range(1, 100) select RepeatSeed.Of((ulong)run, repeat)];
        Assert.Equal(seeds.Length, seeds.Distinct().Count());
        Assert.All(seeds, seed => Assert.Equal(seed, (ulong)(double)seed));
    }

    [Fact]
    public void A_run_that_names_no_seed_has_a_fresh_one_that_any_tool_can_read()
    {
        ulong[] seeds = [.. Enumerable.Range(0, 100).Select(_ => RunSeed.Fresh())];
        Assert.Distinct(seeds);
        Assert.All(seeds, seed => Assert.Equal(seed, (ulong)(double)seed));
    }

    [Fact]
    public void A_run_of_the_same_seed_has_the_same_swarm_seeds() => Assert.Equal(RepeatSeed.Of(7, 3), RepeatSeed.Of(7, 3));
}
