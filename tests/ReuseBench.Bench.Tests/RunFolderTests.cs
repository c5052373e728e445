using ReuseBench.Bench.Experiments.Measuring;
using ReuseBench.Bench.Runs;
using ReuseBench.Core;
using ReuseBench.Core.Csv;
using ReuseBench.Core.Results;
using ReuseBench.Core.Verdicts;

namespace ReuseBench.Bench.Tests;

public sealed class RunFolderTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    public void Dispose()
    {
        if (Directory.Exists(_path))
        {
            Directory.Delete(_path, recursive: true);
        }
    }

    [Fact]
    public void A_folder_that_holds_something_is_refused()
    {
        Directory.CreateDirectory(_path);
        File.WriteAllText(Path.Combine(_path, "thesis.doc"), "precious");
        Assert.Contains("is not empty", Assert.Throws<UsageException>(() => RunFolder.Create(_path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_was_killed_before_its_manifest_leaves_a_folder_that_the_next_may_have()
    {
        RunFolder.Create(_path).Dispose();
        string draft = Path.Combine(_path, RunFiles.Manifest + ".4711.new");
        File.WriteAllText(draft, "{");
        string probe = Path.Combine(_path, ".reusebench-4711");
        File.WriteAllText(probe, "");
        RunFolder.Create(_path).Dispose();
        Assert.False(File.Exists(draft), "a draft is removed by the next who has the folder");
        Assert.False(File.Exists(probe), "so is the file that tries whether the folder can be written");
        Assert.Equal(2, File.ReadAllText(Path.Combine(_path, Tables.Results.FileName)).Split('\n').Length);
    }

    [Fact]
    public void A_row_or_a_manifest_makes_it_a_run_that_is_continued()
    {
        using (RunFolder folder = RunFolder.Create(_path))
        {
            folder.Append(new MeasuredRows(new ResultRow { CellId = "a", Repeat = 1 }, []));
        }

        Assert.Contains("holds no run; name a new folder", Assert.Throws<UsageException>(() => RunFolder.Create(_path)).Message, StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(_path, RunFiles.Manifest), "{}");
        Assert.Contains("continue that run with --resume", Assert.Throws<UsageException>(() => RunFolder.Create(_path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_what_a_killed_program_left_is_removed()
    {
        Directory.CreateDirectory(_path);
        string[] kept = ["a.new", "b.12x.new", ".12.news", "run.json"];
        foreach (string name in kept.Append("run.json.12.new"))
        {
            File.WriteAllText(Path.Combine(_path, name), "");
        }

        FolderChecks.RemoveLeftovers(_path);
        Assert.Equal(kept.Order(), Directory.GetFiles(_path).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_one_line()
    {
        File.WriteAllText(_path, "a file");
        try
        {
            Assert.Contains("cannot be written", Assert.Throws<UsageException>(() => RunFolder.Create(_path)).Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(_path);
        }
    }

    [Fact]
    public void Every_table_is_there_from_the_beginning_with_its_header()
    {
        RunFolder.Create(_path).Dispose();
        string[] expected = [.. Tables.All.Where(t => t.IsOfRepeats).Select(t => t.FileName)];
        Assert.Equal(expected.Order(), Directory.GetFiles(_path).Select(Path.GetFileName).Order());
        Assert.All(expected, table => Assert.StartsWith("schema_version,run_id,cell_id,repeat,", File.ReadAllText(Path.Combine(_path, table)),
            StringComparison.Ordinal));
    }

    [Fact]
    public void Each_row_of_a_repeat_goes_to_its_own_table()
    {
        IRepeatRow[] others =
        [
            .. Tables.All.Where(t => t.IsOfRepeats && t.Row != typeof(ResultRow)).Select(t => (IRepeatRow)Activator.CreateInstance(t.Row)!),
        ];
        using (RunFolder folder = RunFolder.Create(_path))
        {
            folder.Append(new MeasuredRows(new ResultRow { Failure = null }, others));
        }

        Assert.All(Tables.All.Where(t => t.IsOfRepeats), table => Assert.IsType(table.Row, Assert.Single(table.Rows(_path))));
    }

    [Fact]
    public void A_killed_run_keeps_what_was_sealed_and_nothing_else()
    {
        using (RunFolder folder = RunFolder.Create(_path))
        {
            folder.Append(Rows("a", 1));
            folder.Append(Rows("b", 1));
        }

        // A repeat that had written its latencies but not yet its result, and half a line of the result.
        using (CsvTable<LatencyRow> latency = new(Path.Combine(_path, Tables.Latency.FileName)))
        {
            latency.Append(new LatencyRow { CellId = "c", Repeat = 1 });
        }

        File.AppendAllText(Path.Combine(_path, Tables.Results.FileName), "1,r,c,1,throu");
        RunFolder.Reopen(_path).Dispose();

        Assert.Equal([("a", 1), ("b", 1)], InterruptedRows.Measured(_path));
        Assert.Equal(["a", "b"], TableFile.Read<LatencyRow>(Path.Combine(_path, Tables.Latency.FileName)).Select(r => r.CellId));
    }

    [Fact]
    public void A_failed_repeat_is_measured_again_when_the_run_goes_on()
    {
        using (RunFolder folder = RunFolder.Create(_path))
        {
            folder.Append(Rows("a", 1));
            folder.Append(MeasuredRows.OfFailure(new ResultRow { CellId = "b", Repeat = 1, Failure = "no server" }));
        }

        RunFolder.Reopen(_path).Dispose();
        Assert.Equal([("a", 1)], InterruptedRows.Measured(_path));
    }

    [Fact]
    public void At_its_end_a_run_has_the_verdicts_over_the_whole_of_it_and_one_that_goes_on_is_judged_anew()
    {
        using (RunFolder folder = RunFolder.Create(_path))
        {
            folder.Append(Canary(1, 900));
            folder.Append(Canary(2, 600));
            Assert.Equal(["", ""], Reasons());
            folder.Settle();
        }

        Assert.Equal(["", "cpu-speed"], Reasons());
        using (RunFolder folder = RunFolder.Reopen(_path))
        {
            folder.Append(Canary(3, 600));
            folder.Append(Canary(4, 601));
            folder.Settle();
        }

        Assert.Equal(["cpu-speed", "", "", ""], Reasons());
        Assert.Equal([Grade.Limited, Grade.Ok, Grade.Ok, Grade.Ok], Tables.Results.Read(_path).Select(r => r.Grade));
        Assert.All(Tables.Results.Read(_path), r => Assert.Equal((Grade.Ok, ""), (RunVerdicts.ByItself(r).Grade, RunVerdicts.ByItself(r).Verdict.Codes)));
        Assert.Equal(0, RunVerdicts.Settle(_path));
    }

    private static MeasuredRows Canary(int repeat, double roundsPerUs) =>
        new(new ResultRow { CellId = "a", Repeat = repeat, CanaryRoundsPerUs = roundsPerUs }, []);

    private string[] Reasons() => [.. Tables.Results.Read(_path).Select(r => r.Verdict.Codes)];

    private static MeasuredRows Rows(string cellId, int repeat) =>
        new(new ResultRow { CellId = cellId, Repeat = repeat }, [new LatencyRow { CellId = cellId, Repeat = repeat }]);
}
