namespace ReuseBench.Scripts.Tests;

/// <summary>Scripts in C# are in no project: nothing else would see one that does not compile.</summary>
public sealed class CSharpScriptTests
{
    public static TheoryData<string> Scripts =>
        [.. Directory.EnumerateFiles(SourceTree.PathOf("scripts"), "*.cs").Select(path => Path.GetRelativePath(SourceTree.Root, path))];

    [Theory]
    [MemberData(nameof(Scripts))]
    public async Task It_compiles(string script)
    {
        // Neither a node nor a compiler that stays: it would hold the pipes that are read here.
        Finished build = await Commands.Run(
            ["dotnet", "build", script, "-c", "Debug", "-v", "q"], SourceTree.Root,
            new Dictionary<string, string> { ["MSBUILDDISABLENODEREUSE"] = "1", ["UseSharedCompilation"] = "false" });
        Assert.True(build.ExitCode == 0, build.Output + build.Error);
    }
}
