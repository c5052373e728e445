using System.Net;
using ReuseBench.Bench.Rows;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Core.Units;

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
}
