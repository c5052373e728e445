using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Core.Units;
using ReuseBench.Core.Verdicts;
using ReuseBench.Shared;

namespace ReuseBench.Core.Tests;

/// <summary>A run of the released program, which wrote schema version 1; the numbers are those of its own files.</summary>
public sealed class SchemaV1Tests
{
    private static readonly IReadOnlyList<ResultRow> Rows = Tables.Results.Read(Repository.RunOfVersion1);

    public static TheoryData<string> Files => [.. Tables.All.Select(t => t.FileName)];

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_table_is_read(string file)
    {
        int rows = Tables.All.Single(t => t.FileName == file).Rows(Repository.RunOfVersion1).Count();
        string path = Path.Combine(Repository.RunOfVersion1, file);
        Assert.Equal(file == "chance.csv" ? 307 : File.Exists(path) ? File.ReadLines(path).Count() - 1 : 0, rows);
    }

    [Fact]
    public void Grades_and_reasons_have_the_words_of_now()
    {
        Assert.Equal(
            [(Grade.Ok, 29), (Grade.Limited, 20), (Grade.Invalid, 1)],
            Rows.GroupBy(r => r.Grade).OrderBy(g => g.Key).Select(g => (g.Key, g.Count())));
        Assert.All(Rows.SelectMany(r => r.Verdict.Reasons), reason => Assert.Contains(reason, VerdictRules.All));
        Assert.Contains(Rows, r => r.Verdict.Codes == "generator-lag;too-few-cpus");
    }

    [Fact]
    public void A_cell_has_the_settings_of_its_row_and_of_its_plan()
    {
        ResultRow row = Rows.First(r => r.CellId.StartsWith("throughput-reuseport-w2-connect", StringComparison.Ordinal));
        Cell cell = row.Cell;
        Assert.Equal(
            (Experiment.Throughput, Variant.Reuseport, 2, Workload.Connect, 64),
            (cell.Experiment, cell.Server.Variant, cell.Server.Workers, cell.Load.Workload, cell.Load.Connections));
        Assert.Equal(
            (new ServiceTime(Duration.FromMicroseconds(20), Kind: ServiceKind.Cpu), Duration.FromSeconds(3), Duration.FromMilliseconds(200)),
            (cell.Server.ServiceTime, cell.Load.Timeout, cell.Load.Warmup));
        Assert.Equal(("0", "1", Duration.FromMilliseconds(900)), (cell.Server.Cpus.ToString(), cell.Load.Cpus.ToString(), cell.Load.Duration));
        Assert.Equal((26051, true, 23832.222222222223), (row.LifeResponsesServer, row.CountsAgree, row.ThroughputRps));

        Assert.All(Rows.Where(r => r.Cell.Experiment == Experiment.Affinity), r => Assert.Equal(Driver.AcceptOnly, r.Cell.Driver));
        Assert.Contains(Rows, r => r.Cell.Restart is { Method: RestartMethod.ReuseportDrain, Load: RestartLoad.Idle });
        Assert.All(Rows.Where(r => r.Cell.Restart is not { Method: not RestartMethod.Loop }), r => Assert.Null(r.Cell.Server.ReuseAddr));
    }

    [Fact]
    public void Chance_is_what_stood_in_results_and_in_fairness()
    {
        ILookup<(string, int), ChanceRow> chance = Tables.Chance.Read(Repository.RunOfVersion1).ToLookup(r => (r.CellId, r.Repeat));
        ResultRow probe = Rows.First(r => r.Cell.Driver == Driver.AcceptOnly && r.Cell.Experiment == Experiment.Fairness);
        ChanceRow[] rows = [.. chance[(probe.CellId, probe.Repeat)]];
        Assert.Equal(Enum.GetValues<ChanceStatistic>(), rows.Select(r => r.Statistic).Distinct().Order());
        Assert.Equal(probe.Cell.Server.Workers, rows.Count(r => r.Statistic == ChanceStatistic.ChoiceShare));
        Assert.Equal(1, rows.Where(r => r.Statistic == ChanceStatistic.ChoiceShare).Sum(r => r.Value)!.Value, 9);
        Assert.All(rows, r => Assert.Equal(ChanceOver.Tuples, r.Over));
        Assert.All(rows.Where(r => r.Statistic == ChanceStatistic.ChoiceShare), r => Assert.InRange(r.BandCoverage!.Value, 0.95, 1));
        ChanceRow test = rows.Single(r => r.Statistic == ChanceStatistic.ChiSquare);
        Assert.Equal((probe.Cell.Server.Workers - 1, true), (test.DegreesOfFreedom, test.PValue is > 0 and < 1));
    }

    [Fact]
    public void The_manifest_has_the_keys_of_now_and_remembers_its_version()
    {
        RunManifest manifest = RunManifestFile.Read(Repository.RunOfVersion1);
        Assert.Equal((1, "20261127-060006-smoke"), (manifest.SchemaVersion, manifest.RunId));
        Assert.All(manifest.Cells, cell => CellSettings.Restore(cell.Settings));
        Assert.Contains(manifest.Cells, cell => cell.Settings["driver"] == "accept-only");
        Assert.Equal(Rows.Select(r => r.CellId).Distinct().Order(), manifest.Cells.Select(c => c.CellId).Order());
    }
}
