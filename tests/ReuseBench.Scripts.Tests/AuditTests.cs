namespace ReuseBench.Scripts.Tests;

/// <summary>What the audit of packages makes of a build, asked of MSBuild.</summary>
public sealed class AuditTests
{
    [Fact]
    public async Task A_feed_that_tells_nothing_fails_no_build_and_an_advisory_that_of_a_change()
    {
        Finished asked = await Commands.Run(
            ["dotnet", "msbuild", SourceTree.PathOf("core/ReuseBench.Core/ReuseBench.Core.csproj"), "-getProperty:WarningsNotAsErrors", "-nodeReuse:false"],
            environment: new Dictionary<string, string> { ["GITHUB_ACTIONS"] = "true" });
        asked.IsSuccess();
        string[] spared = asked.Output.Trim().Split(';');
        Assert.Superset(new HashSet<string> { "NU1900", "NU1905" }, spared.ToHashSet());
        Assert.Empty(spared.Intersect(["NU1901", "NU1902", "NU1903", "NU1904"]));
    }
}
