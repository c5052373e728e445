using ReuseBench.Core.Units;

namespace ReuseBench.Core.Tests;

public sealed class NearestTests
{
    private static readonly string[] Names = ["single", "shared", "reuseport", "restart", "run"];

    [Theory]
    [InlineData("reuseprt", "reuseport")]
    [InlineData("shraed", "shared")]
    [InlineData("rnu", "run")]
    [InlineData("foo", null)]
    [InlineData("", null)]
    public void The_name_that_is_few_letters_away_is_meant(string typed, string? meant) => Assert.Equal(meant, Nearest.Of(typed, Names));
}
