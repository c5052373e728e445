using System.Text.Json;
using ReuseBench.Core.Results;
using ReuseBench.TestSupport;

namespace ReuseBench.SystemTests;

/// <summary>Two real runs, one with the other.</summary>
public sealed class CompareTests(CompareTests.Baseline baseline) : IClassFixture<CompareTests.Baseline>
{
    // Too short to see what else had the CPUs: a busy host limits these repeats, and does not take them away.
    private const string Matrix = """
        name: pair
        description: one cell, four times
        repeats: 4
        defaults: {warmup: 50ms, duration: 300ms, connections: 4, workload: keepalive}
        groups:
          - {variant: single, workers: 1, service_time: SERVICE}
        """;

    private static readonly string[] Verdicts = ["worse", "better", "not-decided", "equivalent", "not-compared"];

    [Fact]
    public void Two_runs_are_compared_and_a_planted_change_is_found()
    {
        using TestFolder folder = new();
        string first = baseline.Run;
        string second = Measure(folder, "second", "300us");

        // What an A/A pair comes to is a law of chance, which a simulation shows; here it is that it comes to something.
        JsonElement alike = Assert.Single(Compared(first, second).GetProperty("cells").EnumerateArray());
        Assert.Contains(alike.GetProperty("verdict").GetString(), Verdicts);
        Assert.Equal("throughput_rps", alike.GetProperty("metric").GetString());

        // Fifteen times the work is found on any host, also where one run had a third of the CPU that the other had; but for one that stands still for all
        // of a repeat, which is then as slow. Where the host made every repeat invalid, it says so and claims nothing.
        string[] quick = [first, second];
        int attempt = 0;
        string slow = "";
        BusyHost.OneOfFew(
            () =>
            {
                slow = Measure(folder, $"slow-{attempt}", "5ms");
                return RunningProgram.Run(
                    RunningProgram.ReuseBench, "compare", quick[attempt++ % quick.Length], slow, "--across", "service_time", "--force", "--fail-on-regression",
                    "5%", "--csv", folder.At("c.csv"), "--markdown", folder.At("c.md"), "--chart", folder.At("c.svg"));
            },
            outcome =>
            {
                Assert.Contains(outcome.ExitCode, (int[])[3, 4]);
                Assert.Matches(outcome.ExitCode == 3 ? "worse by [89][0-9]" : "not compared: ", outcome.Output);
                Assert.Contains(
                    outcome.ExitCode == 3 ? "fail-on-regression: 1 of 1 cells are worse by 5 % or more" : "no cell could be compared", outcome.Errors,
                    StringComparison.Ordinal);
                Assert.Equal(2, File.ReadAllLines(folder.At("c.csv")).Length);
                Assert.Contains("1 cell", File.ReadAllText(folder.At("c.md")), StringComparison.Ordinal);
            });

        Outcome unlike = RunningProgram.Run(RunningProgram.ReuseBench, "compare", first, slow);
        Assert.Equal(2, unlike.ExitCode);
        Assert.Contains("has no cell in common", Assert.Single(unlike.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_is_kept_and_compared_with_by_name()
    {
        using TestFolder folder = new();
        string run = baseline.Run;

        Outcome kept = RunIn(folder, "compare", run, "--keep-as", "main");
        Assert.True(kept.ExitCode == 0, kept.Errors);
        Assert.Contains("kept as baseline main: ", kept.Errors, StringComparison.Ordinal);
        Assert.True(File.Exists(folder.At("results", "baselines", "main", Tables.Results.FileName)));

        Outcome same = RunIn(folder, "compare", "--baseline", "main", run);
        Assert.True(same.HasMeasured, same.Errors);
        Assert.DoesNotContain("worse by", same.Output, StringComparison.Ordinal);
        Outcome missing = RunIn(folder, "compare", "--baseline", "mian", run);
        Assert.Equal(2, missing.ExitCode);
        Assert.Contains("there are main", missing.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_of_another_kernel_is_refused_without_force()
    {
        using TestFolder folder = new();
        string run = baseline.Run;
        string other = folder.At("other");
        Directory.CreateDirectory(other);
        foreach (string file in Directory.GetFiles(run))
        {
            File.Copy(file, Path.Combine(other, Path.GetFileName(file)));
        }

        RunManifest manifest = RunManifestFile.Read(other);
        RunManifestFile.Write(other, manifest with { Host = manifest.Host with { Kernel = "1.2.3" } });

        Outcome refused = RunningProgram.Run(RunningProgram.ReuseBench, "compare", run, other);
        Assert.Equal(2, refused.ExitCode);
        string line = Assert.Single(refused.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("compare: not measured alike: kernel ", line, StringComparison.Ordinal);
        Outcome forced = RunningProgram.Run(RunningProgram.ReuseBench, "compare", run, other, "--force");
        Assert.True(forced.HasMeasured, forced.Errors);
        Assert.Contains("and 1.2.3.", forced.Output, StringComparison.Ordinal);
    }

    private static JsonElement Compared(params string[] runs)
    {
        // Sysctls and the like may change on a shared host between two runs.
        Outcome outcome = RunningProgram.Run(RunningProgram.ReuseBench, ["compare", .. runs, "--force", "--json"]);
        Assert.True(outcome.HasMeasured, outcome.Output + outcome.Errors);
        return JsonDocument.Parse(outcome.Output).RootElement;
    }

    private static Outcome RunIn(TestFolder folder, params string[] arguments)
    {
        using RunningProgram running = RunningProgram.StartIn(folder.Path, RunningProgram.ReuseBench, arguments);
        return running.WaitForExit();
    }

    private static string Measure(TestFolder folder, string name, string serviceTime)
    {
        string matrix = folder.At(name + ".yaml");
        File.WriteAllText(matrix, Matrix.Replace("SERVICE", serviceTime, StringComparison.Ordinal));
        Outcome outcome = RunningProgram.Run(RunningProgram.ReuseBench, "run", "--matrix", matrix, "--out", folder.At(name));
        Assert.True(outcome.HasMeasured, outcome.Output + outcome.Errors);
        return folder.At(name);
    }

    /// <summary>A run that all of them compare with.</summary>
    public sealed class Baseline : IDisposable
    {
        private readonly TestFolder _folder = new();

        public Baseline() => Run = Measure(_folder, "first", "300us");

        internal string Run { get; }

        public void Dispose() => _folder.Dispose();
    }
}
