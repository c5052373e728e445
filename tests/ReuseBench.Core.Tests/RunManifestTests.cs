using System.Text.Json.Nodes;
using ReuseBench.Core.Csv;
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
    [InlineData("host/server_cpus", "\"zzz\"", "server_cpus: 'zzz' is not a CPU list")]
    [InlineData("expect", "[\"zzz\"]", "expect: 'zzz': write METRIC OPERATOR VALUE")]
    public void A_text_that_no_run_has_is_one_line_that_names_the_file(string place, string value, string says)
    {
        JsonObject manifest = JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.RunOfVersion1, RunFiles.Manifest)))!.AsObject();
        string[] keys = place.Split('/');
        JsonNode holder = keys[..^1].Aggregate((JsonNode)manifest, (node, key) => node is JsonArray list ? list[int.Parse(key, null)]! : node[key]!);
        holder[keys[^1]] = JsonNode.Parse(value);
        File.WriteAllText(Path.Combine(_folder, RunFiles.Manifest), manifest.ToJsonString());

        string message = Assert.Throws<UsageException>(() => RunManifestFile.Read(_folder)).Message;
        Assert.StartsWith($"{Path.Combine(_folder, RunFiles.Manifest)}: {says}", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cells", """[{"cell_id": "a", "repeats": 2147483647, "settings": {}}]""", "repeats of cell a is 2147483647, and is from 0 to 1000000")]
    [InlineData("cells", """[{"cell_id": "a", "repeats": -1, "settings": {}}]""", "repeats of cell a is -1")]
    [InlineData("cells", """[{"cell_id": "a", "repeats": 600000, "settings": {}}, {"cell_id": "b", "repeats": 600000, "settings": {}}]""",
        "its cells have 1200000 repeats, and no run has more than 1000000")]
    [InlineData("cells", "[null]", "a setting of cells is missing")]
    [InlineData("cells", """[{"cell_id": "a", "repeats": 1, "settings": {"workers": null}}]""", "a setting of cells is missing")]
    [InlineData("doctor", "[null]", "a text of doctor is missing")]
    [InlineData("skipped", "[null]", "a text of arguments, skipped or expect is missing")]
    [InlineData("host", """{"sysctls": {"net.core.somaxconn": null}}""", "a value of host.sysctls is missing")]
    public void A_value_that_no_run_can_have_is_one_line_that_names_the_file(string key, string value, string says)
    {
        JsonObject manifest = JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.RunOfVersion1, RunFiles.Manifest)))!.AsObject();
        manifest[key] = JsonNode.Parse(value);
        File.WriteAllText(Path.Combine(_folder, RunFiles.Manifest), manifest.ToJsonString());
        string message = Assert.Throws<UsageException>(() => RunManifestFile.Read(_folder)).Message;
        Assert.Contains(says, message, StringComparison.Ordinal);
        Assert.Contains(RunFiles.Manifest, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void A_line_that_no_row_has_is_not_searched_to_its_begin()
    {
        using (FileStream file = new(Path.Combine(_folder, Tables.Results.FileName), FileMode.Create))
        {
            file.SetLength(1L << 34);
        }

        string message = Assert.Throws<UsageException>(() => Tables.Results.Read(_folder)).Message;
        Assert.Contains("its last line is longer than", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("a\nb\r\tc", "a?b??c")]
    [InlineData("\u001b[31mred\u009b0m", "?[31mred?0m")]
    [InlineData("\u202etxt.exe", "?txt.exe")]
    [InlineData("a\u200eb\u200fc\u061cd", "a?b?c?d")]
    [InlineData("\0", "?")]
    public void Text_from_outside_says_nothing_to_a_terminal(string text, string shown) => Assert.Equal(shown, TextFromOutside.Line(text));

    [Fact]
    public void A_device_is_not_read()
    {
        File.CreateSymbolicLink(Path.Combine(_folder, RunFiles.Manifest), "/dev/zero");
        File.CreateSymbolicLink(Path.Combine(_folder, Tables.Results.FileName), "/dev/zero");
        Assert.Contains("no regular file", Assert.Throws<UsageException>(() => RunManifestFile.Read(_folder)).Message, StringComparison.Ordinal);
        Assert.Empty(Tables.Results.Read(_folder));
    }
}
