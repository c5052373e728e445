using ReuseBench.Bench.Host;

namespace ReuseBench.Bench.Tests;

/// <summary>How a child is started under each layout that the program is installed in.</summary>
public sealed class SelfExecutableTests
{
    private const string Built = "/src/artifacts/bin/ReuseBench/release/reusebench.dll";
    private const string Stored = "/opt/tools/.store/reusebench/1.0.0/reusebench/1.0.0/tools/net10.0/any/reusebench.dll";

    [Theory]
    [InlineData("/src/artifacts/bin/ReuseBench/release/reusebench", "its host beside it")]
    [InlineData("/usr/bin/dotnet", "dotnet reusebench.dll, as run.ps1 starts it: the host is there all the same")]
    [InlineData("/src/artifacts/bin/Tests/debug/Tests", "a test that has it beside itself")]
    public void A_build_starts_by_its_host(string process, string reason)
    {
        string host = Path.ChangeExtension(Built, null);
        Assert.True(SelfExecutable.Find(Built, process, path => path == host).SequenceEqual([host]), reason);
    }

    [Fact]
    public void One_file_starts_itself() => Assert.Equal(["/opt/rb"], SelfExecutable.Find(null, "/opt/rb", _ => false));

    [Fact]
    public void A_tool_of_dotnet_starts_by_what_is_on_PATH() =>
        Assert.Equal(["/opt/tools/reusebench"], SelfExecutable.Find(Stored, "/opt/tools/reusebench", _ => false));

    [Theory]
    [InlineData("/usr/bin/dotnet", "/usr/bin/dotnet")]
    [InlineData("/src/Tests", "dotnet")]
    [InlineData(null, "dotnet")]
    public void Without_a_host_it_is_started_by_dotnet(string? process, string starter) =>
        Assert.Equal([starter, Stored], SelfExecutable.Find(Stored, process, _ => false));
}
