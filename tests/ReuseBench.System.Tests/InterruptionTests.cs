using System.Text.Json.Nodes;
using ReuseBench.Core.Csv;
using ReuseBench.Core.Results;
using ReuseBench.Linux;

namespace ReuseBench.SystemTests;

public sealed class InterruptionTests
{
    [Fact]
    public void Ctrl_C_keeps_what_was_measured_and_the_run_can_be_continued()
    {
        using TestFolder folder = new();
        string results = folder.At("run");
        using (RunningProgram run = RunningProgram.Start(RunningProgram.ReuseBench, "run", "--matrix", TinyMatrix.WriteTo(folder), "--out", results))
        {
            Eventually.Holds(() => Measured(results) >= 2, () => $"no two repeats came: {run.Output}{run.Errors}");
            Assert.Equal(0, ChildProcess.Kill(run.Process.Id, Signal.Interrupt));
            Outcome interrupted = run.WaitForExit();
            Assert.Equal(130, interrupted.ExitCode);
            AssertNoChildren(run.Process.Id);
            Assert.True(
                File.Exists(Path.Combine(results, RunFiles.ReportHtml))
                    || interrupted.Errors.Contains($"write it with `reusebench report {results}`", StringComparison.Ordinal),
                "an interrupted run has its report, too, or says how to have it");
        }

        Assert.Equal(RunStatus.Interrupted, RunManifestFile.Read(results).Status);
        int kept = Measured(results);
        Assert.InRange(kept, 2, 10);

        // A repeat that failed, and a line that a kill cut off: both belong to what is measured when the run goes on.
        ResultRow failed = TableFile.Read<ResultRow>(Path.Combine(results, Tables.Results.FileName))[0] with { Failure = "made to fail", CountsAgree = null };
        IReadOnlyList<ResultRow> others = [.. TableFile.Read<ResultRow>(Path.Combine(results, Tables.Results.FileName)).Skip(1)];
        File.Delete(Path.Combine(results, Tables.Results.FileName));
        using (CsvTable<ResultRow> table = new(Path.Combine(results, Tables.Results.FileName)))
        {
            table.Append([failed, .. others]);
        }

        File.AppendAllText(Path.Combine(results, Tables.Results.FileName), "connect,closed,1");

        Outcome outcome = RunningProgram.Run(RunningProgram.ReuseBench, "run", "--resume", results);
        Assert.True(outcome.HasMeasured, outcome.Output + outcome.Errors);
        Assert.Equal(RunStatus.Complete, RunManifestFile.Read(results).Status);
        Assert.Equal(11, TableFile.Read<ResultRow>(Path.Combine(results, Tables.Results.FileName)).Select(r => (r.CellId, r.Repeat)).Distinct().Count());
        Assert.Equal(11, Measured(results));
    }

    [Theory]
    [InlineData(Signal.Interrupt)]
    [InlineData(Signal.Terminate)]
    public void A_signal_ends_a_run_that_tries_the_semantics(Signal signal)
    {
        using TestFolder folder = new();
        string results = folder.At("run");
        string matrix = folder.At("semantics.yaml");
        File.WriteAllText(matrix, """
            name: one
            semantics: on
            groups:
              - {variant: single, workload: connect, duration: 100ms, warmup: 0s, connections: 4}
            """);
        using RunningProgram run = RunningProgram.Start(RunningProgram.ReuseBench, "run", "--matrix", matrix, "--out", results, "--json");
        Eventually.Holds(() => run.Errors.Contains("semantics:", StringComparison.Ordinal), () => "no semantics: " + run.Output + run.Errors);
        Assert.Equal(0, ChildProcess.Kill(run.Process.Id, signal));
        Outcome outcome = run.WaitForExit();
        Assert.Equal(130, outcome.ExitCode);

        // One document, whether the report was written in time or not.
        JsonNode end = JsonNode.Parse(outcome.Output)!;
        Assert.Equal(("interrupted", 130), ((string?)end["status"], (int?)end["exit_code"]));
        AssertNoChildren(run.Process.Id);
        Assert.Equal(RunStatus.Interrupted, RunManifestFile.Read(results).Status);
        Assert.False(File.Exists(Path.Combine(results, Tables.Semantics.FileName)), "half of the semantics is none");
        Assert.True(
            File.Exists(Path.Combine(results, RunFiles.ReportHtml)) || outcome.Errors.Contains($"reusebench report {results}", StringComparison.Ordinal),
            outcome.Errors);

        Assert.True(RunningProgram.Run(RunningProgram.ReuseBench, "run", "--resume", results).HasMeasured);
        Assert.True(File.Exists(Path.Combine(results, Tables.Semantics.FileName)));
    }

    [Fact]
    public void A_killed_orchestrator_leaves_no_process_behind()
    {
        using TestFolder folder = new();
        string results = folder.At("run");
        using RunningProgram run = RunningProgram.Start(
            RunningProgram.ReuseBench, "run", "--matrix", TinyMatrix.WriteTo(folder), "--filter", "variant=reuseport", "--duration", "200s", "--out", results);
        Eventually.Holds(() => RunningProgram.ToldToBelongTo(run.Process.Id).Count == 2, () => $"server and swarm did not start: {run.Output}{run.Errors}");

        Assert.Equal(0, ChildProcess.Kill(run.Process.Id, Signal.Kill));
        run.Process.WaitForExit(RunningProgram.DefaultLimit);
        AssertNoChildren(run.Process.Id);
    }

    private static int Measured(string results) => TableFile.Read<ResultRow>(Path.Combine(results, Tables.Results.FileName)).Count;

    private static void AssertNoChildren(int pid) =>
        Eventually.Holds(() => RunningProgram.ToldToBelongTo(pid).Count == 0, () => $"still there: {string.Join(", ", RunningProgram.ToldToBelongTo(pid))}");
}
