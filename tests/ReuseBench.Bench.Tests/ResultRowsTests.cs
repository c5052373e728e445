using System.Net;
using ReuseBench.Bench.Matrices;
using ReuseBench.Bench.Rows;
using ReuseBench.Bench.Running;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Core.Units;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Tests;

public sealed class ResultRowsTests
{
    [Fact]
    public void Settings_that_a_matrix_may_vary_are_in_the_row()
    {
        Cell cell = new()
        {
            Experiment = Experiment.Throughput,
            Server = new ServerSettings { Bind = IPAddress.IPv6Loopback },
            Load = new LoadSettings
            {
                SourcePorts = new PortRange(2000, 3000),
                Timeout = Duration.FromMilliseconds(11),
                ConnectTimeout = Duration.FromMilliseconds(12),
                RetryDelay = Duration.FromMicroseconds(500),
                Interval = Duration.FromMilliseconds(14),
            },
        };

        ResultRow row = ResultRows.Settings("r", cell, 1, 7, ResultRows.Blank(cell));

        Assert.Equal(
            ("::1", "2000-3000", 11.0, 12.0, 0.5, 14.0),
            (row.Bind, row.SourcePorts, row.TimeoutMs, row.ConnectTimeoutMs, row.RetryDelayMs, row.IntervalMs));
    }

    [Theory]
    [InlineData(true, "netns")]
    [InlineData(false, "none")]
    public void A_failed_repeat_says_where_it_was_to_run(bool isolated, string isolation)
    {
        ResultRow row = ResultRows.Failed("r", CellSettingsTable.Blank, 1, 7, isolated, "no");
        Assert.Equal((isolation, "failed", "no"), (row.Isolation, row.VerdictReasons, row.Failure));
    }

    [Theory]
    [InlineData(InterruptTime.Process, true)]
    [InlineData(InterruptTime.Apart, false)]
    [InlineData(InterruptTime.Unknown, false)]
    public void Cpu_per_request_is_only_given_where_it_holds_the_interrupts(InterruptTime interrupts, bool given)
    {
        Measurement m = Measurements.Agreeing() with { Traits = new KernelTraits(interrupts, NanosecondPacing: true, CpuQuota: null) };
        ResultRow row = ResultRows.Measured("r", m, []);
        Assert.Equal((given, given), (row.ServerCpuUsPerRequest is not null, row.ClientCpuUsPerRequest is not null));
        Assert.NotNull(row.ServerCpuS);
    }

    [Fact]
    public void Where_interrupts_are_nobodys_the_servers_cpus_say_whether_it_was_at_its_limit()
    {
        Measurement m = Measurements.Agreeing() with
        {
            Traits = new KernelTraits(InterruptTime.Apart, NanosecondPacing: true, CpuQuota: null),
            Window = Windows.OfOneSecond(Windows.Cpu(0, tasks: 60, interrupts: 40), Windows.Cpu(1, tasks: 25)),
        };
        m = m with { Cell = m.Cell with { Server = m.Cell.Server with { Cpus = new CpuList([0]) } } };
        ResultRow row = ResultRows.Measured("r", m, []);
        Assert.Equal((0.5, 1.0), (row.ServerBusyShare, row.BusiestServerCpuShare));
        Assert.DoesNotContain("server-not-at-limit", row.VerdictReasons, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, "listen-queue-overflow")]
    [InlineData(false, "host-queue-overflow")]
    public void A_dropped_handshake_is_the_servers_own_only_in_a_namespace(bool isolated, string reason)
    {
        Measurement m = Measurements.Agreeing() with { Isolated = isolated };
        ResultRow row = ResultRows.Measured("r", m with { Kernel = m.Kernel with { ListenDrops = 1 } }, []);
        Assert.Contains(reason, row.VerdictReasons.Split(';'));
        Assert.Equal(isolated ? 1L : null, row.ListenDrops);
    }
}
