using System.Text.Json.Nodes;
using ReuseBench.Core.Results;
using ReuseBench.Shared;

namespace ReuseBench.Core.Tests;

public sealed class RunManifestTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("reusebench-manifest-").FullName;

    public static TheoryData<string> Needed =>
        [.. JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.RunOfVersion1, RunFiles.Manifest)))!.AsObject().Where(p => p.Value is not null)
            .Select(p => p.Key)];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Needed))]
    public void A_null_for_what_is_needed_is_one_line_that_names_the_file(string key)
    {
        JsonObject manifest = JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.RunOfVersion1, RunFiles.Manifest)))!.AsObject();
        manifest[key] = null;
        File.WriteAllText(Path.Combine(_folder, RunFiles.Manifest), manifest.ToJsonString());
        if (key is "ended_utc" or "overhead_share")
        {
            Assert.NotEmpty(RunManifestFile.Read(_folder).Cells);
            return;
        }

        string message = Assert.Throws<UsageException>(() => RunManifestFile.Read(_folder)).Message;
        Assert.Contains(RunFiles.Manifest, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
        Assert.DoesNotContain("BytePosition", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"schema_version\": 3}", "schema_version is 3, and this program reads versions 1 to 2")]
    [InlineData("{}", "it has no schema_version")]
    [InlineData("", "it is empty, or no regular file")]
    [InlineData("{\"schema_version\": 2, \"cells\": [}", "line 1 is not JSON of a run")]
    public void What_is_no_manifest_is_refused_in_one_line(string text, string says)
    {
        File.WriteAllText(Path.Combine(_folder, RunFiles.Manifest), text);
        Assert.Contains(says, Assert.Throws<UsageException>(() => RunManifestFile.Read(_folder)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cells/0/repeats", "2147483647", "repeats of cells: each is a number from 0")]
    [InlineData("cells/0/repeats", "-1", "repeats of cells: each is a number from 0")]
    [InlineData("host/server_cpus", "\"zzz\"", "server_cpus: 'zzz' is not a CPU list")]
    [InlineData("expect", "[\"zzz\"]", "expect: 'zzz': write METRIC OPERATOR VALUE")]
    public void A_value_that_no_run_has_is_one_line_that_names_the_file(string place, string value, string says)
    {
        JsonObject manifest = JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.RunOfVersion1, RunFiles.Manifest)))!.AsObject();
        string[] keys = place.Split('/');
        JsonNode holder = keys[..^1].Aggregate((JsonNode)manifest, (node, key) => node is JsonArray list ? list[int.Parse(key, null)]! : node[key]!);
        holder[keys[^1]] = JsonNode.Parse(value);
        File.WriteAllText(Path.Combine(_folder, RunFiles.Manifest), manifest.ToJsonString());

        string message = Assert.Throws<UsageException>(() => RunManifestFile.Read(_folder)).Message;
        Assert.StartsWith($"{Path.Combine(_folder, RunFiles.Manifest)}: {says}", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_device_is_not_read()
    {
        File.CreateSymbolicLink(Path.Combine(_folder, RunFiles.Manifest), "/dev/zero");
        File.CreateSymbolicLink(Path.Combine(_folder, Tables.Results.FileName), "/dev/zero");
        Assert.Contains("no regular file", Assert.Throws<UsageException>(() => RunManifestFile.Read(_folder)).Message, StringComparison.Ordinal);
        Assert.Empty(Tables.Results.Read(_folder));
    }
}
