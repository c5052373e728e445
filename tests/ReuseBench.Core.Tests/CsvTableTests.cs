using ReuseBench.Core.Cells;
using ReuseBench.Core.Csv;
using ReuseBench.Core.Results;
using ReuseBench.Core.Units;

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
            Cell = Cell.Blank with { Server = new ServerSettings { Cpus = CpuList.Parse("0-3,8", "") } },
            ServerCpuS = 1.25,
            LatencyP999Us = null,
            Requests = 12,
            Failure = "said \"no\"",
        };
        using (CsvTable<ResultRow> table = new(_path))
        {
            table.Append(row);
        }

        Assert.Equal(row, Assert.Single(TableFile.Read<ResultRow>(_path)));
    }

    [Fact]
    public void A_table_that_is_opened_again_keeps_its_one_header()
    {
        for (int repeat = 1; repeat <= 2; repeat++)
        {
            using CsvTable<LatencyRow> table = new(_path);
            table.Append(new LatencyRow { Repeat = repeat, Phase = "request" });
        }

        Assert.Equal([1, 2], TableFile.Read<LatencyRow>(_path).Select(r => r.Repeat));
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
        Assert.Equal(7, Assert.Single(TableFile.Read<LatencyRow>(_path)).Repeat);
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
        Assert.Equal([1], TableFile.Read<LatencyRow>(_path).Select(r => r.Repeat));
    }

    [Theory]
    [InlineData("2,r,c,1,", "7,r,c,1,", "line 2: schema_version is 7, and this program reads versions 1 to 2")]
    [InlineData("2,r,c,1,", "0,r,c,1,", "line 2: schema_version is '0', which is no version of a run")]
    [InlineData("2,r,c,1,", "2,r,c,x,", "line 2, repeat: 'x' is not a whole number from 0; restore")]
    [InlineData("2,r,c,1,", "2,r,c,-1,", "line 2, repeat: '-1' is not a whole number from 0; restore")]
    [InlineData("2,r,c,1,", "2,r,c,,", "line 2, repeat: is empty, and must be a whole number from 0; restore")]
    [InlineData("2,r,c,1,", "2,r,c,1,7,", "line 2: it has 9 fields, and the header has 8; restore")]
    [InlineData(",12.5,", ",NaN,", "line 2, latency_us: 'NaN' is not a finite number; restore")]
    [InlineData("schema_version", "version", "it has no column schema_version")]
    public void Nonsense_is_named_by_file_and_line(string written, string found, string says)
    {
        using (CsvTable<LatencyRow> table = new(_path))
        {
            table.Append(new LatencyRow { RunId = "r", CellId = "c", Repeat = 1, Percentile = 50, LatencyUs = 12.5 });
        }

        string text = File.ReadAllText(_path);
        Assert.Contains(written, text, StringComparison.Ordinal);
        File.WriteAllText(_path, text.Replace(written, found, StringComparison.Ordinal));
        string message = Assert.Throws<UsageException>(() => TableFile.Read<LatencyRow>(_path)).Message;
        Assert.Contains(_path, message, StringComparison.Ordinal);
        Assert.Contains(says, message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_that_no_type_has_is_refused_with_those_there_are()
    {
        using (CsvTable<ResultRow> table = new(_path))
        {
            table.Append(new ResultRow { RunId = "r", CellId = "c", Repeat = 1, Failure = "f" });
        }

        File.WriteAllText(_path, File.ReadAllText(_path).Replace(",ok,,f", ",splendid,,f", StringComparison.Ordinal));
        string message = Assert.Throws<UsageException>(() => TableFile.Read<ResultRow>(_path)).Message;
        Assert.Contains("line 2, verdict: 'splendid' is not one of ok, limited, invalid", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Results_have_the_columns_that_others_build_on()
    {
        string[] promised = ("schema_version, run_id, cell_id, repeat, experiment, variant, workers, accept, selector, workload, connections, rate_rps, "
            + "source_plan, driver, processes, backlog, close, service_time, response_bytes, restart_method, migrate_req, duration_ms, "
            + "rate_rps_achieved, duration_s, requests, connections_opened, errors_refused, errors_reset, errors_timeout, errors_address, errors_other, "
            + "errors_http, errors_protocol, throughput_rps, connections_per_s, latency_p50_us, latency_p90_us, latency_p99_us, latency_p999_us, "
            + "latency_max_us, connect_p50_us, connect_p99_us, server_cpu_s, client_cpu_s, server_threads, server_cpus, client_cpus, "
            + "listen_overflows, listen_drops, kernel_resets_sent, kernel_syn_retransmits, verdict, verdict_reasons").Split(", ");
        Assert.Empty(promised.Except(CsvFile.Header<ResultRow>()));
    }
}
