using ReuseBench.Core.Csv;
using ReuseBench.Core.Results;

namespace ReuseBench.SystemTests;

public sealed class RunFolderSafetyTests(SingleRun single)
{
    [Fact]
    public void A_run_that_is_going_is_neither_resumed_nor_reported_on()
    {
        using TestFolder folder = new();
        string results = folder.At("run");
        using RunningProgram run = RunningProgram.Start(
            RunningProgram.ReuseBench, "run", "--matrix", TinyMatrix.WriteTo(folder), "--filter", "variant=single", "--duration", "200s", "--out", results);
        Eventually.Holds(() => File.Exists(Path.Combine(results, RunFiles.Manifest)), () => $"the run did not begin: {run.Output}{run.Errors}");

        foreach (string[] command in (string[][])[["run", "--resume", results], ["report", results]])
        {
            Outcome outcome = RunningProgram.Run(RunningProgram.ReuseBench, command);
            Assert.Equal(1, outcome.ExitCode);
            string line = Assert.Single(outcome.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
            Assert.Contains($"process {run.Process.Id} is writing to {results}", line, StringComparison.Ordinal);
        }

        Assert.False(run.Process.HasExited, "the run itself goes on");
    }

    [Fact]
    public void A_resume_that_is_refused_changes_no_file()
    {
        using TestFolder folder = new();
        string results = single.CopyTo(folder);
        // What a resume would remove: a row of a repeat that was never sealed, and half a line.
        string latency = Path.Combine(results, Tables.Latency.FileName);
        using (CsvTable<LatencyRow> table = new(latency))
        {
            table.Append(new LatencyRow { CellId = "unsealed", Repeat = 1 });
        }

        File.AppendAllText(Path.Combine(results, Tables.Results.FileName), "1,half a li");
        Dictionary<string, byte[]> before = Directory.EnumerateFiles(results).ToDictionary(f => f, File.ReadAllBytes);

        foreach (string[] refused in (string[][])[["--repeats", "3"], ["--server-cpus", "8000"], ["--isolate", OtherIsolation(results)], ["--dry-run"]])
        {
            Outcome outcome = RunningProgram.Run(RunningProgram.ReuseBench, ["run", "--resume", results, .. refused]);
            Assert.True(outcome.ExitCode == (refused[0] == "--dry-run" ? 0 : 2), $"{refused[0]}: {outcome.Output}{outcome.Errors}");
            Assert.Equal(before, Directory.EnumerateFiles(results).ToDictionary(f => f, File.ReadAllBytes));
        }
    }

    [Fact]
    public void A_resumed_run_sums_the_times_of_its_sessions()
    {
        using TestFolder folder = new();
        string results = single.CopyTo(folder);
        RunManifest first = RunManifestFile.Read(results);

        Outcome again = RunningProgram.Run(RunningProgram.ReuseBench, "run", "--resume", results);
        Assert.True(again.HasMeasured, again.Output + again.Errors);
        RunManifest second = RunManifestFile.Read(results);
        Assert.True(first.MeasuredS > 0);
        Assert.Equal(first.MeasuredS, second.MeasuredS);
        Assert.True(second.WallS > first.WallS);
        Assert.Equal(1 - (second.MeasuredS / second.WallS), second.OverheadShare!.Value, tolerance: 0.001);
        Assert.InRange(second.OverheadShare.Value, 0.0, 0.999);
    }

    [Fact]
    public void A_run_of_another_schema_is_refused_by_name()
    {
        using TestFolder folder = new();
        string results = single.CopyTo(folder);
        string manifest = Path.Combine(results, RunFiles.Manifest);
        File.WriteAllText(manifest, File.ReadAllText(manifest)
            .Replace($"\"schema_version\": {Schema.Version}", "\"schema_version\": 7", StringComparison.Ordinal));

        foreach (string[] command in (string[][])[["run", "--resume", results], ["report", results]])
        {
            Outcome outcome = RunningProgram.Run(RunningProgram.ReuseBench, command);
            Assert.Equal(2, outcome.ExitCode);
            Assert.Contains("schema_version is 7", Assert.Single(outcome.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_run_of_an_older_schema_is_reported_and_not_continued()
    {
        using TestFolder folder = new();
        string results = single.CopyTo(folder);
        string manifest = Path.Combine(results, RunFiles.Manifest);
        File.WriteAllText(
            manifest, File.ReadAllText(manifest).Replace($"\"schema_version\": {Schema.Version}", "\"schema_version\": 1", StringComparison.Ordinal));

        Outcome resumed = RunningProgram.Run(RunningProgram.ReuseBench, "run", "--resume", results);
        Assert.Equal(2, resumed.ExitCode);
        Assert.Contains("older version", Assert.Single(resumed.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.Equal(0, RunningProgram.Run(RunningProgram.ReuseBench, "report", results).ExitCode);
    }

    private static string OtherIsolation(string results) => RunManifestFile.Read(results).Isolation == "none" ? "netns" : "none";
}
