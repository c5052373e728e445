using ReuseBench.Bench.Matrices;
using ReuseBench.Core;
using ReuseBench.Core.Cells;

namespace ReuseBench.Bench.Tests;

public sealed class SettingOverrideTests : IDisposable
{
    private static readonly HostSize TwoCpus = new(Cpus: 2, ClientCpus: 1);

    private readonly string _path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".yaml");

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void A_setting_stands_for_the_matrixs_in_its_defaults_and_in_every_group()
    {
        Matrix matrix = Read("""
            defaults: {connections: 8, workload: keepalive}
            groups:
              - {variant: [single, reuseport], workers: [1, 2]}
              - {variant: shared, workers: 4, connections: [16, 32]}
            """, "connections=24", "workers=3|5");
        Assert.Equal(6, matrix.Cells.Count);
        Assert.All(matrix.Cells, c => Assert.Equal(24, c.Cell.Load.Connections));
        Assert.Equal([3, 5], matrix.Cells.Select(c => c.Cell.Server.Workers).Distinct().Order());
    }

    [Fact]
    public void Of_lists_that_are_walked_together_the_others_stay()
    {
        Matrix matrix = Read("groups: [{variant: reuseport, zip: {workers: [2, 4], connections: [8, 16]}}]", "workers=6");
        Assert.Equal([(6, 8), (6, 16)], matrix.Cells.Select(c => (c.Cell.Server.Workers, c.Cell.Load.Connections)));
    }

    [Fact]
    public void A_rate_stands_for_a_share_of_the_capacity_and_the_other_way_round()
    {
        const string Text = "groups: [{experiment: latency, rate: VALUE, workers: 2}]";
        Cell rate = Read(Text.Replace("VALUE", "70%", StringComparison.Ordinal), "rate=5000").Cells.Single().Cell;
        Cell share = Read(Text.Replace("VALUE", "5000", StringComparison.Ordinal), "rate=50%").Cells.Single().Cell;
        Assert.Equal((5000, null), (rate.Load.Rate, rate.Load.RatePercent));
        Assert.Equal((null, 50), (share.Load.Rate, share.Load.RatePercent));
    }

    [Fact]
    public void What_the_host_decides_can_be_set_too() => Assert.Equal(
        [1, 2, 4], Read("groups: [{variant: single, workers: 8}]", "workers=auto").Cells.Select(c => c.Cell.Server.Workers));

    [Fact]
    public void A_cell_that_nobody_can_measure_is_refused_with_its_place()
    {
        string message = Assert.Throws<UsageException>(() => Read("groups:\n  - {variant: shared, workers: 2}", "workers=0")).Message;
        Assert.StartsWith($"{_path}, line 2: workers: 0 is out of range", message, StringComparison.Ordinal);
        Assert.EndsWith("(with --set workers=0)", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("workers", "set: 'workers' is no setting with a value; write KEY=VALUE")]
    [InlineData("=4", "set: '=4' is no setting with a value")]
    [InlineData("wrokers=4", "set: key 'wrokers' is unknown; did you mean 'workers'?")]
    [InlineData("workers=many", "set: workers: 'many' is not a whole number")]
    [InlineData("workers=1|", "set: workers: '' is not a whole number")]
    [InlineData("backlog=auto", "set: backlog: 'auto' goes with workers and client_threads only")]
    [InlineData("seed=4", "set: seed is of the whole matrix")]
    [InlineData("accept=blocking", "set: accept=blocking: has no effect in any cell, since ")]
    public void What_cannot_be_set_is_one_line(string given, string says) =>
        Assert.StartsWith(says, Assert.Throws<UsageException>(() => Read("groups: [{variant: single}]", given)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_setting_that_is_given_twice_is_refused() => Assert.Equal(
        "set: workers is given twice; name several values as workers=2|4",
        Assert.Throws<UsageException>(() => SettingOverride.Parse(["workers=2", "workers=4"])).Message);

    [Fact]
    public void Cells_that_no_file_describes_take_it_too()
    {
        IReadOnlyList<MatrixCell> cells = Apply(Cell.Blank, "workers=2|4", "service_time=20us").Cells;
        Assert.Equal([2, 4], cells.Select(c => c.Cell.Server.Workers));
        Assert.All(cells, c => Assert.Equal((20, 3), (c.Cell.Server.ServiceTime.Mean.Microseconds, c.Repeats)));
    }

    [Fact]
    public void What_goes_together_is_held_against_the_rules_when_all_of_it_is_set()
    {
        // Each alone would have no effect, or make a cell that does not exist.
        Cell shared = Assert.Single(Apply(Cell.Blank, "accept=blocking", "variant=shared").Cells).Cell;
        Assert.Equal((Variant.Shared, AcceptMode.Blocking), (shared.Server.Variant, shared.Server.Accept));
        Assert.Contains(
            "has no effect in any cell", Assert.Throws<UsageException>(() => Apply(Cell.Blank, "accept=blocking")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_combination_that_does_not_exist_is_left_out_and_named()
    {
        Matrix matrix = Apply(Restart, "restart_stop=graceful|kill", "restart_scope=thread");
        RestartSettings kept = Assert.Single(matrix.Cells).Cell.Restart!;
        Assert.Equal((StopSignal.Graceful, RestartScope.Thread), (kept.Stop, kept.Scope));
        Assert.Contains("SIGKILL ends a whole process", Assert.Single(matrix.LeftOut), StringComparison.Ordinal);
        Assert.StartsWith(
            "set: restart_stop=kill, restart_scope=thread: leaves no cell that exists. ",
            Assert.Throws<UsageException>(() => Apply(Restart, "restart_stop=kill", "restart_scope=thread")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("workers=auto", "set: workers=auto: 'auto' is for the cells of a matrix file")]
    [InlineData("rate=70%", "set: rate=70%: '70%' is for the cells of a matrix file")]
    [InlineData("workers=0", "set: workers=0: workers: 0 is out of range")]
    public void What_only_a_file_can_say_or_nobody_can_measure_is_one_line(string given, string says) =>
        Assert.StartsWith(says, Assert.Throws<UsageException>(() => Apply(Restart, given)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("connections and connections_per_worker", "connections=8", "connections_per_worker=4")]
    [InlineData("connections and connections_per_worker", "connections_per_worker=4", "connections=8")]
    [InlineData("rate and rate_percent", "rate=70%", "rate_percent=50")]
    public void Settings_that_stand_for_each_other_are_refused(string keys, params string[] given) => Assert.Equal(
        $"set: {keys} stand for each other; give one of them", Assert.Throws<UsageException>(() => SettingOverride.Parse(given)).Message);

    [Fact]
    public void A_matrix_is_read_from_standard_input()
    {
        TextReader before = Console.In;
        Console.SetIn(new StringReader("groups: [{variant: single, workers: 2}]"));
        try
        {
            Matrix matrix = MatrixReader.Read(MatrixLocator.Find(MatrixLocator.StandardInput), TwoCpus);
            Assert.Equal(("stdin", 1), (matrix.Name, matrix.Cells.Count));
            Assert.StartsWith(
                "standard input: not a matrix", Assert.Throws<UsageException>(() => MatrixReader.Read(MatrixLocator.StandardInput, TwoCpus)).Message,
                StringComparison.Ordinal);
        }
        finally
        {
            Console.SetIn(before);
        }
    }

    private static Cell Restart => CellRules.Settle(
        Cell.Blank with { Experiment = Experiment.Restart, Restart = new RestartSettings { Method = RestartMethod.Reuseaddr } });

    private static Matrix Apply(Cell cell, params string[] set) =>
        SettingOverride.Apply(SettingOverride.Parse(set), new Matrix("built", "", null, [new MatrixCell(cell, 3)], Semantics: false));

    private Matrix Read(string text, params string[] set)
    {
        File.WriteAllText(_path, text);
        return MatrixReader.Read(_path, TwoCpus, SettingOverride.Parse(set));
    }
}
