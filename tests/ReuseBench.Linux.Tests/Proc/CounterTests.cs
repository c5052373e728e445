namespace ReuseBench.Linux.Tests;

public sealed class CounterTests
{
    [Fact]
    public void TcpExt_counters_are_read_by_name()
    {
        TcpExtCounters counters = TcpExtCounters.Parse(Captured.Text("netstat-6.18.txt"));
        Assert.Equal(8, counters.ListenOverflows);
        Assert.Equal(8, counters.ListenDrops);
        Assert.Equal(4, counters.SynRetransmits);
        Assert.Equal(1, counters.TimeWaitsEnded);
        Assert.Equal(0, counters.MigrateReqSuccess);
        Assert.Equal(0, counters.MigrateReqFailure);
        Assert.Equal(0, counters.TimeWaitOverflow);
        Assert.Equal(0, counters.TimeWaitsRecycled);
        Assert.Equal(0, counters.RequestQueueFullDrop);
        Assert.Equal(0, counters.RequestQueueFullCookies);
        Assert.Equal(0, counters.AbortOnClose);
        Assert.Equal(0, counters.AbortOnData);
        Assert.Equal(4, counters["TcpTimeoutRehash"]);
        Assert.Contains("ListenDrops", counters.Names);
    }

    [Fact]
    public void A_counter_that_the_kernel_does_not_have_is_null_and_not_zero()
    {
        TcpExtCounters counters = TcpExtCounters.Parse(
            "TcpExt: SyncookiesSent ListenOverflows\nTcpExt: 0 3\nIpExt: ListenDrops\nIpExt: 9\n");
        Assert.Equal(3, counters.ListenOverflows);
        Assert.Null(counters.ListenDrops);
        Assert.Null(counters.MigrateReqSuccess);
        Assert.Null(TcpExtCounters.Parse("").ListenOverflows);
    }

    [Fact]
    public void Tcp_counters_are_read_by_name()
    {
        SnmpCounters counters = SnmpCounters.Parse(Captured.Text("snmp-6.18.txt"));
        Assert.Equal(8, counters.ActiveOpens);
        Assert.Equal(4, counters.PassiveOpens);
        Assert.Equal(0, counters.AttemptFails);
        Assert.Equal(0, counters.EstabResets);
        Assert.Equal(6, counters.CurrEstab);
        Assert.Equal(23, counters.InSegs);
        Assert.Equal(19, counters.OutSegs);
        Assert.Equal(4, counters.RetransSegs);
        Assert.Equal(0, counters.OutRsts);
        Assert.Equal(-1, counters["MaxConn"]);
        Assert.Null(counters["InMsgs"]); // of Icmp, not of Tcp
    }

    [Fact]
    public void The_kernel_of_this_host_has_the_counters_that_verdicts_rest_on()
    {
        TcpExtCounters netstat = TcpExtCounters.Read();
        Assert.NotNull(netstat.ListenOverflows);
        Assert.NotNull(netstat.ListenDrops);
        Assert.NotNull(SnmpCounters.Read().PassiveOpens);
    }

    [Fact]
    public void Cpu_times_are_read_per_cpu()
    {
        var times = CpuTimes.Parse(Captured.Text("stat-6.18.txt"));
        Assert.Equal([CpuTimes.AllCpus, 0, 1], times.Select(time => time.Cpu));
        Assert.Equal(new CpuTimes(1, 22625, 3, 6406, 245538, 3102, 0, 103, 95), times[2]);
    }

    [Fact]
    public void Cpu_times_of_an_old_kernel_have_no_steal()
    {
        CpuTimes old = Assert.Single(CpuTimes.Parse("cpu  1 2 3 4\n"));
        Assert.Null(old.Steal);
        Assert.Null(old.IoWait);
        Assert.Equal(10, old.Total);
        Assert.Throws<FormatException>(() => CpuTimes.Parse("cpu 1 2\n"));
    }

    [Fact]
    public void Cpu_times_of_this_host_count_up()
    {
        long before = CpuTimes.Read()[0].Total;
        Assert.True(SpinWait.SpinUntil(() => CpuTimes.Read()[0].Total > before, Loopback.TimeoutMs));
    }
}
