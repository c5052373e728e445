using ReuseBench.Bench.Host;

namespace ReuseBench.Bench.Tests;

public sealed class AheadOfTimeTests
{
    [Fact]
    public void The_framework_is_compiled_ahead_of_time() => Assert.True(AheadOfTime.IsCompiled(typeof(object).Assembly));

    [Fact]
    public void A_test_is_compiled_when_it_runs() => Assert.False(AheadOfTime.IsCompiled(typeof(AheadOfTimeTests).Assembly));
}
