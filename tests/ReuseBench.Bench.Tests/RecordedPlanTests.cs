using ReuseBench.Bench.Matrices;
using ReuseBench.Bench.Runs;
using ReuseBench.Core.Cells;

namespace ReuseBench.Bench.Tests;

/// <summary>
/// The plans of the program as it was before settings were defined once, recorded on two CPUs: the same cells in the same order, with the same seeds.
/// A line <c>all</c> has the settings that every cell shares, <c>cell</c> the others, <c>run</c> the index of a cell and its repeat.
/// </summary>
public sealed class RecordedPlanTests
{
    /// <summary>Of every run, then, that was given none.</summary>
    private const ulong RecordedSeed = 1;

    [Theory]
    [InlineData("smoke")]
    [InlineData("fairness")]
    public void The_plan_is_the_one_that_was_recorded(string name)
    {
        string[] lines = File.ReadAllLines(RepositoryRoot.Of("tests", "ReuseBench.Bench.Tests", "Data", $"plan-{name}.txt"));
        Matrix matrix = MatrixReader.Read(RepositoryRoot.Of("scripts", "matrices", $"{name}.yaml"), new HostSize(2, 1));
        Dictionary<string, int> index = matrix.Cells.Select((c, i) => (c.Cell.Id, i)).ToDictionary(p => p.Id, p => p.i);

        string[] order = [.. RunPlan.Interleave(matrix.Cells, RecordedSeed).Repeats.Select(r => $"{index[r.Cell.Id]}:{r.Repeat}")];
        Assert.Equal([.. lines.Where(l => l.StartsWith("run ", StringComparison.Ordinal)).SelectMany(l => l.Split(' ')[1..])], order);

        string[] seeds = lines.Single(l => l.StartsWith("seeds ", StringComparison.Ordinal)).Split(' ')[1..];
        Assert.Equal(seeds, Enumerable.Range(1, seeds.Length).Select(repeat => $"{RepeatSeed.Of(RecordedSeed, repeat)}"));
    }

    /// <summary>A setting that has no effect in a cell is no longer in it: what a cell has must be what was recorded.</summary>
    [Theory]
    [InlineData("smoke")]
    [InlineData("fairness")]
    public void Every_cell_has_the_settings_that_were_recorded_where_they_have_an_effect(string name)
    {
        string[] lines = File.ReadAllLines(RepositoryRoot.Of("tests", "ReuseBench.Bench.Tests", "Data", $"plan-{name}.txt"));
        string[] shared = lines.Single(l => l.StartsWith("all ", StringComparison.Ordinal)).Split(' ')[1..];
        Matrix matrix = MatrixReader.Read(RepositoryRoot.Of("scripts", "matrices", $"{name}.yaml"), new HostSize(2, 1));
        string[][] recorded = [.. lines.Where(l => l.StartsWith("cell ", StringComparison.Ordinal)).Select(l => (string[])[.. shared, .. l.Split(' ')[1..]])];
        Assert.Equal(recorded.Length, matrix.Cells.Count);
        foreach ((string[] settings, MatrixCell planned) in recorded.Zip(matrix.Cells))
        {
            string[] effective = [.. settings.Where(s => CellRules.WhyNoEffect(CellSettings.Find(s.Split('=')[0])!, planned.Cell) is null)];
            Assert.True(effective.Length >= 10, $"{planned.Cell.Id}: only {effective.Length} settings have an effect");
            Assert.All(effective, s => Assert.Equal(s, $"{s.Split('=')[0]}={CellSettings.Find(s.Split('=')[0])!.Get(planned.Cell)}"));
        }
    }
}
