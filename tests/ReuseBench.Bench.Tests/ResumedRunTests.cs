using System.Text.Json.Nodes;
using ReuseBench.Bench.Matrices;
using ReuseBench.Bench.Runs;
using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;

namespace ReuseBench.Bench.Tests;

/// <summary>Run folders that somebody changed: what no matrix may ask for, no run goes on with.</summary>
public sealed class ResumedRunTests : IDisposable
{
    private static readonly HostSize TwoCpus = new(Cpus: 2, ClientCpus: 1);

    private readonly string _folder = Directory.CreateTempSubdirectory("reusebench-resume-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void An_unchanged_one_goes_on_with_its_cells()
    {
        Write(_ => { });
        using ResumedRun run = ResumedRun.Of(new RunRequest { Resume = _folder });
        Assert.Equal(Cell.Blank, Assert.Single(run.ReadMatrix(TwoCpus).Cells).Cell);
    }

    [Fact]
    public void One_without_cells_is_refused()
    {
        Write(m => m["cells"] = new JsonArray());
        Assert.EndsWith("cells is empty, so there is nothing to go on with", Refused(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("workers", "-5", "workers: -5 is out of range")]
    [InlineData("workers", "many", "workers: 'many' is not a whole number")]
    [InlineData("wrokers", "5", "setting 'wrokers' is unknown to this version")]
    public void A_setting_that_no_matrix_may_have_is_named_with_file_and_cell(string key, string value, string says)
    {
        Write(m => m["cells"]![0]!["settings"]![key] = value);
        Assert.StartsWith($"resume: {_folder}/run.json, cell {Cell.Blank.Id}: {says}", Refused(), StringComparison.Ordinal);
    }

    private string Refused() => Assert.Throws<UsageException>(() =>
    {
        using ResumedRun run = ResumedRun.Of(new RunRequest { Resume = _folder });
        run.ReadMatrix(TwoCpus);
    }).Message;

    private void Write(Action<JsonObject> change)
    {
        RunManifestFile.Write(_folder, new RunManifest
        {
            RunId = "r",
            Status = RunStatus.Interrupted,
            StartedUtc = "2026-01-01T00:00:00Z",
            Matrix = "m",
            Seed = 1,
            Isolation = "none",
            Arguments = [],
            Cells = [new PlannedCell(Cell.Blank.Id, 2, CellSettings.Describe(Cell.Blank))],
            Host = new HostFacts(),
        });
        string path = Path.Combine(_folder, RunFiles.Manifest);
        JsonObject manifest = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        change(manifest);
        File.WriteAllText(path, manifest.ToJsonString());
    }
}
