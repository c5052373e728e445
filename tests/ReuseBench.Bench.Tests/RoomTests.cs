using System.Xml.Linq;

namespace ReuseBench.Bench.Tests;

/// <summary>Holds the project files to the design: which room may reference which.</summary>
public sealed class RoomTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["core/ReuseBench.Core"] = [],
        ["core/ReuseBench.Linux"] = [],
        ["servers/ReuseBench.Servers"] = ["ReuseBench.Core", "ReuseBench.Linux"],
        ["servers/ReuseBench.Kestrel"] = ["ReuseBench.Core", "ReuseBench.Servers"],
        ["loadgen/ReuseBench.LoadGen"] = ["ReuseBench.Core", "ReuseBench.Linux"],
        ["loadgen/ReuseBench.LoadGen.NBomber"] = ["ReuseBench.LoadGen", "ReuseBench.Core", "ReuseBench.Linux"],
        ["reports/ReuseBench.Reports"] = ["ReuseBench.Core"],
        ["bench/ReuseBench.Semantics"] = ["ReuseBench.Core", "ReuseBench.Linux"],
        ["bench/ReuseBench.Cluster"] = ["ReuseBench.Core", "ReuseBench.Linux"],
        ["bench/ReuseBench"] =
        [
            "ReuseBench.Core", "ReuseBench.Linux", "ReuseBench.Servers", "ReuseBench.LoadGen", "ReuseBench.Reports", "ReuseBench.Semantics",
            "ReuseBench.Cluster",
        ],
        ["bench/ReuseBench.Micro"] = ["ReuseBench.Core", "ReuseBench.Linux", "ReuseBench.Servers", "ReuseBench.LoadGen"],
    };

    public static TheoryData<string> Projects => [.. ProjectFiles().Select(p => Path.GetRelativePath(RepositoryRoot.Path, p))];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_room_references_only_what_the_design_allows(string project)
    {
        string room = Path.GetDirectoryName(project)!;
        Assert.True(Allowed.ContainsKey(room), $"{room} is no room of the design; add it to the table there and here");
        Assert.Empty(References(project).Except(Allowed[room]));
    }

    [Fact]
    public void Every_room_of_the_solution_was_checked()
    {
        // Guards the guard: a search that finds nothing would pass for every tree.
        Assert.Contains(Path.Combine("servers", "ReuseBench.Servers", "ReuseBench.Servers.csproj"), Projects.Select(row => row.Data));
        Assert.Equal(["ReuseBench.Core", "ReuseBench.Linux"], References(Path.Combine("servers", "ReuseBench.Servers", "ReuseBench.Servers.csproj")).Order());
    }

    [Fact]
    public void Every_top_level_folder_has_a_readme()
    {
        string[] folders = ["bench", "core", "loadgen", "reports", "scripts", "servers", "tests"];
        Assert.All(folders, folder => Assert.True(File.Exists(RepositoryRoot.Of(folder, "README.md")), $"{folder}/README.md is missing"));
    }

    private static IEnumerable<string> References(string project) =>
        XDocument.Load(RepositoryRoot.Of(project)).Descendants("ProjectReference")
            .Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value.Replace('\\', '/')));

    private static IEnumerable<string> ProjectFiles() =>
        from room in (string[])["bench", "core", "loadgen", "reports", "servers"]
        from file in Directory.EnumerateFiles(RepositoryRoot.Of(room), "*.csproj", SearchOption.AllDirectories)
        where !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
        select file;
}
