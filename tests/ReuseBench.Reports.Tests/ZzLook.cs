using ReuseBench.Reports.Comparison;
using ReuseBench.Reports.Data;
using ReuseBench.Reports.Drawing;

namespace ReuseBench.Reports.Tests;

public sealed class ZzLook
{
    [Fact]
    public void Render()
    {
        string[] folders = (Environment.GetEnvironmentVariable("LOOK") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries);
        foreach (string folder in folders)
        {
            Report.Write(folder, TextWriter.Null);
        }

        using RunFolder run = new();
        RunData data = ChartRuns.Of(run, 4).Read().Data;
        WorkerCurve curve = new("2 workers: within 5 % of the best (proven)", "k connections/s",
            [new(1, 50, 45, 55, false), new(2, 99, 96, 100, true), new(4, 100, 98, 100, false), new(8, 90, null, null, false)], (95, double.PositiveInfinity));
        WorkerCurveChart.Draw(curve, data, "/tmp/c/tune.png", new InstalledFonts());
        RunData before = Run("before", 1);
        RunData after = Run("after", 2);
        RunComparison comparison = RunComparison.Of(ComparedSide.Of([before]), [ComparedSide.Of([after])], new ComparisonOptions());
        ForestChart.Draw(comparison, "/tmp/c/forest.png", new InstalledFonts());
    }

    private static RunData Run(string name, int seed)
    {
        using RunFolder run = new();
        Random random = new(seed);
        string[] variants = ["single", "shared", "reuseport"];
        foreach (int workers in (int[])[1, 2, 4])
        {
            foreach (string variant in variants)
            {
                double level = 100 * (seed == 2 && variant == "single" ? 0.8 : seed == 2 && workers == 4 ? 1.3 : seed == 2 && variant == "shared" && workers == 1 ? 12 : 1);
                double noise = variant == "reuseport" && workers < 4 ? 0.3 : 0.02;
                run.AddRepeats(RunFolder.Row(variant, workers), [.. Enumerable.Range(0, 6).Select(_ => level * (1 + (noise * (random.NextDouble() - 0.5))))]);
            }
        }

        return run.Read().Data;
    }
}
