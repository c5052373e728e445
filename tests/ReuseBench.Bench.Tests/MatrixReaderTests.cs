using ReuseBench.Bench.Matrices;
using ReuseBench.Bench.Runs;
using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;

namespace ReuseBench.Bench.Tests;

public sealed class MatrixReaderTests : IDisposable
{
    private static readonly HostSize TwoCpus = new(Cpus: 2, ClientCpus: 1);

    private readonly string _path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".yaml");

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void A_group_is_the_product_of_its_keys()
    {
        Matrix matrix = Read("""
            groups:
              - variant: [single, reuseport]
                workers: [1, 2, 4]
                workload: [connect, keepalive]
            """);
        Assert.Equal(12, matrix.Cells.Count);
        Assert.Equal(12, matrix.Cells.Select(c => c.Cell.Id).Distinct().Count());
    }

    [Theory]
    [InlineData("seed: 42\n", 42ul)]
    [InlineData("", null)]
    public void A_seed_is_the_one_that_the_file_names(string line, ulong? seed) => Assert.Equal(seed, Read(line + "groups: [{workers: 1}]").Seed);

    [Fact]
    public void What_its_runs_are_held_to_is_read_with_it() => Assert.Equal(
        ["gap_ms < 50", "errors == 0", "latency_p99_us > 10", "latency_p99_us < 2000", "ratio reuseport/single > 1.1"],
        Read("""
            expect:
              gap_ms: < 50
              errors: 0
              latency_p99_us: ["> 10", "< 2ms"]
              ratio: reuseport/single > 1.1
            groups: [{variant: [reuseport, single]}]
            """).Expect.Select(e => e.Text));

    [Theory]
    [InlineData("expect: {gap_m: < 50}", 1, "did you mean 'gap_ms'?")]
    [InlineData("expect: gap_ms < 50", 1, "expected metrics with what must hold")]
    [InlineData("expect:\n  errors: 0\n  gap_ms: < 50 bananas", 3, "gap_ms is in ms")]
    [InlineData("expect:\n  gap_ms: {a: 1}", 2, "expected a single value")]
    public void A_threshold_that_cannot_be_read_is_named_with_its_line(string text, int line, string says)
    {
        string message = Assert.Throws<UsageException>(() => Read(text + "\ngroups: [{workers: 1}]")).Message;

        Assert.StartsWith($"{_path}, line {line}: expect", message, StringComparison.Ordinal);
        Assert.Contains(says, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gap_ms < 50", "restarts nothing")]
    [InlineData("ratio: reuseport/shared > 1", "has no cell of 'shared'; it has reuseport")]
    public void A_threshold_about_what_no_cell_has_is_refused(string text, string says) => Assert.Contains(
        says,
        Assert.Throws<UsageException>(() => ExpectationChecks.Require([Expectation.Parse(text)], Read("groups: [{variant: reuseport}]"))).Message,
        StringComparison.Ordinal);

    [Fact]
    public void A_setting_without_effect_makes_no_second_cell()
    {
        Matrix matrix = Read("""
            groups:
              - variant: [single, shared]
                accept: [epoll, epoll-exclusive, blocking]
            """);
        Assert.Equal(4, matrix.Cells.Count);
    }

    [Fact]
    public void A_group_overrides_the_defaults()
    {
        Matrix matrix = Read("""
            repeats: 3
            defaults: {connections: 16, duration: 2s}
            groups:
              - {variant: single, connections: 8}
              - {variant: shared, repeats: 5}
            """);
        Assert.Equal([8, 16], matrix.Cells.Select(c => c.Cell.Load.Connections));
        Assert.Equal([3, 5], matrix.Cells.Select(c => c.Repeats));
        Assert.All(matrix.Cells, c => Assert.Equal(2, c.Cell.Load.Duration.Seconds));
    }

    [Fact]
    public void A_rate_may_be_a_percentage_and_connections_may_grow_with_workers()
    {
        Matrix matrix = Read("""
            groups:
              - {experiment: latency, variant: shared, workers: [1, 4], connections: 16/worker, rate: [70%, 300]}
            """);
        Assert.Equal([(70, null), (null, 300), (70, null), (null, 300)], matrix.Cells.Select(c => (c.Cell.Load.RatePercent, c.Cell.Load.Rate)));
        Assert.Equal([16, 16, 64, 64], matrix.Cells.Select(c => c.Cell.Connections));
        Assert.All(matrix.Cells, c => Assert.Equal(c.Cell, CellSettings.Restore(CellSettings.Describe(c.Cell))));
        Assert.Equal(4, matrix.Cells.Select(c => c.Cell.Id).Distinct().Count());
    }

    [Fact]
    public void Percentages_go_with_zip()
    {
        Matrix matrix = Read("groups: [{experiment: latency, zip: {rate: [50%, 200], connections: [8/worker, 32]}}]");
        Assert.Equal([(50, 8), (null, 32)], matrix.Cells.Select(c => (c.Cell.Load.RatePercent, c.Cell.Connections)));
    }

    [Theory]
    [InlineData("defaults: {rate: 70%}", 200.0, null, "{experiment: latency, rate: 200}")]
    [InlineData("defaults: {rate: 200}", null, 70.0, "{experiment: latency, rate: 70%}")]
    public void A_group_overrides_a_percentage_and_by_one(string defaults, double? rate, double? percent, string group)
    {
        Cell cell = Read($"{defaults}\ngroups: [{group}, {{experiment: latency, workers: 3}}]").Cells[0].Cell;
        Assert.Equal((rate, percent), (cell.Load.Rate, cell.Load.RatePercent));
    }

    [Theory]
    [InlineData("{experiment: latency, rate: x%}", "rate_percent: 'x' is not a number")]
    [InlineData("{experiment: latency, rate: 301%}", "rate: 301% is out of range; use a percentage above 0 up to 300")]
    [InlineData("{experiment: latency, rate: 0%}", "rate: 0% is out of range")]
    [InlineData("{variant: shared, connections: 0/worker}", "connections_per_worker: 0 is out of range")]
    [InlineData("{variant: shared, workers: 2, connections: 1/worker, client_threads: 3}", "3 threads cannot share 2 connections")]
    [InlineData("{experiment: restart, restart_method: handoff, rate: 70%}", "rate_percent: 70 has no effect here")]
    [InlineData("{experiment: fairness, driver: accept-only, variant: reuseport, workers: 2, connections: 9/worker}", "connections_per_worker: 9 has")]
    public void A_proportion_that_cannot_be_is_refused(string group, string says)
    {
        UsageException refused = Assert.Throws<UsageException>(() => Read($"groups: [{group}]"));
        Assert.Contains(says, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_ramp_is_a_key_like_any_other()
    {
        Matrix matrix = Read("groups: [{ramp: [0s, 500ms], warmup: 1s}]");
        Assert.Equal([0, 500], matrix.Cells.Select(c => c.Cell.Load.Ramp.Milliseconds));
        Assert.All(matrix.Cells, c => Assert.Equal(c.Cell, CellSettings.Restore(CellSettings.Describe(c.Cell))));
    }

    [Theory]
    [InlineData("{experiment: fairness, driver: accept-only, variant: reuseport, workers: 2, ramp: [0s, "
        + "1s]}", "ramp: 1s has no effect here, since an accept-only probe")]
    [InlineData("{experiment: fairness, driver: accept-only, variant: reuseport, workers: 2, service_time: 1ms}", "service_time: 1ms has no effect here")]
    [InlineData("{experiment: restart, restart_method: reuseaddr, ramp: [0s, 1s]}", "ramp: 1s has no effect here, since a restart is probed")]
    [InlineData("{experiment: restart, restart_method: handoff, client_threads: 2}", "client_threads: 2 has no effect here")]
    [InlineData("{experiment: restart, restart_method: handoff, connections: 8}", "connections: 8 has no effect here")]
    [InlineData("{experiment: restart, restart_method: handoff, warmup: 2s}", "warmup: 2s has no effect here")]
    [InlineData("{experiment: restart, restart_method: handoff, interval: 5ms}", "interval: 5ms has no effect here")]
    [InlineData("{experiment: restart, restart_method: handoff, variant: reuseport}", "variant: reuseport has no effect here")]
    [InlineData("{experiment: restart, restart_method: handoff, accept: blocking}", "accept: blocking cannot let go of a listener that others go on with")]
    [InlineData("{experiment: restart, restart_method: reuseport-drain, accept: epoll-exclusive}", "accept: epoll-exclusive has no effect here")]
    [InlineData("{experiment: restart, restart_method: handoff, resize_to: 2}", "resize_to: 2 has no effect here, since only the method resize")]
    [InlineData("{experiment: restart, restart_method: handoff, member_stay: 5ms}", "member_stay: 5ms has no effect here, since only the method transient")]
    [InlineData("{experiment: restart, restart_count: 3}", "restart_count: 3 has no effect here, since the loop restarts within one process")]
    [InlineData("{experiment: restart, restart_method: reuseport-drain, selector: cbpf-random}", "selector: cbpf-random has no effect here")]
    [InlineData("{experiment: restart, variant: single}", "variant: single has no effect here, since the loop of restarts is the variant restart")]
    [InlineData("{experiment: restart, restart_stop: kill}", "restart_stop: kill has no effect here, since the loop restarts within one process")]
    [InlineData("{variant: restart}", "variant: restart stops serving again and again")]
    [InlineData("{variant: reuseport, migrate_req: 1}", "migrate_req: 1 has no effect here, since it belongs to the experiment restart")]
    [InlineData("{variant: shared, workers: 4, processes: 4}", "processes: 4 has no effect here, since only reuseport has a listener for each worker")]
    [InlineData("{variant: single, accept: blocking}", "accept: blocking has no effect here, since only shared")]
    [InlineData("{variant: single, arrivals: poisson}", "arrivals: poisson has no effect here, since a closed loop has no arrivals")]
    [InlineData("{source_ports: 2000-3000}", "source_ports: 2000-3000 has no effect here, since the kernel picks the ports of the plan ephemeral")]
    [InlineData("{experiment: latency, rate: 100, retry_delay: 5ms}", "retry_delay: 5ms has no effect here, since an open loop attempts each request once")]
    [InlineData("{experiment: restart, restart_method: reuseaddr, retry_delay: 5ms}", "retry_delay: 5ms has no effect here")]
    [InlineData("{experiment: restart, restart_method: handoff, timeout: 3s}", "timeout: 3s has no effect here, since what waits in a queue is seen to its")]
    [InlineData("{experiment: restart, restart_method: reuseaddr, restart_load: queued, connect_timeout: 3s}", "connect_timeout: 3s has no effect here")]
    [InlineData("{experiment: affinity, driver: accept-only, variant: reuseport, workers: 2, server_close: server}", "server_close: server has no effect here")]
    [InlineData("{experiment: affinity, driver: accept-only, variant: reuseport, workers: 2, service_time: 1ms}", "service_time: 1ms has no effect here")]
    [InlineData("{experiment: affinity, driver: accept-only, variant: reuseport, workers: 2, response_bytes: 9}", "response_bytes: 9 has no effect here")]
    [InlineData("{experiment: idle, driver: accept-only, variant: restart, rate: 9}", "variant: restart stops serving again and again")]
    [InlineData("{experiment: idle, driver: accept-only, variant: shared, rate: 9, accept_batch: 4}", "accept_batch: 4 has no effect here")]
    [InlineData("{experiment: stall, driver: accept-only, variant: shared, workers: 2, server_close: server}", "server_close: server has no effect here")]
    [InlineData("{experiment: fairness, driver: accept-only, variant: reuseport, workers: 4, processes: 2}", "processes: 2 has no effect here, since an")]
    [InlineData("{experiment: restrat}", "experiment: 'restrat' is unknown; did you mean 'restart'? Use one of throughput, latency")]
    public void What_has_no_effect_in_a_group_is_refused_and_not_dropped(string group, string says) =>
        Assert.Contains(says, Assert.Throws<UsageException>(() => Read($"groups: [{group}]")).Message, StringComparison.Ordinal);

    [Fact]
    public void A_default_that_has_no_effect_in_any_group_is_refused() => Assert.Contains(
        "line 1: ramp: has no effect in any group",
        Assert.Throws<UsageException>(() => Read("defaults: {ramp: 1s}\ngroups: [{experiment: restart, restart_method: handoff}]")).Message,
        StringComparison.Ordinal);

    [Fact]
    public void A_cell_of_a_restart_is_the_server_that_runs()
    {
        Cell cell = Assert.Single(Read("groups: [{experiment: restart, restart_method: reuseport-overlap}]").Cells).Cell;
        Assert.Equal((Variant.Reuseport, false), (cell.Server.Variant, cell.Server.EffectiveReuseAddr));
        cell = Assert.Single(Read("groups: [{experiment: restart, restart_method: reuseaddr}]").Cells).Cell;
        Assert.Equal((Variant.Shared, AcceptMode.EpollExclusive, true), (cell.Server.Variant, cell.Server.Accept, cell.Server.EffectiveReuseAddr));
        Assert.Equal((Workload.Connect, 1000.0), (cell.Load.Workload, cell.Load.Rate));
        Assert.Equal(Variant.Restart, Assert.Single(Read("groups: [{experiment: restart}]").Cells).Cell.Server.Variant);
    }

    [Fact]
    public void Clients_and_accept_mode_of_a_restart_are_those_that_are_named_and_single_connections_else()
    {
        Cell[] cells =
        [
            .. Read("groups: [{experiment: restart, restart_method: handoff, workload: [connect, keepalive, 'churn:4'], close: [rst, server], "
                + "accept: [epoll, epoll-exclusive], connections: 8}]").Cells.Select(c => c.Cell),
        ];
        Assert.Equal(12, cells.Length);
        Assert.Equal(
            [(Workload.Connect, 64), (new Workload(4), 8), (Workload.Keepalive, 8)],
            cells.Select(c => (c.Load.Workload, c.Load.Connections)).Distinct().OrderByDescending(c => c.Connections).ThenByDescending(c =>
                c.Workload.RequestsPerConnection));
        Cell plain = Assert.Single(Read("groups: [{restart_method: handoff, experiment: restart}]").Cells).Cell;
        Assert.Equal((Workload.Connect, AcceptMode.EpollExclusive, ConnectionClose.Rst), (plain.Load.Workload, plain.Server.Accept, plain.Load.Close));
        Assert.Contains(plain, cells);
    }

    [Fact]
    public void Lists_under_zip_are_walked_together()
    {
        Matrix matrix = Read("groups: [{variant: reuseport, zip: {workers: [2, 4, 8], processes: [2, 4, 4]}, connections: [8, 16]}]");
        Assert.Equal(
            [(2, 2, 8), (2, 2, 16), (4, 4, 8), (4, 4, 16), (8, 4, 8), (8, 4, 16)],
            matrix.Cells.Select(c => (c.Cell.Server.Workers, c.Cell.Server.Processes, c.Cell.Load.Connections)));
    }

    [Theory]
    [InlineData("{variant: reuseport, zip: {workers: [2, 4], processes: [2]}}", "expected lists of one length that are walked together (workers 2, "
        + "processes 1)")]
    [InlineData("{variant: reuseport, zip: {}}", "expected lists of one length")]
    [InlineData("{variant: reuseport, zip: [1, 2]}", "zip: expected keys with values")]
    [InlineData("{workers: 2, zip: {workers: [2]}}", "workers: is named twice in one group")]
    public void A_zip_that_cannot_be_walked_is_refused(string group, string says) =>
        Assert.Contains(says, Assert.Throws<UsageException>(() => Read($"groups: [{group}]")).Message, StringComparison.Ordinal);

    [Fact]
    public void The_loop_of_restarts_runs_under_the_cells_own_load_and_its_ramp() =>
        Assert.Equal([0, 1], Read("groups: [{experiment: restart, ramp: [0s, 1s]}]").Cells.Select(c => c.Cell.Load.Ramp.Seconds));

    [Fact]
    public void Auto_workers_double_up_to_twice_the_cpus() =>
        Assert.Equal([1, 2, 4], Read("groups: [{workers: auto}]").Cells.Select(c => c.Cell.Server.Workers));

    [Fact]
    public void Auto_workers_end_at_twice_the_cpus_where_that_is_no_power_of_two() =>
        Assert.Equal([1, 2, 4, 8, 12], new HostSize(Cpus: 6, ClientCpus: 3).WorkerCounts());

    [Theory]
    [InlineData("groups:\n  - variant: sharde\n", 2, "'sharde' is unknown; did you mean 'shared'? Use one of single, shared, reuseport, inherited, restart")]
    [InlineData("groups:\n  - varaint: shared\n", 2, "key 'varaint' is unknown; did you mean 'variant'?")]
    [InlineData("groups:\n  - workers: 0\n", 2, "workers: 0 is out of range; use 1 to 1024")]
    [InlineData("groups:\n  - variant: single\n    workers: []\n", 3, "an empty list expands to no cell")]
    [InlineData("groups:\n  - workers: 99999999999\n", 2, "workers: 99999999999 is out of range")]
    [InlineData("groups:\n  - variant: single\n    duration: 10\n", 3, "'10' is not a duration")]
    [InlineData("groups:\n  - variant: [single, shared\n    workers: 1\n", 2, "not readable as YAML")]
    [InlineData("name: ../../evil\ngroups:\n  - variant: single\n", 1, "name: use up to 60 letters")]
    [InlineData("groups:\n  - variant: single\n    workers: 3\n  - processes: 2\n    workers: 3\n    variant: reuseport\n", 4, "cannot be spread evenly")]
    [InlineData("name: x\nrepeats: 0\ngroups:\n  - variant: single\n", 2, "repeats: use a whole number from 1")]
    [InlineData("name: x\ngruops: []\n", 2, "key 'gruops' is unknown; did you mean 'groups'? Use one of name, description")]
    [InlineData("name: x\n", 1, "nothing to measure")]
    [InlineData("groups:\n  - variant: [single\n", 3, "not readable as YAML")]
    [InlineData("groups:\n  - connections: auto\n", 2, "'auto' goes with workers and client_threads only")]
    [InlineData("groups:\n  - experiment: latency\n", 2, "open loop; give a rate")]
    [InlineData("groups:\n  - variant: single\n  - ramp: 2s\n    warmup: 1s\n", 3, "ramp: 2s does not fit into the warm-up of 1s")]
    [InlineData("groups:\n  - variant: single\n    ramp: 2\n", 3, "ramp: '2' is not a duration")]
    [InlineData("groups:\n  - variant: single\n    idle: on\n", 3, "idle connections carry no requests, and throughput is about requests")]
    [InlineData("groups:\n  - {experiment: fairness, open_spacing: 5ms, rate: 100}\n", 2, "an open loop opens connections as its schedule needs them")]
    [InlineData("groups:\n  - {experiment: fairness, open_spacing: 5ms, workload: connect}\n", 2, "only persistent connections are opened once")]
    [InlineData("groups:\n  - {experiment: fairness, open_spacing: 1s, connections: 400}\n", 2, "400 connections 1s apart are opened for longer than 300s")]
    [InlineData("groups:\n  - {open_spacing: 5ms, ramp: 500ms}\n", 2, "open_spacing: the ramp of 500ms spaces the openings already")]
    [InlineData("groups:\n  - {variant: inherited, workers: 2, processes: 2}\n", 2, "processes: 2 has no effect here")]
    [InlineData("groups:\n  - {variant: inherited, workers: 2, accept: blocking}\n", 2, "with inherited each process waits by epoll or by epoll-exclusive")]
    public void What_cannot_be_is_one_line_that_names_file_and_line(string text, int line, string says)
    {
        UsageException e = Assert.Throws<UsageException>(() => Read(text));
        Assert.StartsWith($"{_path}, line {line}: ", e.Message, StringComparison.Ordinal);
        Assert.Contains(says, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
    }

    [Theory]
    [InlineData("smoke")]
    [InlineData("quick")]
    [InlineData("full")]
    public void The_matrices_that_come_with_it_expand(string name)
    {
        Matrix matrix = MatrixReader.Read(RepositoryRoot.Of("scripts", "matrices", name + ".yaml"), TwoCpus);
        Assert.Equal(name, matrix.Name);

        // An inherited listener is a misunderstanding, and no way that these are to recommend: the matrix accepting has it.
        foreach (Variant variant in Enum.GetValues<Variant>().Where(v => v != Variant.Inherited))
        {
            Assert.Contains(matrix.Cells, c => c.Cell.Server.Variant == variant);
        }
    }

    /// <summary>By epoll and by io-uring a group is accepted from in two ways; the other modes mean nothing there, and leave one cell.</summary>
    [Theory]
    [InlineData("{variant: reuseport, accept: [epoll, io-uring]}", 2)]
    [InlineData("{variant: [shared, reuseport], accept: [epoll, epoll-exclusive, blocking, io-uring]}", 6)]
    [InlineData("{variant: [single, shared], accept: [epoll, io-uring]}", 3)]
    [InlineData("{variant: [shared, inherited], accept: [epoll, epoll-exclusive, blocking, io-uring], workers: 2}", 6)]
    [InlineData("{experiment: restart, restart_method: [reuseaddr, reuseport-drain], accept: [epoll-exclusive, io-uring]}", 4)]
    [InlineData("{experiment: stall, driver: accept-only, variant: reuseport, workers: 2, selector: [hash, cbpf-random, ebpf-weight, ebpf-alive]}", 4)]
    public void Accept_by_io_uring_and_selectors_of_a_stall_make_cells(string group, int cells) =>
        Assert.Equal(cells, Read($"groups: [{group}]").Cells.Count);

    [Theory]
    [InlineData("smoke")]
    [InlineData("quick")]
    [InlineData("full")]
    [InlineData("fairness")]
    [InlineData("restart-loss")]
    [InlineData("accepting")]
    public void They_expand_on_a_large_host_too(string name) =>
        Assert.NotEmpty(MatrixReader.Read(RepositoryRoot.Of("scripts", "matrices", name + ".yaml"), new HostSize(Cpus: 128, ClientCpus: 64)).Cells);

    [Theory]
    [InlineData(": [\ni")]
    [InlineData("groups: [{workers: 1}]\n---\nname: x\n")]
    [InlineData("- 1")]
    public void What_is_no_matrix_is_one_line_that_names_the_file(string text)
    {
        string message = Assert.Throws<UsageException>(() => Read(text)).Message;
        Assert.StartsWith(_path, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void A_file_nested_without_end_is_refused_before_it_is_read_by_recursion() =>
        Assert.Contains("nested deeper", Assert.Throws<UsageException>(() => Read(new string('[', 100_000))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_product_that_outgrows_memory_is_refused_before_it_is_made()
    {
        string list = "[" + string.Join(", ", Enumerable.Range(1, 400)) + "]";
        Assert.Contains("more than 100000", Assert.Throws<UsageException>(() => Read($"groups:\n  - {{workers: {list}, connections: {list}, "
            + $"response_bytes: {list}}}\n")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cell_comes_back_from_its_description()
    {
        Matrix matrix = MatrixReader.Read(RepositoryRoot.Of("scripts", "matrices", "full.yaml"), TwoCpus);
        Assert.All(matrix.Cells, c => Assert.Equal(c.Cell.Id, CellSettings.Restore(CellSettings.Describe(c.Cell)).Id));
    }

    private Matrix Read(string text)
    {
        File.WriteAllText(_path, text);
        return MatrixReader.Read(_path, TwoCpus);
    }
}
