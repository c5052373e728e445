using ReuseBench.Core.Results;

namespace ReuseBench.SystemTests;

public sealed class NBomberTests
{
    [Fact]
    public void NBomber_measures_or_one_line_says_how_to_get_it()
    {
        using TestFolder folder = new();
        string results = folder.At("run");
        using RunningProgram run = RunningProgram.Start(
            RunningProgram.ReuseBench,
            "run", "--matrix", TinyMatrix.WriteTo(folder), "--filter", "variant=reuseport,workload=connect", "--driver", "nbomber", "--out", results);
        run.Process.StandardInput.Close();

        // A build comes first, for which it has ten minutes itself.
        Outcome outcome = run.WaitForExit(TimeSpan.FromMinutes(12));
        if (outcome.HasMeasured)
        {
            Assert.All(TableFile.Read<ResultRow>(Path.Combine(results, Tables.Results.FileName)), row =>
                Assert.Equal(ReuseBench.Core.Cells.Driver.Nbomber, row.Cell.Driver));
            return;
        }

        Assert.Equal(1, outcome.ExitCode);
        string line = Assert.Single(outcome.Errors.Split('\n'), l => l.StartsWith("reusebench: ", StringComparison.Ordinal));
        Assert.Contains("driver: nbomber cannot be built here", line, StringComparison.Ordinal);
        Assert.Contains("--driver native needs nothing", line, StringComparison.Ordinal);
        Assert.False(Directory.Exists(results), "nothing was measured, and yet there is a run folder");
    }
}
