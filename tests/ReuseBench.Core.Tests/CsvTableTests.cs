using ReuseBench.Core.Csv;
using ReuseBench.Core.Results;

namespace ReuseBench.Core.Tests;

public sealed class CsvTableTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".csv");

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void A_row_comes_back_as_it_was_written()
    {
        ResultRow row = new()
        {
            RunId = "r1",
            CellId = "c,1",
            Repeat = 2,
            ServerCpuList = "0-3,8",
            ServerCpuS = 1.25,
            LatencyP999Us = null,
            Requests = 12,
            Failure = "said \"no\"",
        };
        using (CsvTable<ResultRow> table = new(_path))
        {
            table.Append(row);
        }

        Assert.Equal(row, Assert.Single(CsvFile.Read<ResultRow>(_path)));
    }

    [Fact]
    public void A_table_that_is_opened_again_keeps_its_one_header()
    {
        for (int repeat = 1; repeat <= 2; repeat++)
        {
            using CsvTable<LatencyRow> table = new(_path);
            table.Append(new LatencyRow { Repeat = repeat, Phase = "request" });
        }

        Assert.Equal([1, 2], CsvFile.Read<LatencyRow>(_path).Select(r => r.Repeat));
        Assert.StartsWith("schema_version,run_id,cell_id,repeat,phase,percentile,latency_us", File.ReadLines(_path).First(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_with_other_columns_is_not_appended_to()
    {
        File.WriteAllText(_path, "schema_version,run_id\n1,old\n");
        UsageException refusal = Assert.Throws<UsageException>(() => new CsvTable<LatencyRow>(_path));

        Assert.Contains("another version", refusal.Message, StringComparison.Ordinal);
        Assert.Equal("schema_version,run_id\n1,old\n", File.ReadAllText(_path));
    }

    [Fact]
    public void Rows_are_in_the_file_as_soon_as_they_are_appended()
    {
        using CsvTable<LatencyRow> table = new(_path);
        table.Append(new LatencyRow { Repeat = 7 });
        Assert.Equal(7, Assert.Single(CsvFile.Read<LatencyRow>(_path)).Repeat);
    }

    [Fact]
    public void A_line_without_its_end_is_no_row()
    {
        using (CsvTable<LatencyRow> table = new(_path))
        {
            table.Append(new LatencyRow { Repeat = 1, LatencyUs = 123 }, new LatencyRow { Repeat = 2, LatencyUs = 456 });
        }

        Assert.False(CsvFile.IsTorn(_path));
        // Cut within the last number, which is still one.
        File.WriteAllText(_path, File.ReadAllText(_path)[..^2]);
        Assert.True(CsvFile.IsTorn(_path));
        Assert.Equal([1], CsvFile.Read<LatencyRow>(_path).Select(r => r.Repeat));
    }

    [Theory]
    [InlineData("1,r,c,1,", "7,r,c,1,", "line 2: schema_version is '7'")]
    [InlineData("1,r,c,1,", "1,r,c,x,", "line 2: not readable as LatencyRow")]
    [InlineData("1,r,c,1,", "1,r,c,-1,", "line 2: not readable as LatencyRow (repeat: -1 is below 0)")]
    [InlineData(",12.5,", ",NaN,", "latency_us: NaN is no measurement")]
    public void Nonsense_is_named_by_file_and_line(string written, string found, string says)
    {
        using (CsvTable<LatencyRow> table = new(_path))
        {
            table.Append(new LatencyRow { RunId = "r", CellId = "c", Repeat = 1, Percentile = 50, LatencyUs = 12.5 });
        }

        string text = File.ReadAllText(_path);
        Assert.Contains(written, text, StringComparison.Ordinal);
        File.WriteAllText(_path, text.Replace(written, found, StringComparison.Ordinal));
        string message = Assert.Throws<UsageException>(() => CsvFile.Read<LatencyRow>(_path)).Message;
        Assert.Contains(_path, message, StringComparison.Ordinal);
        Assert.Contains(says, message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_from_before_there_were_ramps_is_read_without_them()
    {
        using (CsvTable<ResultRow> table = new(_path))
        {
            table.Append(new ResultRow { RunId = "r", CellId = "c", Repeat = 1, RampMs = 250, ServerThreads = 3 });
        }

        Assert.Equal(250, Assert.Single(CsvFile.Read<ResultRow>(_path)).RampMs);
        int column = Array.IndexOf(CsvFile.Header<ResultRow>(), "ramp_ms");
        File.WriteAllText(_path, string.Concat(File.ReadLines(_path).Select(line => string.Join(',', line.Split(',').Where((_, i) => i != column)) + '\n')));

        ResultRow row = Assert.Single(CsvFile.Read<ResultRow>(_path));
        Assert.Equal((null, 3), (row.RampMs, row.ServerThreads));
    }

    [Fact]
    public void Results_have_the_columns_that_others_build_on()
    {
        string[] promised = ("run_id, cell_id, repeat, experiment, variant, workers, accept, selector, workload, load, connections, "
            + "rate_rps_requested, rate_rps_achieved, source_plan, driver, duration_s, requests, connections_opened, "
            + "errors_refused, errors_reset, errors_timeout, errors_address, errors_other, throughput_rps, connections_per_s, "
            + "latency_p50_us, latency_p90_us, latency_p99_us, latency_p999_us, latency_max_us, connect_p50_us, connect_p99_us, "
            + "server_cpu_s, client_cpu_s, server_threads, server_cpus, client_cpus, listen_overflows, listen_drops, errors_http, "
            + "errors_protocol, verdict, verdict_reasons, schema_version, processes, backlog, close, service_time_us, "
            + "response_bytes, restart_method, migrate_req").Split(", ");
        Assert.Empty(promised.Except(CsvFile.Header<ResultRow>()));
    }
}
