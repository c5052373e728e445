using ReuseBench.Core.Results;

namespace ReuseBench.SystemTests;

public sealed class FailedRunTests
{
    /// <summary>An address that nobody has. A namespace of the run's own would be given it.</summary>
    private const string Unreachable = """
        name: unreachable
        defaults: {warmup: 100ms, duration: 200ms, connections: 4}
        groups:
          - {variant: single, workload: connect, sources: 203.0.113.7, repeats: 3}
        """;

    [Fact]
    public void A_run_whose_repeats_all_failed_says_so_and_exits_with_1()
    {
        using TestFolder folder = new();
        string matrix = folder.At("m.yaml");
        File.WriteAllText(matrix, Unreachable);
        string results = folder.At("run");
        Outcome outcome = RunningProgram.Run(RunningProgram.ReuseBench, "run", "--matrix", matrix, "--isolate", "none", "--out", results);

        Assert.Equal(1, outcome.ExitCode);
        string last = outcome.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1];
        Assert.Equal($"reusebench: 3 of 3 measurements failed; see {Path.Combine(results, RunFiles.Logs)}", last);
        Assert.Equal(RunStatus.Failed, RunManifestFile.Read(results).Status);
        Assert.All(TableFile.Read<ResultRow>(Path.Combine(results, Tables.Results.FileName)), row => Assert.NotNull(row.Failure));
        string[] logs = Directory.GetFiles(Path.Combine(results, RunFiles.Logs), "*.log");
        Assert.Equal(3, logs.Length);
        Assert.All(logs, log => Assert.Contains("   at ", File.ReadAllText(log), StringComparison.Ordinal));
        Assert.DoesNotContain("   at ", outcome.Output + outcome.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void An_address_that_cannot_be_bound_is_refused_before_anything_is_measured()
    {
        using TestFolder folder = new();
        string matrix = folder.At("m.yaml");
        File.WriteAllText(matrix, Unreachable.Replace("sources:", "bind:", StringComparison.Ordinal));
        Outcome outcome = RunningProgram.Run(RunningProgram.ReuseBench, "run", "--matrix", matrix, "--out", folder.At("run"));
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("bind: 203.0.113.7 cannot be bound (EADDRNOTAVAIL)", outcome.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder.At("run")));
    }

    [Fact]
    public void Standard_output_that_takes_no_more_is_one_line_and_exit_code_1()
    {
        Outcome outcome = RunningProgram.Run("sh", "-c", $"exec '{RunningProgram.ReuseBench}' semantics --list > /dev/full");
        Assert.Equal(1, outcome.ExitCode);
        string line = Assert.Single(outcome.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("reusebench: ", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("is not empty", "run", "--matrix", "smoke", "--dry-run", "--out", "/proc/self")]
    [InlineData("out: an empty name", "run", "--matrix", "smoke", "--dry-run", "--out", "")]
    [InlineData("cannot be written", "run", "--matrix", "smoke", "--dry-run", "--out", "/proc/nowhere")]
    public void A_dry_run_refuses_what_the_run_would(string says, params string[] arguments)
    {
        Outcome outcome = ProgramInProcess.Run(arguments);
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(says, Assert.Single(outcome.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }
}
